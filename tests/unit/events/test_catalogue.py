"""Every event of the catalogue is one that AWS would send, and takes the options that it lists."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from jsonschema import Draft202012Validator

import lpack
from lpack.cli.arguments import parse
from lpack.data import own_json
from lpack.errors import UsageError
from lpack.events import find, is_named, misfits, named, names, nearest, sample, sources

ROOT = Path(lpack.__file__).parent.parent
SOURCES = [source for name in names() for source in sources(name)]
NAMES = [source.full_name for source in SOURCES]
SCHEMAS = [own_json("schemas", "events", f"{name}.schema.json") for name in names()]
# A scheduled event is an event of EventBridge as well.
ALSO = {"schedule": ("eventbridge", "schedule")}


def refusal(text: str, options: dict[str, Any] | None = None) -> tuple[str, str, str | None]:
    with pytest.raises(UsageError) as caught:
        sample(text, options)
    (told,) = caught.value.diagnostics
    return told.code, told.message, told.hint


@pytest.mark.parametrize("name", NAMES)
def test_an_event_fits_the_schema_of_its_source_and_of_no_other(name: str) -> None:
    """A handler that is written for one source is not tried with the event of another."""
    event = sample(name)

    source = name.partition(":")[0]
    assert misfits(event, source) == []
    assert nearest(event) == ALSO.get(source, (source,))


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_the_same_each_time(name: str) -> None:
    """Nothing of the clock or of chance is in it, and it is JSON."""
    event = sample(name)

    assert event == sample(name)
    assert json.loads(json.dumps(event)) == event
    assert "${" not in json.dumps(event)


@pytest.mark.parametrize("schema", SCHEMAS, ids=names())
def test_every_schema_is_one_and_says_what_it_rests_on(schema: dict[str, Any]) -> None:
    """The documentation that a schema was written from is named in it."""
    Draft202012Validator.check_schema(schema)

    assert schema["documentation"].startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_every_option_can_be_given(source: Any) -> None:
    """Each option is one that the command line can tell from those of all commands."""
    common = vars(parse(["event"])).keys()
    values: dict[str, Any] = {
        "integer": 2,
        "boolean": True,
        "json": '{"a": 1}',
        "pairs": "a=b",
        "time": "2027-02-03T04:05:06Z",
    }

    for option in source.options.values():
        assert option.name not in common
        assert option.kind in {"string", "integer", "boolean", "json", "bytes", "pairs", "time"}
        value = (option.schema.get("enum") or [values.get(option.kind, "/orders/42")])[-1]
        assert sample(source.full_name, {option.name: value})


def test_an_unknown_event_is_told_with_the_nearest() -> None:
    """A misspelt source or kind is an error, with the one that may have been meant."""
    assert refusal("s3:putt") == (
        "LP430", "there is no event `s3:putt`", "did you mean `s3:put`?"
    )  # fmt: skip
    assert refusal("dynamo")[2] == "did you mean `dynamodb`?"
    assert refusal("schedule:x")[2] == "did you mean `schedule`?"
    assert refusal("pigeon")[2] == "`lpack event` lists them"
    assert refusal("sqs:")[0] == "LP430"


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"buckt": "x"}, "the event `s3:put` has no option `buckt`", "did you mean `bucket`?"),
        ({"records": "many"}, "`records` must be an integer, not `many`", "how many records"),
        ({"records": 0}, "`records` must be at least 1, not 0", "how many records"),
        ({"records": 1.5}, "`records` must be an integer, not a number with a fraction", None),
        ({"bucket": 3}, "`bucket` must be a string", "name of the bucket"),
        (
            {"time": "noon"},
            "`time` is no date and time: `noon`",
            "write it as 2026-01-15T12:00:00Z",
        ),
    ],
)
def test_a_wrong_option_is_told(options: Any, message: str, hint: str | None) -> None:
    """Whatever an event cannot be told is refused, never ignored."""
    code, told, advice = refusal("s3:put", options)

    assert (code, told) == ("LP431", message)
    assert hint is None or advice == hint


def test_json_and_pairs_are_read_strictly() -> None:
    """A broken value is refused before it becomes part of an event."""
    assert "is not valid JSON" in refusal("eventbridge", {"detail": "{"})[1]
    assert "is not valid JSON" in refusal("eventbridge", {"detail": '{"a": NaN}'})[1]
    assert refusal("http", {"header": "accept"})[1] == "`header` must be NAME=VALUE"
    assert refusal("dynamodb", {"view": "ALL"})[0] == "LP431"


def test_keys_of_s3_are_encoded() -> None:
    """A key is in the event as S3 encodes it, and one key a record."""
    event: Any = sample("s3:put", {"key": ["a b/ü(1)+.jpg", "plain"], "bucket": "b"})

    keys = [record["s3"]["object"]["key"] for record in event["Records"]]
    assert keys == ["a+b/%C3%BC%281%29%2B.jpg", "plain"]
    assert unquote_plus(keys[0]) == "a b/ü(1)+.jpg"
    assert {record["s3"]["bucket"]["arn"] for record in event["Records"]} == {"arn:aws:s3:::b"}


def test_a_deleted_object_has_neither_size_nor_digest() -> None:
    """What is gone cannot be described."""
    event: Any = sample("s3:delete")

    assert event["Records"][0]["eventName"] == "ObjectRemoved:Delete"
    assert set(event["Records"][0]["s3"]["object"]) == {"key", "sequencer"}


def test_digests_of_messages_are_right() -> None:
    """SDKs hold the digests against the bodies, so they have to be those of the bodies."""
    event: Any = sample("sqs:fifo", {"body": ["one", "zwö"], "records": 3})

    records = event["Records"]
    assert [record["body"] for record in records] == ["one", "zwö", "one"]
    for record in records:
        body = record["body"].encode()
        assert record["md5OfBody"] == hashlib.md5(body, usedforsecurity=False).hexdigest()
        assert record["attributes"]["MessageDeduplicationId"] == hashlib.sha256(body).hexdigest()
    assert len({record["messageId"] for record in records}) == 3
    assert records[0]["eventSourceARN"].endswith(":orders.fifo")


def test_the_digest_of_attributes_is_that_of_the_service() -> None:
    """The number was computed by the algorithm of the documentation, by hand."""
    event: Any = sample("sqs", {"attribute": ["b=2", "a=1"]})

    content = b"".join(
        b"\0\0\0\x01" + name + b"\0\0\0\x06String\x01\0\0\0\x01" + value
        for name, value in ((b"a", b"1"), (b"b", b"2"))
    )
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert event["Records"][0]["md5OfMessageAttributes"] == digest


def test_data_of_kinesis_is_in_base64() -> None:
    """Bytes of any kind go into a record, and its number is in its name."""
    event: Any = sample("kinesis", {"data": [b"\x00\xff", {"order": 1}], "partition-key": "k"})

    first, second = event["Records"]
    assert base64.b64decode(first["kinesis"]["data"]) == b"\x00\xff"
    assert base64.b64decode(second["kinesis"]["data"]) == b'{"order":1}'
    assert first["kinesis"]["sequenceNumber"] < second["kinesis"]["sequenceNumber"]
    assert second["eventID"].endswith(f":{second['kinesis']['sequenceNumber']}")


def test_items_of_dynamodb_have_types() -> None:
    """Plain JSON gets the types of DynamoDB, and an item that has them stays as it is."""
    new = {"s": "x", "n": 1.5, "b": True, "z": None, "l": [1, "a"], "m": {"k": []}}

    event: Any = sample("dynamodb:insert", {"key": {"pk": "a"}, "new-image": new})

    assert event["Records"][0]["dynamodb"]["NewImage"] == {
        "pk": {"S": "a"},
        "s": {"S": "x"},
        "n": {"N": "1.5"},
        "b": {"BOOL": True},
        "z": {"NULL": True},
        "l": {"L": [{"N": "1"}, {"S": "a"}]},
        "m": {"M": {"k": {"L": []}}},
    }
    typed: Any = sample("dynamodb", {"key": {"pk": {"N": "1"}}, "new-image": {"t": {"SS": ["x"]}}})
    assert typed["Records"][0]["dynamodb"]["NewImage"] == {"pk": {"N": "1"}, "t": {"SS": ["x"]}}


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("KEYS_ONLY", set()),
    ],
)
def test_a_stream_tells_what_its_view_has(view: str, images: set[str]) -> None:
    """The images that a stream does not have are not in its records."""
    event: Any = sample("dynamodb:modify", {"view": view})

    assert {key for key in event["Records"][0]["dynamodb"] if key.endswith("Image")} == images


def test_values_of_one_name_are_joined_listed_or_last() -> None:
    """HTTP APIs join with commas, REST APIs give the last and all, a load balancer decodes none."""
    chosen = {"path": "/a", "query": "q=1&q=a%20b&e=", "header": ["X-A=1", "x-a=2"]}

    http, rest, alb, many = (
        sample(name, chosen) for name in ("http", "rest", "alb", "alb:multi-value")
    )

    assert isinstance(http, dict)
    assert isinstance(rest, dict)
    assert isinstance(alb, dict)
    assert isinstance(many, dict)
    assert http["queryStringParameters"] == {"q": "1,a b", "e": ""}
    assert http["rawQueryString"] == "q=1&q=a%20b&e="
    assert dict(http["headers"])["x-a"] == "1,2"  # type: ignore[arg-type] # narrowed by the schema
    assert rest["queryStringParameters"] == {"q": "a b", "e": ""}
    assert rest["multiValueQueryStringParameters"] == {"q": ["1", "a b"], "e": [""]}
    assert alb["queryStringParameters"] == {"q": "a%20b", "e": ""}
    assert many["multiValueQueryStringParameters"] == {"q": ["1", "a%20b"], "e": [""]}


@pytest.mark.parametrize("source", ["http", "rest", "url", "alb"])
@pytest.mark.parametrize(
    ("body", "media", "encoded"),
    [
        ("text", None, False),
        ('{"a": 1}', None, False),
        (b"\xff\xd8", None, True),
        ("a=1", "application/x-www-form-urlencoded", True),
        ("<a/>", "application/xml", False),
        ("{}", "application/json; charset=utf-8", False),
        ("{}", "application/vnd.api+json", False),
        (b"\xff", "application/json", True),
    ],
)
def test_a_body_is_text_or_base64(source: str, body: Any, media: Any, encoded: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What is no text by its media type or by its bytes is in base64, and the flag says so.

    A REST API looks at the media type only where it was told of binary ones, which bytes need.
    """
    encoded = encoded and (source != "rest" or isinstance(body, bytes))
    header = {"header": {"content-type": media}} if media else {}

    event: Any = sample(source, {"body": body, **header})

    content = body if isinstance(body, bytes) else body.encode()
    assert event["isBase64Encoded"] is encoded
    found = base64.b64decode(event["body"]) if encoded else event["body"].encode()
    assert found == content
    assert misfits(event, source) == []


