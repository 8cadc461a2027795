"""The server keeps what AWS's runtime client expects of it, as the client's own tests state it.

https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/tests/test_lambda_runtime_client.py
has a server that is made up; here the client's own class asks the real one, from inside of a call.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from lpack.model import Call
from tests.handler_zoo import module
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
HANDLER = """
import os
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient, LambdaRuntimeClientError


def refused(ask, *words):
    try:
        ask(*words)
    except LambdaRuntimeClientError as error:
        return [error.response_code, error.response_body.decode()]
    except RuntimeError as error:
        return str(error)


def handler(event, context):
    client = LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    if event == "post":
        # The call is answered here; the client's own answer after it comes too late.
        client.post_invocation_result(context.aws_request_id, b"\\xff raw", "application/unknown")
    if event == "error":
        cause = "x" * (1 << 20)
        client.post_invocation_error(context.aws_request_id, '{"errorType": "Mine"}', cause)
    found = client.wait_next_invocation()
    names = ("invoke_id", "event_body", "content_type", "deadline_time_in_ms", "tenant_id",
             "invoked_function_arn", "client_context", "cognito_identity", "x_amzn_trace_id")
    told = {name: getattr(found, name, "absent") for name in names}
    told["event_body"] = told["event_body"].decode()
    return [told, refused(client.post_init_error, {"errorType": "E", "errorMessage": ""}),
            refused(client.post_invocation_result, "other", b"1"),
            refused(client.post_invocation_error, "other", "{}", "{}")]
"""
ID = "8f2c7a52-0000-4000-8000-000000000001"


def test_the_client_is_answered_as_it_expects(tmp_path: Path) -> None:
    """An event has all its headers; a start cannot fail any more; other requests are refused."""
    with sandbox(deployment_of(tmp_path, module(HANDLER), memory=512)) as box:
        done = box.invoke(Call(b'{"a": 1}', request_id=ID, tenant="blue", trace="Root=1-2-3"))

    assert not done.function_error, done.payload
    event, started, result, error = json.loads(done.payload)
    assert int(event.pop("deadline_time_in_ms")) > 0
    assert event == {
        "invoke_id": ID,
        "event_body": '{"a": 1}',
        "content_type": "application/json",
        "tenant_id": "blue",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:api",
        "client_context": None,
        "cognito_identity": None,
        "x_amzn_trace_id": "Root=1-2-3",
    }
    assert started[0] == 403
    assert "InvalidStateTransition" in started[1]
    # The client tells no more of what it was answered, which was 400.
    assert (result, error) == (
        "Failed to post invocation response",
        "Failed to post invocation error",
    )


@pytest.mark.parametrize(
    ("event", "body"), [(b'"post"', b"\xff raw"), (b'"error"', b'{"errorType": "Mine"}')]
)
def test_results_and_errors_are_taken_as_they_are(
    tmp_path: Path, event: bytes, body: bytes
) -> None:
    """Bytes that are no text, and an error whose cause is too large to be passed on."""
    with sandbox(deployment_of(tmp_path, module(HANDLER), memory=512, timeout=3)) as box:
        done = box.invoke(Call(event))

    assert done.payload == body
    assert done.function_error == (event == b'"error"')
