"""The Runtime API answers as Lambda's does: states, headers, and refusals byte for byte."""

from __future__ import annotations

import json

import pytest

from lpack.model import Call, Deployment, Surroundings
from lpack.runtime.api import RuntimeApi
from lpack.runtime.exchange import Answer, Request
from lpack.runtime.offers import offer_of

VERSION = "/2018-06-01"
RUNTIME = f"{VERSION}/runtime"
ID = "8f2c7a52-0000-4000-8000-000000000001"
FUNCTION = Deployment("api", "app.handler", "python3.13", "x86_64", "/task")


class Client:
    """A runtime that asks, and notes what it is answered."""

    def __init__(self) -> None:
        self.api = RuntimeApi(6_291_556)
        self.answers: list[Answer] = []

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer | None:
        """Ask, and give the answer if there is one yet."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        where = path if path.startswith(VERSION) else RUNTIME + path
        request = Request(method, where, named, body, len(body))
        before = len(self.answers)
        self.api.handle(request, self.answers.append)
        return self.answers[-1] if len(self.answers) > before else None

    def give(self, call: Call | None = None) -> None:
        """Let it have an event."""
        self.api.give(offer_of(call or Call(), ID, FUNCTION, Surroundings(), 3))

    def told(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, object]:
        """Give status and document of the answer."""
        answer = self.ask(method, path, body, **headers)
        assert answer is not None
        return answer.status, json.loads(answer.body)


def forbidden(state: str, wanted: str) -> tuple[int, object]:
    message = (
        f"State transition from {state} to {wanted} failed for runtime."
        " Error: State transition is not allowed"
    )
    return 403, {"errorMessage": message, "errorType": "InvalidStateTransition"}


OK = (202, {"status": "OK"})
WRONG_ID = (400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"})


def running() -> Client:
    client = Client()
    assert client.ask("GET", "/invocation/next") is None
    client.give()
    return client


def test_next_waits_for_an_event() -> None:
    """The answer comes with the event, and with all that makes up the context."""
    client = Client()
    waiting = client.ask("GET", "/invocation/next")
    state = client.api.state

    client.give(Call(b'{"a": 1}', tenant="blue", trace="Root=1"))

    assert (waiting, state, client.api.state) == (None, "Ready", "Running")
    answer = client.answers[0]
    headers = dict(answer.headers)
    assert (answer.status, answer.body, answer.content_type) == (
        200,
        b'{"a": 1}',
        "application/json",
    )
    assert int(headers.pop("Lambda-Runtime-Deadline-Ms")) > 0
    assert headers == {
        "Lambda-Runtime-Aws-Request-Id": ID,
        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:api",
        "Lambda-Runtime-Trace-Id": "Root=1",
        "Lambda-Runtime-Aws-Tenant-Id": "blue",
    }


def test_next_may_be_asked_again() -> None:
    """Whoever has lost the event gets the same."""
    client = running()

    again = client.ask("GET", "/invocation/next")

    assert again == client.answers[0]


def test_a_response_is_taken_once() -> None:
    """The second one, and an error after it, are not allowed any more."""
    client = running()

    first = client.told("POST", f"/invocation/{ID}/response", b"1")
    second = client.told("POST", f"/invocation/{ID}/response", b"2")
    third = client.told("POST", f"/invocation/{ID}/error", b"{}")

    assert first == OK
    assert second == forbidden("RuntimeResponseSentState", "InvocationResponse")
    assert third == forbidden("RuntimeResponseSentState", "InvocationErrorResponse")
    assert client.api.posted is not None
    assert client.api.posted.body == b"1"


@pytest.mark.parametrize("kind", ["response", "error"])
def test_another_request_is_refused(kind: str) -> None:
    """Only the current request can be answered; before the first event, none."""
    client = Client()

    before = client.told("POST", f"/invocation/{ID}/{kind}", b"1")
    client.ask("GET", "/invocation/next")
    client.give()
    stale = client.told("POST", f"/invocation/{ID[:-1]}2/{kind}", b"1")

    assert (before, stale) == (WRONG_ID, WRONG_ID)
    assert client.api.state == "Running"


def test_a_start_fails_once_and_early() -> None:
    """An error of the start is taken before the first event only, and nothing comes after it."""
    client, late = Client(), running()

    taken = client.told(
        "POST", "/init/error", b'{"errorType": "X"}', lambda_runtime_function_error_type="X"
    )

    assert taken == OK
    assert client.api.posted is not None
    assert client.api.posted.error_type == "Runtime.Unknown"
    assert client.told("POST", "/init/error", b"{}") == forbidden("InitError", "InitError")
    assert client.told("GET", "/invocation/next") == forbidden("InitError", "Ready")
    assert late.told("POST", "/init/error", b"{}") == forbidden("Running", "InitError")


@pytest.mark.parametrize(
    ("stated", "taken"),
    [
        ("Runtime.ImportModuleError", "Runtime.ImportModuleError"),
        ("Function.Own", "Function.Own"),
        ("Function.1", "Function.Unknown"),
        ("ValueError", "Runtime.Unknown"),
        ("", "Runtime.Unknown"),
    ],
)
def test_types_of_errors_are_known_ones(stated: str, taken: str) -> None:
    """What Lambda does not know is `Unknown` in its reports."""
    client = running()

    client.ask("POST", f"/invocation/{ID}/error", b"{}", lambda_runtime_function_error_type=stated)

    assert client.api.posted is not None
    assert client.api.posted.error_type == taken


def test_a_response_has_a_size() -> None:
    """6,291,556 bytes are taken, and one more is not."""
    client, larger = running(), running()

    assert client.told("POST", f"/invocation/{ID}/response", b"x" * 6_291_556) == OK
    assert larger.told("POST", f"/invocation/{ID}/response", b"x" * 6_291_557) == (
        413,
        {
            "errorMessage": "Exceeded maximum allowed payload size (6291556 bytes).",
            "errorType": "RequestEntityTooLarge",
        },
    )


def test_the_mode_of_a_response_is_one_of_two() -> None:
    """Buffered is what nothing is said of, and streaming the other."""
    client, other = running(), running()
    path = f"/invocation/{ID}/response"

    streamed = client.told("POST", path, b"1", lambda_runtime_function_response_mode="streaming")
    refused = other.told("POST", path, b"1", lambda_runtime_function_response_mode="buffered")

    assert streamed == OK
    assert refused == (
        400,
        {
            "errorMessage": "Invalid function response mode",
            "errorType": "InvalidFunctionResponseMode",
        },
    )


def test_the_request_before_is_refused() -> None:
    """As soon as there is another event, the one before cannot be answered any more."""
    client = running()
    client.told("POST", f"/invocation/{ID}/response", b"1")
    client.ask("GET", "/invocation/next")
    other = offer_of(Call(), f"{ID[:-1]}2", FUNCTION, Surroundings(), 3)

    client.api.give(other)

    assert client.told("POST", f"/invocation/{ID}/response", b"2") == WRONG_ID
    assert client.told("POST", f"/invocation/{ID}/error", b"2") == WRONG_ID
    assert client.told("POST", f"/invocation/{other.request_id}/error", b"{}") == OK


def test_an_identity_is_told_in_one_header() -> None:
    """Cognito's two names are JSON, and there is no header where there is no identity."""
    client = Client()
    client.ask("GET", "/invocation/next")

    client.give(Call(cognito_identity_id="me", cognito_identity_pool_id="pool"))

    identity = dict(client.answers[0].headers)["Lambda-Runtime-Cognito-Identity"]
    assert json.loads(identity) == {"cognitoIdentityId": "me", "cognitoIdentityPoolId": "pool"}
    names = dict(offer_of(Call(), ID, FUNCTION, Surroundings(), 3).answer.headers)
    assert "Lambda-Runtime-Cognito-Identity" not in names


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            b'{"errorMessage": "<\xc3\xa9>", "errorType": "T", "stackTrace": ["a"], "x": {}}',
            b'{"errorMessage":"\\u003c\xc3\xa9\\u003e","errorType":"T","stackTrace":["a"]}',
        ),
        (b'{"errorCause": {"paths": []}}', b'{"errorMessage":"","errorType":""}'),
        (b'{"foo":bar}', b'"Invalid error body"'),
        (b"[]", b'"Invalid error body"'),
        (b'{"errorMessage": 1}', b'"Invalid error body"'),
        (b'{"stackTrace": "a"}', b'"Invalid error body"'),
        (b'{"stackTrace": [1]}', b'"Invalid error body"'),
    ],
)
def test_the_cause_of_an_error_is_for_xray_alone(sent: bytes, kept: bytes) -> None:
    """Of an error with its cause, the function's caller gets the rest, as Go writes it."""
    client = running()

    client.ask(
        "POST",
        f"/invocation/{ID}/error",
        sent,
        content_type="application/vnd.aws.lambda.error.cause+json",
    )

    assert client.api.posted is not None
    assert client.api.posted.body == kept


