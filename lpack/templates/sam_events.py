"""What calls a function of a SAM template, as `Events` says.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Unknown
from lpack.templates.declared import whole
from lpack.templates.naming import names_in
from lpack.validation.wording import did_you_mean, kind_of, listed, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.templates.declared import Collector
    from lpack.templates.intrinsics import Intrinsics
    from lpack.templates.sam_globals import Placed

KINDS = {
    "AlexaSkill": "alexa",
    "Api": "rest",
    "CloudWatchEvent": "eventbridge",
    "CloudWatchLogs": "logs",
    "Cognito": "cognito",
    "DocumentDB": "documentdb",
    "DynamoDB": "dynamodb",
    "EventBridgeRule": "eventbridge",
    "HttpApi": "http",
    "IoTRule": "iot",
    "Kinesis": "kinesis",
    "MQ": "mq",
    "MSK": "kafka",
    "S3": "s3",
    "SNS": "sns",
    "SQS": "sqs",
    "Schedule": "schedule",
    "ScheduleV2": "schedule",
    "SelfManagedKafka": "kafka",
}
_NEEDED = {
    "Api": ("Path", "Method"),
    "CloudWatchLogs": ("LogGroupName", "FilterPattern"),
    "Cognito": ("UserPool", "Trigger"),
    "DocumentDB": ("Cluster", "DatabaseName"),
    "DynamoDB": ("Stream", "StartingPosition"),
    "IoTRule": ("Sql",),
    "Kinesis": ("Stream", "StartingPosition"),
    "MQ": ("Broker",),
    "MSK": ("Stream", "StartingPosition"),
    "S3": ("Bucket", "Events"),
    "SNS": ("Topic",),
    "SQS": ("Queue",),
}
_QUEUE = "AWS::SQS::Queue"
_HIDES = 30
"""Seconds, of a queue that says nothing: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""


def read_events(collector: Collector, placed: Placed, intrinsics: Intrinsics) -> None:
    """Add the triggers of a function, and what is wrong with its events."""
    events = placed.values.get("Events")
    if events is None:
        return
    if not isinstance(events, dict):
        message = f"`Events` must be a map, not {kind_of(events)}"
        collector.report("LP030", message, placed.where("Events"))
        return
    found: list[Any] = collector.table.get("triggers", [])
    for name, event in events.items():
        trigger = _trigger(collector, placed, intrinsics, name, event)
        if trigger is not None and trigger not in found:
            found.append(trigger)
            collector.places["triggers", len(found) - 1] = placed.where("Events", name)
    if found:
        collector.table["triggers"] = found
        collector.places["triggers",] = placed.where("Events")


def _trigger(
    collector: Collector, placed: Placed, intrinsics: Intrinsics, name: str, event: Any
) -> Any:
    where = placed.where("Events", name)
    kind = event.get("Type") if isinstance(event, dict) else None
    if not isinstance(kind, str):
        collector.report("LP036", f"event `{shown(name)}` has no `Type`", where)
        return None
    if kind not in KINDS:
        message = f"event `{shown(name)}` has the type `{shown(kind)}`, which SAM does not know"
        hint = did_you_mean(kind, KINDS) or f"types: {listed(KINDS)}"
        collector.report("LP035", message, placed.where("Events", name, "Type"), hint)
        return None
    properties = event.get("Properties")
    properties = properties if isinstance(properties, dict) else {}
    for needed in _NEEDED.get(kind, ()):
        if needed not in properties:
            message = f"event `{shown(name)}` of type `{kind}` has no `{needed}`"
            collector.report("LP036", message, where, f"add `{needed}` to its `Properties`")
    if kind == "S3" and "Bucket" in properties and not _is_own_bucket(properties, intrinsics):
        message = f"event `{shown(name)}` is about a bucket that is not in the template"
        hint = "SAM adds the event to the bucket, which has to be in the same template: `!Ref NAME`"
        collector.report("LP030", message, where, hint)
    return _told(KINDS[kind], kind, properties, intrinsics)


def _is_own_bucket(properties: Mapping[str, Any], intrinsics: Intrinsics) -> bool:
    bucket = properties["Bucket"]
    name = bucket.get("Ref") if isinstance(bucket, dict) else None
    resource = intrinsics.resources.get(name) if isinstance(name, str) else None
    return isinstance(resource, dict) and resource.get("Type") == "AWS::S3::Bucket"


def _told(trigger: str, kind: str, properties: Mapping[str, Any], intrinsics: Intrinsics) -> Any:
    """Say all of a trigger that checks can use."""
    if trigger == "schedule":
        key = "Schedule" if kind == "Schedule" else "ScheduleExpression"
        told = {
            "expression": intrinsics.value(properties.get(key)),
            "timezone": intrinsics.value(properties.get("ScheduleExpressionTimezone")),
        }
        told = {key: one for key, one in told.items() if isinstance(one, str)}
        return {"kind": trigger, **told} if "expression" in told else trigger
    if trigger == "sqs":
        told = queue_of(properties.get("Queue"), intrinsics)
        size = whole(intrinsics.value(properties.get("BatchSize")))
        told |= {} if size is None or size < 1 else {"batch_size": size}
        return {"kind": trigger, **told} if told else trigger
    return trigger


def queue_of(source: Any, intrinsics: Intrinsics) -> dict[str, Any]:
    """Give the visibility timeout of a queue of the same template."""
    for _, name, _ in names_in(source):
        queue = intrinsics.resources.get(name)
        if isinstance(queue, dict) and queue.get("Type") == _QUEUE:
            properties = queue.get("Properties")
            properties = properties if isinstance(properties, dict) else {}
            hides = intrinsics.value(properties.get("VisibilityTimeout", _HIDES))
            seconds = None if isinstance(hides, Unknown) else whole(hides)
            return {} if seconds is None else {"visibility_timeout": seconds}
    return {}
