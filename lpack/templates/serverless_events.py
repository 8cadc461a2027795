"""What calls a function of the Serverless Framework.

https://www.serverless.com/framework/docs/providers/aws/guide/events
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.templates.declared import whole
from lpack.validation.wording import did_you_mean, kind_of, shown

if TYPE_CHECKING:
    from lpack.templates.declared import Collector
    from lpack.templates.sam_globals import Placed

KINDS = {
    "activemq": "mq",
    "alb": "alb",
    "alexaSkill": "alexa",
    "alexaSmartHome": "alexa",
    "cloudwatchEvent": "eventbridge",
    "cloudwatchLog": "logs",
    "cognitoUserPool": "cognito",
    "eventBridge": "eventbridge",
    "http": "rest",
    "httpApi": "http",
    "iot": "iot",
    "kafka": "kafka",
    "msk": "kafka",
    "rabbitmq": "mq",
    "s3": "s3",
    "schedule": "schedule",
    "sns": "sns",
    "sqs": "sqs",
    "stream": "kinesis",
    "websocket": "websocket",
}


def read_events(collector: Collector, events: Any, placed: Placed) -> None:
    """Add the triggers of a function; kinds that plugins bring are passed over."""
    where = placed.where("events")
    if events is None:
        return
    if not isinstance(events, list):
        if isinstance(events, dict):
            message, hint = f"`events` must be a list, not {kind_of(events)}", "write `- ` before it"
            collector.report("LP030", message, where, hint)
        return
    found: list[Any] = []
    for place, event in enumerate(events):
        name = event if isinstance(event, str) else _first(event)
        if name is None:
            continue
        if name in KINDS:
            trigger = _told(name, event.get(name) if isinstance(event, dict) else None)
            if trigger not in found:
                found.append(trigger)
        elif isinstance(event, dict) and any(name.lower() == known.lower() for known in KINDS):
            message = f"there is no event `{shown(name)}`"
            at = placed.where("events", place)
            collector.report("LP035", message, at, did_you_mean(name, KINDS))
    if found:
        collector.table["triggers"] = found
        collector.places["triggers",] = where


def _first(event: Any) -> str | None:
    return next(iter(event), None) if isinstance(event, dict) else None


def _told(name: str, said: Any) -> Any:
    kind = KINDS[name]
    table = said if isinstance(said, dict) else {}
    if name == "stream":
        arn = said if isinstance(said, str) else table.get("arn")
        is_dynamodb = table.get("type") == "dynamodb" or ":dynamodb:" in str(arn)
        return "dynamodb" if is_dynamodb else kind
    if name == "schedule":
        rate = said if isinstance(said, str) else table.get("rate")
        rates = rate if isinstance(rate, list) else [rate]
        expression = next((one for one in rates if isinstance(one, str)), None)
        told = {"expression": expression, "timezone": table.get("timezone")}
        told = {key: one for key, one in told.items() if isinstance(one, str)}
        return {"kind": kind, **told} if "expression" in told else kind
    if name == "sqs":
        size = whole(table.get("batchSize"))
        return {"kind": kind, "batch_size": size} if size is not None and size > 0 else kind
    return kind
