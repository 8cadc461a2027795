"""What calls a function by resources of their own: permissions, mappings, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.templates.intrinsics import Malformed
from lpack.templates.naming import names_in
from lpack.templates.sam_events import queue_of
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.templates.declared import Declared
    from lpack.templates.intrinsics import Intrinsics

_PRINCIPALS = {
    "alexa-appkit.amazon.com": "alexa",
    "apigateway.amazonaws.com": "http",
    "cognito-idp.amazonaws.com": "cognito",
    "config.amazonaws.com": "config",
    "elasticloadbalancing.amazonaws.com": "alb",
    "events.amazonaws.com": "eventbridge",
    "iot.amazonaws.com": "iot",
    "logs.amazonaws.com": "logs",
    "s3.amazonaws.com": "s3",
    "sns.amazonaws.com": "sns",
}
_SOURCES = {
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::MSK::Cluster": "kafka",
    "AWS::SQS::Queue": "sqs",
}


def add_triggers(functions: list[Declared], intrinsics: Intrinsics) -> list[Declared]:
    """Give the functions with the triggers that other resources of the template make."""
    found: dict[str, list[Any]] = {}
    for resource in intrinsics.resources.values():
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if isinstance(properties, dict):
            for trigger in _triggers(str(resource.get("Type")), properties, intrinsics):
                for _, name, _ in names_in(properties.get("FunctionName")):
                    found.setdefault(name, []).append(trigger)
    return [_with(one, found.get(one.name, [])) for one in functions]


def _with(function: Declared, more: list[Any]) -> Declared:
    triggers = list(function.table.get("triggers", []))
    triggers += [one for place, one in enumerate(more) if one not in (*triggers, *more[:place])]
    if not triggers:
        return function
    return replace(function, table={**function.table, "triggers": triggers})


def _triggers(
    kind: str, properties: Mapping[str, Any], intrinsics: Intrinsics
) -> Iterator[Any]:
    if kind == "AWS::Lambda::Permission":
        principal = properties.get("Principal")
        if isinstance(principal, str) and principal in _PRINCIPALS:
            yield _PRINCIPALS[principal]
    elif kind == "AWS::Lambda::Url":
        yield "url"
    elif kind == "AWS::Lambda::EventSourceMapping":
        for _, name, _ in names_in(properties.get("EventSourceArn")):
            source = intrinsics.resources.get(name)
            trigger = _SOURCES.get(str(source.get("Type"))) if isinstance(source, dict) else None
            if trigger == "sqs":
                yield {"kind": "sqs", **_queue(properties, intrinsics)}
            elif trigger:
                yield trigger


def _queue(properties: Mapping[str, Any], intrinsics: Intrinsics) -> dict[str, Any]:
    try:
        return queue_of(properties.get("EventSourceArn"), intrinsics)
    except Malformed:
        return {}