@pytest.mark.parametrize("source", ["http", "rest", "url", "alb"])
def test_a_request_of_a_path_alone_is_a_plain_get(source: str) -> None:
    """What is not asked for is not there: neither query, cookies nor body."""
    event: Any = sample(source, {"path": "/"})

    context = event["requestContext"]
    assert event.get("httpMethod") == "GET" or context["http"]["method"] == "GET"
    assert not event.get("body")
    assert not event.get("queryStringParameters")
    assert not event.get("cookies")
    assert not event["isBase64Encoded"]
    assert misfits(event, source) == []


@pytest.mark.parametrize(
    ("chosen", "key", "parameters"),
    [
        ({"path": "/orders/7"}, "GET /orders/{id}", {"id": "7"}),
        ({"path": "/other"}, "$default", None),
        ({"path": "/a/b/c", "route": "/a/{rest+}"}, "GET /a/{rest+}", {"rest": "b/c"}),
        ({"path": "/a/b", "route": "$default"}, "$default", None),
    ],
)
def test_a_path_has_the_parameters_of_its_route(chosen: Any, key: str, parameters: Any) -> None:
    """The route and its parameters fit the path, or there is an error."""
    event: Any = sample("http", chosen)

    assert event["routeKey"] == event["requestContext"]["routeKey"] == key
    assert event.get("pathParameters") == parameters
    assert refusal("http", {"path": "/a", "route": "/b/{c}"})[0] == "LP431"


