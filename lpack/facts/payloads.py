"""How large an event and its answer may be, by what calls the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.facts.limits import Limits
    from lpack.model import Function

Invocation = Literal["synchronous", "asynchronous", "polled"]

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
_ASYNCHRONOUS = frozenset(
    {
        "s3",
        "sns",
        "ses",
        "eventbridge",
        "schedule",
        "logs",
        "cloudformation",
        "config",
        "codecommit",
        "codepipeline",
        "iot",
    }
)
_POLLED = frozenset({"sqs", "dynamodb", "kinesis", "kafka", "mq", "documentdb"})


@dataclass(frozen=True, slots=True)
class Payload:
    """What one trigger takes, in bytes."""

    kind: str
    invocation: Invocation
    request: int
    response: int | None
    """None where nobody waits for one."""


def payloads_of(function: Function, limits: Limits) -> tuple[Payload, ...]:
    """Give the limits of each kind of trigger once, in the order of the triggers."""
    kinds = dict.fromkeys(trigger.kind for trigger in function.triggers)
    return tuple(_payload(kind, limits) for kind in kinds)


def _payload(kind: str, limits: Limits) -> Payload:
    if kind in _ASYNCHRONOUS:
        return Payload(kind, "asynchronous", _bytes("async_payload", limits), None)
    invocation: Invocation = "polled" if kind in _POLLED else "synchronous"
    request, response = _bytes("request_payload", limits), _bytes("response_payload", limits)
    if kind == "alb":
        most = _bytes("balancer_payload", limits)
        request, response = min(request, most), min(response, most)
    return Payload(kind, invocation, request, response)


def _bytes(name: str, limits: Limits) -> int:
    return int(limits.definition(name)["maximum"])
