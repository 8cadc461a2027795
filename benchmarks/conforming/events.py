"""Events and results: what is handed over, what comes back, and which are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conforming.behaviour import Line
from conforming.commands import called
from conforming.running import body, made, masked, seen
from conforming.sources import (
    CLIENT,
    DESTINATIONS,
    INVOKE,
    LATER,
    OWN,
    QUOTAS,
    by,
    guide,
)
from lpack.events import named
from tests.handler_zoo import ANSWERING, Package, returning

if TYPE_CHECKING:
    from conforming.behaviour import Run
    from conforming.commands import Said

_PARSER = """
import base64, gzip, json, urllib.parse
def handler(event, context):
    if "Records" in event:
        return [record(one) for one in event["Records"]]
    if "triggerSource" in event:
        event["response"]["autoConfirmUser"] = event["userName"] != ""
        return [event["triggerSource"], event["response"]["autoConfirmUser"]]
    if "ResponseURL" in event:
        return [event["RequestType"], event["LogicalResourceId"] != ""]
    if "deliveryStreamArn" in event:
        return [one["recordId"] != "" and decoded(one["data"]) for one in event["records"]]
    if "awslogs" in event:
        data = base64.b64decode(event["awslogs"]["data"])
        return json.loads(gzip.decompress(data))["messageType"]
    if event.get("eventSource") in ("aws:kafka", "SelfManagedKafka"):
        return {t: [decoded(one["value"]) for one in r] for t, r in event["records"].items()}
    if "detail-type" in event:
        return [event["detail-type"], event["source"]]
    return request(event)
def record(one):
    source = one.get("eventSource") or one["EventSource"]
    if source == "aws:s3":
        what = one["s3"]
        key = urllib.parse.unquote_plus(what["object"]["key"])
        return [one["eventName"], what["bucket"]["name"], key, what["object"].get("size", 0)]
    if source == "aws:sns":
        return [one["Sns"]["Message"], one["Sns"]["TopicArn"].split(":")[-1]]
    if source == "aws:sqs":
        return [json.loads(one["body"]), one["attributes"]["ApproximateReceiveCount"]]
    if source == "aws:kinesis":
        return [decoded(one["kinesis"]["data"]), one["kinesis"]["partitionKey"]]
    if source == "aws:dynamodb":
        return [one["eventName"], sorted(one["dynamodb"]["Keys"]), "NewImage" in one["dynamodb"]]
    return [source, one["ses"]["mail"]["messageId"] != ""]
def request(event):
    about = event["requestContext"]
    if "connectionId" in about:
        return [about["eventType"], about["routeKey"]]
    if "elb" in about:
        return [event["httpMethod"], event["path"], event["body"]]
    if event.get("version") == "2.0":
        return [about["http"]["method"], event["rawPath"], event["rawQueryString"]]
    return [event["httpMethod"], event["path"], event["queryStringParameters"]]
def decoded(data):
    return base64.b64decode(data).decode()