def test_rest_falls_back_to_a_greedy_resource() -> None:
    """A REST API has no default route, only a resource that takes all paths."""
    event: Any = sample("rest", {"path": "/a/b", "stage": "dev"})

    assert event["resource"] == "/{proxy+}"
    assert event["pathParameters"] == {"proxy": "a/b"}
    assert event["requestContext"]["path"] == "/dev/a/b"


def test_all_times_of_an_event_are_the_same_moment() -> None:
    """Each format tells the time that was chosen."""
    moment = {"time": "2027-02-03T04:05:06+00:00"}
    stamp = 1801627506

    http: Any = sample("http", moment)
    sqs: Any = sample("sqs", moment)

    assert http["requestContext"]["time"] == "03/Feb/2027:04:05:06 +0000"
    assert http["requestContext"]["timeEpoch"] == stamp * 1000
    assert re.fullmatch(rf"Root=1-{stamp:x}-[0-9a-f]{{24}}", http["headers"]["x-amzn-trace-id"])
    assert sqs["Records"][0]["attributes"]["SentTimestamp"] == f"{stamp}000"
    for name, place in (("sns", "Sns"), ("s3", "s3")):
        event: Any = sample(name, moment)
        record = event["Records"][0]
        shown = record["eventTime"] if place == "s3" else record["Sns"]["Timestamp"]
        assert shown == "2027-02-03T04:05:06.000Z"


def test_now_gives_another_event() -> None:
    """Only then are time and identifiers those of the moment."""
    event: Any = sample("sqs", {"now": True})
    fixed: Any = sample("sqs")

    assert event["Records"][0]["messageId"] != fixed["Records"][0]["messageId"]
    sent = int(event["Records"][0]["attributes"]["SentTimestamp"])
    assert sent > int(fixed["Records"][0]["attributes"]["SentTimestamp"])
    assert misfits(event, "sqs") == []


