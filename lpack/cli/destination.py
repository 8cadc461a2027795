"""What Lambda hands to the destination of failures, once an asynchronous invocation has failed.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.publish import write_whole
from lpack.runtime.offers import arn_of
from lpack.runtime.reports import now

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.cli.asked import Asked
    from lpack.cli.given_events import NamedEvent
    from lpack.model import Deployment, Invocation, Surroundings

_FOLDER = ".lpack/destinations"


def failure_record(
    deployment: Deployment,
    around: Surroundings,
    asked: Asked,
    event: NamedEvent,
    attempts: list[Invocation],
) -> dict[str, Any]:
    """Give the record of an event whose attempts have all failed."""
    last = attempts[-1]
    qualifier = asked.template.qualifier or around.version
    return {
        "version": "1.0",
        "timestamp": now(),
        "requestContext": {
            "requestId": last.request_id,
            "functionArn": arn_of(deployment, around, qualifier),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": len(attempts),
        },
        "requestPayload": json.loads(event.content),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": last.version,
            "functionError": "Unhandled",
        },
        "responsePayload": _meant(last.payload),
    }


def _meant(payload: bytes) -> Any:
    """Give what a payload means; a runtime of one's own may tell of its errors in plain text."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload.decode(errors="replace")


def written(record: dict[str, Any], root: Path) -> str:
    """Keep a record in the project, and give its path there; raises BuildError LP230."""
    name = f"{_FOLDER}/{record['requestContext']['requestId']}.json"
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(record, indent=2).encode() + b"\n")
    return name