"""
_ECHO = "def handler(event, context):\n    return event\n"
_FAILING = 'def handler(event, context):\n    raise Exception("intentional failure")\n'
_LOUD = "import sys\nprint(1)\nprint(2, file=sys.stderr)\n" + _ECHO
_USAGE = 2
_REFUSED = "refused, and nothing is called"
_TRACE = (
    '  File "/var/task/app.py", line 2, in handler\n    raise Exception("intentional failure")\n'
)
_RECORD = {
    "version": "1.0",
    "timestamp": "MOMENT",
    "requestContext": {
        "requestId": "ID",
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:api:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"message": "m"},
    "responseContext": {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    },
    "responsePayload": {
        "errorMessage": "intentional failure",
        "errorType": "Exception",
        "requestId": "ID",
        "stackTrace": [_TRACE],
    },
}


def _parsed(*events: str) -> Run:
    """Give what a handler reads out of sample events."""
    contents = [json.dumps(named(event)).encode() for event in events]
    return body(Package({"app.py": _PARSER}), *contents)


def _refusal(said: list[Said]) -> str:
    found = said[-1]
    if found.status == _USAGE and not (found.project / ".lpack" / "logs").exists():
        return _REFUSED
    return f"status {found.status}"


def _of_size(size: int) -> str:
    return json.dumps("x" * (size - 2))


def _attempts(said: list[Said]) -> str:
    starts = [line.split(" ")[2] for line in said[0].talk.splitlines() if line.startswith("START")]
    return f"{len(starts)} attempts of {len(set(starts))} request: {said[0].out or 'nothing'}"


def _written(said: list[Said]) -> str:
    (record,) = (said[0].project / ".lpack" / "destinations").iterdir()
    found = json.loads(masked(record.read_text()))
    return "as recorded" if found == _RECORD else json.dumps(found)


def _length(found: Any) -> int:
    return len(found.calls[0].payload)


LINES = (
    Line(
        "any JSON is an event",
        '{"a": {}} [1] "text" null 1.5 true',
        INVOKE,
        body(returning("event"), b'{"a": {}}', b"[1]", b'"text"', b"null", b"1.5", b"true"),
    ),
    Line("None is null", "null", by("test_invocation_type_no_return_payload"),
         body(returning("None"))),
    Line("bytes are the body itself", "raw {", CLIENT, body(ANSWERING["bytes"])),
    Line("NaN is written as it is", "[NaN, Infinity, -Infinity]", CLIENT,
         body(ANSWERING["not a number"])),
    Line("decimals are numbers", '{"a": 1.10, "b": [1E+5, NaN], "c": 1.5}', CLIENT,
         body(ANSWERING["decimal"])),
    Line("only the response is printed", '"x"', f"{OWN} (standard output)",
         called(_LOUD, ("-e", '"x"'))),
    Line(
        "files, a folder of them, standard input, JSON, a sample",
        '"file" "a" "b" "input" {"inline": 1} "aws:s3"',
        f"{OWN} (`-e`)",
        called(
            "def handler(event, context):\n"
            "    return event['Records'][0]['eventSource'] if 'Records' in event else event\n",
            (
                *("-q", "-e", "one.json", "-e", "more", "-e", "-"),
                *("-e", '{"inline": 1}', "-e", "s3:put"),
            ),
            files={"one.json": '"file"', "more/b.json": '"b"', "more/a.json": '"a"'},
            stdin='"input"',
            look=lambda said: said[0].out.replace("\n", " ").strip(),
        ),
    ),
    Line("no event is `{}`", "{}", by("test_runtime_introspection_x86"), called(_ECHO, ("-q",))),
    Line(
        "what is no JSON",
        _REFUSED,
        by("test_lambda_invoke_payload_encoding_error"),
        called(_ECHO, ("-e", "{"), look=_refusal),
    ),
    Line(
        "requests to APIs, a function URL and a load balancer",
        '["GET", "/items/7", {"q": "1"}] ["GET", "/items/7", "q=1"] ["GET", "/items/7", "q=1"]'
        ' ["GET", "/items/7", ""]',
        guide(
            "apigateway/latest/developerguide/http-api-develop-integrations-lambda",
            "elasticloadbalancing/latest/application/lambda-functions",
        ),
        _parsed(*(f"{one} --path /items/7 --query q=1" for one in ("rest", "http", "url")),
                "alb --path /items/7"),
    ),
    Line(
        "a connection of a WebSocket",
        '["CONNECT", "$connect"]',
        guide("apigateway/latest/developerguide/apigateway-websocket-api"),
        _parsed("websocket:connect"),
    ),
    Line(
        "S3: put and delete",
        '[["ObjectCreated:Put", "photos", "summer 2026/a+b.jpg", 5]]'
        ' [["ObjectRemoved:Delete", "photos", "a", 0]]',
        guide("AmazonS3/latest/userguide/notification-content-structure"),
        _parsed("s3:put --bucket photos --key 'summer 2026/a+b.jpg' --size 5",
                "s3:delete --bucket photos --key a"),
    ),
    Line(
        "a schedule, and an event of one's own",
        '["Scheduled Event", "aws.events"] ["order", "shop"]',
        guide("eventbridge/latest/userguide/eb-events"),
        _parsed("schedule", "eventbridge:custom --detail-type order --source shop"),
    ),
    Line(
        "SNS and SQS",
        '[["hello", "orders"]] [[{"order": 1}, "1"], [{"order": 2}, "1"]]',
        guide("lambda/latest/dg/with-sns", "lambda/latest/dg/with-sqs"),
        _parsed("sns --topic orders --message hello",
                "sqs:standard --body '{\"order\": 1}' --body '{\"order\": 2}'"),
    ),
    Line(
        "DynamoDB and Kinesis",
        '[["INSERT", ["id"], true]] [["hello", "k"]]',
        guide("lambda/latest/dg/with-ddb", "lambda/latest/dg/with-kinesis"),
        _parsed("dynamodb:insert --key '{\"id\": 7}'", "kinesis --data hello --partition-key k"),
    ),
    Line(
        "Firehose, Kafka, CloudWatch Logs",
        '["hello"] {"orders-0": ["hello"]} "DATA_MESSAGE"',
        guide("firehose/latest/dev/data-transformation", "lambda/latest/dg/with-msk"),
        _parsed("firehose:direct --data hello", "kafka:msk --topic orders --value hello", "logs"),
    ),
    Line(
        "Cognito, and a custom resource of CloudFormation",
        '["PreSignUp_SignUp", true] ["Create", true]',
        guide("cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers"),
        _parsed("cognito:pre-sign-up", "cloudformation:create"),
    ),
    Line(
        "Event: accepted, and nothing is answered",
        "1 attempts of 1 request: nothing",
        by("test_invocation_type_event"),
        called(_ECHO, ("--type", "Event"), look=_attempts),
    ),
    Line(
        "Event: two more attempts of the same request",
        "3 attempts of 1 request: nothing",
        f"{LATER}, {by('test_request_id_async_invoke_with_retry')}",
        called(_FAILING, ("--type", "Event"), look=_attempts),
    ),
    Line(
        "Event: the record for a destination of failures",
        "as recorded",
        by("test_retries", DESTINATIONS),
        called(_FAILING, ("--type", "Event", "-e", '{"message": "m"}'), look=_written),
    ),
    Line(
        "DryRun: nothing is called",
        "",
        by("test_invocation_type_dry_run"),
        called(
            _LOUD,
            ("--type", "DryRun"),
            look=lambda said: said[0].out + said[0].talk + ("" if not said[0].status else "failed"),
        ),
    ),
    Line(
        "an event of 6 MB is taken",
        str(6 << 20),
        QUOTAS,
        seen(
            made(returning("event[:-1]"), _of_size((6 << 20) - 1).encode(), memory=512),
            lambda found: str(_length(found) + 2),
        ),
    ),
    Line(
        "more than 6 MB",
        _REFUSED,
        QUOTAS,
        called(_ECHO, ("-e", "-"), stdin=_of_size((6 << 20) + 1), look=_refusal),
    ),
    Line(
        "Event: more than 1 MB",
        _REFUSED,
        QUOTAS,
        called(_ECHO, ("-e", "-", "--type", "Event"), stdin=_of_size((1 << 20) + 1), look=_refusal),
    ),
    Line(
        "Event, by the limits of 2017: more than 128 KB",
        _REFUSED,
        f"{QUOTAS} of that year",
        called(
            _ECHO,
            ("-e", "-", "--type", "Event"),
            settings='limits = "2017"\n',
            stdin=_of_size((128 << 10) + 1),
            look=_refusal,
        ),
    ),
    Line(
        "a response of 6 MB is taken",
        str((6 << 20) + 2),
        by("test_lambda_large_response"),
        seen(made(returning("'a' * (6 << 20)")), lambda found: str(_length(found))),
    ),
)  # fmt: skip
