"""What a handler is told of its call besides the event."""

from __future__ import annotations

import json

from conforming.behaviour import Line
from conforming.commands import called
from conforming.running import body, log
from conforming.sources import CLIENT, CONTEXT, OWN, RUNTIMES, by
from lpack.model import Call, Surroundings
from tests.handler_zoo import doing, returning

_ARN = "arn:aws:lambda:us-east-1:123456789012:function:api"
_ALL = """
import json
def handler(event, context):
    client = context.client_context
    return [
        context.invoked_function_arn, context.tenant_id, context.aws_request_id,
        context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id,
        client.client.installation_id, client.custom, client.env,
    ]
"""
_SAID = {
    "account": "210987654321",
    "region": "eu-west-1",
    "qualifier": "live",
    "tenant": "blue",
    "request_id": "8f2c7a52-0000-4000-8000-000000000001",
    "identity": {"cognito_identity_id": "me", "cognito_identity_pool_id": "pool"},
    "client_context": {"client": {"installation_id": "i"}, "custom": {"a": "b"}, "env": {"c": "d"}},
}
_THERE = (
    '["arn:aws:lambda:eu-west-1:210987654321:function:api:live", "blue", "ID", "me", "pool", "i",'
    ' {"a": "b"}, {"c": "d"}]'
)

LINES = (
    Line(
        "its attributes",
        "aws_request_id client_context function_name function_version"
        " get_remaining_time_in_millis identity invoked_function_arn log log_group_name"
        " log_stream_name memory_limit_in_mb tenant_id w3c",
        CLIENT,
        body(returning("' '.join(n for n in dir(context) if n[0] != '_').encode()")),
    ),
    Line(
        "ARN, memory and version",
        f'["{_ARN}", "512", "$LATEST"]',
        by("test_introspection_invoke", RUNTIMES),
        body(
            returning(
                "[context.invoked_function_arn, context.memory_limit_in_mb,"
                " context.function_version]"
            )
        ),
    ),
    Line(
        "name, request, group and stream",
        '["api", "ID", "/aws/lambda/api", "STREAM"]',
        by("test_introspection_invoke", RUNTIMES),
        body(
            returning(
                "[context.function_name, context.aws_request_id, context.log_group_name,"
                " context.log_stream_name]"
            )
        ),
    ),
    Line(
        "an alias ends the ARN",
        f'"{_ARN}:live"',
        CONTEXT,
        body(returning("context.invoked_function_arn"), call=Call(qualifier="live")),
    ),
    Line(
        "a version ends it, and is what runs",
        f'["{_ARN}:7", "7"]',
        by("test_invocation_with_qualifier"),
        body(
            returning("[context.invoked_function_arn, context.function_version]"),
            call=Call(qualifier="7"),
            around=Surroundings(version="7"),
        ),
    ),
    Line(
        "`$LATEST` ends it where it was asked for",
        f'"{_ARN}:$LATEST"',
        by("test_introspection_invoke", RUNTIMES),
        body(returning("context.invoked_function_arn"), call=Call(qualifier="$LATEST")),
    ),
    Line(
        "identity is always there",
        "[null, null]",
        CLIENT,
        body(
            returning(
                "[context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]"
            )
        ),
    ),
    Line(
        "identity of a caller",
        '["me", "pool"]',
        CONTEXT,
        body(
            returning(
                "[context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]"
            ),
            call=Call(cognito_identity_id="me", cognito_identity_pool_id="pool"),
        ),
    ),
    Line(
        "no client context is None",
        "null",
        by("test_invocation_with_qualifier"),
        body(returning("context.client_context")),
    ),
    Line(
        "client context: client, custom and env",
        '["a", {"k": "b"}, {"locale": "c"}]',
        CONTEXT,
        body(
            returning(
                "[context.client_context.client.app_title, context.client_context.custom,"
                " context.client_context.env]"
            ),
            call=Call(
                client_context={
                    "client": {"app_title": "a"},
                    "custom": {"k": "b"},
                    "env": {"locale": "c"},
                }
            ),
        ),
    ),
    Line(
        "tenant", '"blue"', CLIENT, body(returning("context.tenant_id"), call=Call(tenant="blue"))
    ),
    Line(
        "time counts down",
        "[true, true]",
        CONTEXT,
        body(
            doing(
                "first = context.get_remaining_time_in_millis()",
                "time.sleep(0.1)",
                "return [4000 < first <= 5000,"
                " first - context.get_remaining_time_in_millis() >= 99]",
                setup="import time",
            )
        ),
    ),
    Line(
        "`log` writes into the log",
        "told",
        CLIENT,
        log(doing("context.log('told\\n')"), "told"),
    ),
    Line(
        "all of it from `--context`",
        _THERE,
        f"{OWN} (`--context JSON`)",
        called(_ALL, ("-q", "--context", json.dumps(_SAID))),
    ),
    Line(
        "and from a file",
        _THERE,
        f"{OWN} (`--context FILE`)",
        called(_ALL, ("-q", "--context", "said.json"), files={"said.json": json.dumps(_SAID)}),
    ),
    Line(
        "the account of the role, and the region of the layers",
        '"arn:aws:lambda:eu-west-1:210987654321:function:api"',
        f"{OWN} (configuration)",
        called(
            "def handler(event, context):\n    return context.invoked_function_arn\n",
            ("-q",),
            settings='layers = ["arn:aws:lambda:eu-west-1:210987654321:layer:deps:1"]\n'
            'settings.Role = "arn:aws:iam::210987654321:role/api"\n',
        ),
    ),
)