def test_an_event_can_be_asked_for_in_one_text() -> None:
    """A name with options, as on a command line."""
    assert is_named("s3:put --key x")
    assert not is_named('{"s3": 1}')
    assert not is_named(" ")
    assert named("s3:put --key 'a b' --key=c --now")
    assert named("s3:put --bucket b") == sample("s3:put", {"bucket": "b"})
    for text in ("s3:put --buket b", "s3:put b", "s3:put --bucket", "s3:put 'x"):
        with pytest.raises(UsageError):
            named(text)


def test_an_event_of_the_other_payload_format_is_noticed() -> None:
    """The two formats of API Gateway are not taken for each other."""
    assert misfits(sample("rest"), "http")
    assert misfits(sample("http"), "rest")
    assert misfits(sample("http"), "url")
    assert misfits({"Records": []}, "sqs")
    assert nearest([]) == ()


def test_the_first_kind_is_the_one_without_a_kind() -> None:
    """A source alone means its first kind."""
    assert find("s3").full_name == "s3:put"
    assert sample("s3") == sample("s3:put")


def test_a_test_may_name_every_source_as_its_trigger() -> None:
    """The configuration knows the triggers whose events have a schema."""
    config = own_json("schemas", "config.schema.json")["$defs"]

    assert tuple(config["test"]["properties"]["trigger"]["enum"]) == names()
    assert set(names()) <= set(config["trigger-kind"]["enum"])


def test_a_notification_may_come_through_a_queue_or_a_topic() -> None:
    """The body of such a message is the event of the other service, as JSON."""
    chosen = {"bucket": "b", "key": ["k 1", "k 2"]}

    queued: Any = sample("sqs:s3", chosen)
    told: Any = sample("sns:s3", chosen)
    nested: Any = sample("sqs:sns", {"message": "hello"})

    keys = [
        json.loads(record["body"])["Records"][0]["s3"]["object"]["key"]
        for record in queued["Records"]
    ]
    assert keys == ["k+1", "k+2"]
    inner = json.loads(told["Records"][0]["Sns"]["Message"])
    assert misfits(inner, "s3") == []
    assert inner["Records"][0]["s3"]["bucket"]["name"] == "b"
    assert json.loads(nested["Records"][0]["body"])["Message"] == "hello"


def test_lines_of_a_log_are_compressed() -> None:
    """CloudWatch Logs sends gzip in base64."""
    event: Any = sample("logs", {"message": ["one", "two"], "group": "/aws/lambda/x"})

    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    assert told["logGroup"] == "/aws/lambda/x"
    assert [line["message"] for line in told["logEvents"]] == ["one", "two"]


def test_headers_of_kafka_are_signed_bytes() -> None:
    """As Java has them."""
    event: Any = sample("kafka", {"header": "h=aé", "topic": "t"})

    assert event["records"]["t-0"][0]["headers"] == [{"h": [97, -61, -87]}]


def test_a_source_is_two_files_and_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template and a schema make an event with its options, and a trigger that is checked."""
    for folder in ("templates", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    template = {
        "title": "Pigeon",
        "description": "a pigeon has arrived",
        "includes": ["every"],
        "options": {
            "name": {"description": "its name", "type": "string", "default": "Ada"},
            "letter": {
                "description": "what it brings",
                "type": "bytes",
                "default": "hi",
                "repeats": True,
            },
            "records": {"description": "how many", "type": "integer", "default": 1},
        },
        "values": {"greeting": "from ${name}"},
        "event": {
            "pigeon": "${greeting}",
            "at": "${time|iso}",
            "letters": {"$records": {"n": "${index}", "base64": "${letter|base64}"}},
            "ring": {"$if": "${name|is:'Ada'}", "$then": "gold"},
        },
    }
    schema = {"type": "object", "required": ["pigeon"], "additionalProperties": False}
    schema["properties"] = dict.fromkeys(("pigeon", "at", "letters", "ring"), True)
    (tmp_path / "templates/events/pigeon.json").write_text(json.dumps(template))
    (tmp_path / "schemas/events/pigeon.schema.json").write_text(json.dumps(schema))
    monkeypatch.setattr("lpack.data.__file__", str(tmp_path / "lpack" / "data.py"))

    event = sample("pigeon", {"name": "Bob", "letter": ["a", "b"]})

    assert event == {
        "pigeon": "from Bob",
        "at": "2026-01-15T12:00:00Z",
        "letters": [{"n": 0, "base64": "YQ=="}, {"n": 1, "base64": "Yg=="}],
    }
    assert nearest(event) == ("pigeon",)
    assert refusal("pigeon", {"nam": "x"})[2] == "did you mean `name`?"