def test_an_error_of_any_type_is_taken_as_it_is() -> None:
    """Its body may be no JSON, and no more than a part is worth nothing."""
    client, other = running(), running()
    path = f"/invocation/{ID}/error"
    cut = Request("POST", RUNTIME + path, {}, b'{"a', 9, is_cut_short=True)

    taken = client.told("POST", path, b"\xff", content_type="application/MyBinaryType")
    other.api.handle(cut, other.answers.append)

    assert (taken, other.answers[-1].status) == (OK, 202)
    assert client.api.posted is not None
    assert client.api.posted.body == b"\xff"
    assert other.api.posted is not None
    assert other.api.posted.body == b""


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/nothing", 404, b"404 page not found\n"),
        ("GET", "/ping", 404, b"404 page not found\n"),
        ("GET", "/restore/next", 404, b"404 page not found\n"),
        ("GET", "/invocation/next/", 404, b"404 page not found\n"),
        ("POST", "/invocation/next", 405, b""),
        ("GET", "/init/error", 405, b""),
        ("GET", f"/invocation/{ID}/response", 405, b""),
        ("PUT", f"/invocation/{ID}/error", 405, b""),
        ("POST", f"{VERSION}/ping", 405, b""),
        ("GET", f"{VERSION}/ping", 200, b"pong"),
    ],
)
def test_other_paths(method: str, path: str, status: int, body: bytes) -> None:
    """What there is not is told in HTTP's own words, whatever is accepted."""
    answer = Client().ask(method, path, accept="application/xml")

    assert answer is not None
    assert (answer.status, answer.body) == (status, body)
