"""What the runtime is told of a call: the event, and all that makes up the context."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from lpack.runtime.api import Offer
from lpack.runtime.environment import trace_header
from lpack.runtime.exchange import Answer

if TYPE_CHECKING:
    from lpack.model import Call, Deployment, Surroundings


def arn_of(deployment: Deployment, surroundings: Surroundings, qualifier: str = "") -> str:
    """Give the ARN that a function is called by, which ends in the qualifier if there is one."""
    place = f"{surroundings.partition}:lambda:{surroundings.region}:{surroundings.account}"
    arn = f"arn:{place}:function:{deployment.name}"
    return f"{arn}:{qualifier}" if qualifier else arn


def offer_of(
    call: Call,
    request_id: str,
    deployment: Deployment,
    surroundings: Surroundings,
    left: float,
) -> Offer:
    """Give the event as the runtime gets it; `left` are the seconds until time is up."""
    headers = {
        "Lambda-Runtime-Aws-Request-Id": request_id,
        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + left) * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": arn_of(deployment, surroundings, call.qualifier),
        "Lambda-Runtime-Trace-Id": call.trace or trace_header(),
        "Lambda-Runtime-Client-Context": _client_context(call),
        "Lambda-Runtime-Cognito-Identity": _identity(call),
        "Lambda-Runtime-Aws-Tenant-Id": call.tenant,
    }
    told = tuple((name, value) for name, value in headers.items() if value)
    return Offer(request_id, Answer(200, call.event, headers=told))


def extension_event(offer: Offer) -> dict[str, object]:
    """Give what extensions hear of a call."""
    headers = dict(offer.answer.headers)
    return {
        "deadlineMs": int(headers["Lambda-Runtime-Deadline-Ms"]),
        "requestId": offer.request_id,
        "invokedFunctionArn": headers["Lambda-Runtime-Invoked-Function-Arn"],
        "tracing": {"type": "X-Amzn-Trace-Id", "value": headers["Lambda-Runtime-Trace-Id"]},
    }


def _client_context(call: Call) -> str:
    return "" if call.client_context is None else json.dumps(dict(call.client_context))


def _identity(call: Call) -> str:
    if not (call.cognito_identity_id or call.cognito_identity_pool_id):
        return ""
    identity = {
        "cognitoIdentityId": call.cognito_identity_id,
        "cognitoIdentityPoolId": call.cognito_identity_pool_id,
    }
    return json.dumps(identity)
