"""The Extensions API answers as Lambda's does, as its own tests state it.

https://github.com/aws/aws-lambda-runtime-interface-emulator (internal/lambda/rapi/handler)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lpack.model import Deployment, Surroundings
from lpack.runtime.exchange import Answer, Request
from lpack.runtime.extensions import Extensions

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTION = Deployment("api", "app.handler", "python3.13", "x86_64", "/task")
ID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
VERSION = "/2020-01-01/extension/"
ABOUT = {"functionName": "api", "functionVersion": "$LATEST", "handler": "app.handler"}
FAILED = {"lambda-extension-function-error-type": "Extension.Own"}
OK = (202, {"status": "OK"})


class Client:
    """Extensions that ask, and what they are answered; one program is to register."""

    def __init__(self, *programs: str) -> None:
        self.all = Extensions(FUNCTION, Surroundings(), programs)
        self.answers: list[Answer] = []

    def ask(self, method: str, path: str, body: bytes = b"", /, **named: str) -> Answer | None:
        """Ask, and give the answer if there is one yet."""
        path = path if path.startswith("/") else VERSION + path
        headers = {name.replace("_", "-"): value for name, value in named.items()}
        before = len(self.answers)
        self.all.handle(Request(method, path, headers, body, len(body)), self.answers.append)
        return self.answers[-1] if len(self.answers) > before else None

    def told(self, method: str, path: str, body: bytes = b"", /, **named: str) -> tuple[int, Any]:
        """Give status and document of the answer."""
        answer = self.ask(method, path, body, **named)
        assert answer is not None
        return answer.status, json.loads(answer.body)

    def register(self, name: str, *events: str, **named: str) -> tuple[int, Any]:
        """Register an extension."""
        body = json.dumps({"events": events}).encode()
        return self.told("POST", "register", body, lambda_extension_name=name, **named)

    def registered(self, name: str, *events: str) -> Callable[..., tuple[int, Any]]:
        """Register an extension, and give what asks as that one."""
        assert self.register(name, *events)[0] == 200
        given = dict(self.answers[-1].headers)["Lambda-Extension-Identifier"]

        def ask(method: str, path: str, **named: str) -> tuple[int, Any]:
            return self.told(method, path, lambda_extension_identifier=given, **named)

        return ask


def refused(kind: str, message: str) -> tuple[int, object]:
    return 403, {"errorMessage": message, "errorType": kind}


def not_allowed(state: str, wanted: str, whose: str) -> tuple[int, object]:
    message = (
        f"State transition from {state} to {wanted} failed for extension {whose}."
        " Error: State transition is not allowed"
    )
    return refused("Extension.InvalidExtensionState", message)


@pytest.mark.parametrize("name", ["program", "thread"])
@pytest.mark.parametrize(
    ("features", "account"),
    [
        ("", {}),
        ("some_other,", {}),
        ("some_other, accountId,", {"accountId": "123456789012"}),
    ],
)
def test_whoever_registers_hears_of_the_function(
    name: str, features: str, account: dict[str, str]
) -> None:
    """The number of the account only if it is asked for."""
    client = Client("program")

    answer = client.register(name, lambda_extension_accept_feature=features)

    assert answer == (200, {**ABOUT, **account})
    assert [one.state for one in client.all.all if one.name == name] == ["Registered"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "unexpected end of JSON input"),
        (b"x", "invalid character 'x' looking for beginning of value"),
        (b'{"events": ', "json: Expecting value: line 1 column 12 (char 11)"),
        (b"[]", "json: the body is no object"),
        (b'{"events": 1}', "json: `events` is no list of texts"),
        (b'{"events": [1]}', "json: `events` is no list of texts"),
        (
            b'{"configurationKeys": ["a"]}',
            "configurationKeys are deprecated; use environment variables instead",
        ),
    ],
)
def test_other_requests_to_register(body: bytes, message: str) -> None:
    """What is no list of events is no request, and registers nobody."""
    client = Client()

    answer = client.told("POST", "register", body, lambda_extension_name="a")

    assert answer == refused("InvalidRequestFormat", message)
    assert client.all.all == []


@pytest.mark.parametrize("body", [b"{}", b'{"events": []}', b'{"events": null}'])
def test_an_extension_may_want_no_events(body: bytes) -> None:
    """It is registered, and nobody waits for it."""
    client = Client()

    answer = client.told("POST", "register", body, lambda_extension_name="a")

    assert answer == (200, ABOUT)
    assert client.all.are_settled


@pytest.mark.parametrize(
    ("name", "event", "problem"),
    [
        ("program", "abcdef", "ErrorInvalidEventType"),
        ("thread", "abcdef", "ErrorInvalidEventType"),
        ("thread", "SHUTDOWN", "ShutdownEventNotSupportedForInternalExtension"),
    ],
)
def test_events_that_there_are_not(name: str, event: str, problem: str) -> None:
    """A refused request changes nothing: the next one may be a better one."""
    client = Client("program")

    answers = [client.register(name, event) for _ in range(2)]

    assert answers == [refused("Extension.InvalidEventType", f"{event}: {problem}")] * 2
    assert [(one.name, one.state) for one in client.all.all] == [("program", "Started")]
    assert client.register(name, "INVOKE")[0] == 200


def test_who_may_not_register() -> None:
    """Who has no name, who has registered, the eleventh, and who comes late."""
    client = Client("program")
    collision = refused(
        "Extension.InvalidExtensionState", "Extension with this name already registered"
    )

    assert client.told("POST", "register", b"{}") == refused(
        "Extension.InvalidExtensionName", "Empty extension name"
    )
    client.register("program", "SHUTDOWN")
    assert client.register("program") == not_allowed("Registered", "Registered", "program")
    client.register("thread")
    assert client.register("thread") == collision
    for number in range(8):
        client.register(f"another {number}")
    limit = refused("Extension.TooManyExtensions", "Extension limit (10) reached")
    assert (client.register("more"), client.register("thread")) == (limit, limit)
    client.all.is_open = False
    assert client.register("late") == refused(
        "Extension.RegistrationClosed", "Extension registration closed already"
    )


@pytest.mark.parametrize("path", ["event/next", "init/error", "exit/error"])
def test_who_is_unknown(path: str) -> None:
    """An identifier may be written as RFC 9562 lets it be, and is known if it was given."""
    client = Client("program")
    method = "GET" if path == "event/next" else "POST"
    known = f"Unknown extension {ID}" if path == "event/next" else None
    unknown = known or "Unknown Lambda-Extension-Identifier"

    assert client.told(method, path) == refused(
        "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header"
    )
    assert client.told(method, path, lambda_extension_identifier="me") == refused(
        "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier"
    )
    for given in (ID, ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}"):
        answer = client.told(method, path, lambda_extension_identifier=given, **FAILED)
        assert answer == refused("Extension.UnknownExtensionIdentifier", unknown)
    # A program that has not registered has an identifier, which it was not told.
    told = client.all.all[0].identifier
    assert client.told(method, path, lambda_extension_identifier=told, **FAILED)[0] == 403


@pytest.mark.parametrize("path", ["init/error", "exit/error"])
def test_who_fails_says_how(path: str) -> None:
    """Also one that nobody knows."""
    client = Client()
    missing = refused("Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found")

    assert client.registered("a", "INVOKE")("POST", path) == missing
    assert client.told("POST", path, lambda_extension_identifier=ID) == missing


@pytest.mark.parametrize(
    ("path", "state", "other", "wanted"),
    [
        ("init/error", "InitError", "exit/error", "Exited"),
        ("exit/error", "ExitError", "init/error", "InitError"),
    ],
)
def test_who_has_failed_can_say_so_again_and_nothing_else(
    path: str, state: str, other: str, wanted: str
) -> None:
    """The end of an extension is its last state."""
    client = Client()
    ask = client.registered("a", "INVOKE")
    whose = client.all.all[0].identifier

    assert [ask("POST", path, **FAILED) for _ in range(2)] == [OK, OK]
    assert client.all.all[0].state == state
    assert ask("POST", other, **FAILED) == not_allowed(state, wanted, whose)
    assert ask("GET", "event/next") == not_allowed(state, "Ready", whose)


def test_an_extension_hears_of_a_call_once_it_asks() -> None:
    """While it waits it may not ask again, and after the call it cannot fail at its start."""
    client = Client("program")
    ask = client.registered("program", "INVOKE")
    whose = client.all.all[0].identifier
    waiting = client.ask("GET", "event/next", lambda_extension_identifier=whose)
    again = ask("GET", "event/next")

    client.all.tell("SHUTDOWN", {"shutdownReason": "spindown"})
    client.all.tell("INVOKE", {"requestId": "1", "deadlineMs": 2})

    assert (waiting, again) == (None, not_allowed("Ready", "Ready", whose))
    event = client.answers[-1]
    assert event.body == b'{"eventType":"INVOKE","requestId":"1","deadlineMs":2}'
    assert (event.status, event.content_type) == (200, "application/json")
    assert [name for name, _ in event.headers] == ["Lambda-Extension-Event-Identifier"]
    assert ask("POST", "init/error", **FAILED) == not_allowed("Running", "InitError", whose)
    assert ask("POST", "exit/error", **FAILED) == OK


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("/2020-08-15/logs", "Logs.NotSupported", "Logs API is not supported"),
        ("/2022-07-01/telemetry", "Telemetry.NotSupported", "Telemetry API is not supported"),
    ],
)
def test_subscriptions_are_taken_and_not_served(path: str, kind: str, message: str) -> None:
    """An extension that wants logs goes on without."""
    client = Client()

    answer = client.told("PUT", path, b"{}")

    assert answer == (202, {"errorMessage": message, "errorType": kind})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "register", 405),
        ("POST", "event/next", 405),
        ("GET", "init/error", 405),
        ("PUT", "exit/error", 405),
        ("GET", "/2022-07-01/telemetry", 405),
        ("POST", "/2020-08-15/logs", 405),
        ("POST", "nothing", 404),
    ],
)
def test_other_paths(method: str, path: str, status: int) -> None:
    """What there is not is told in HTTP's own words."""
    answer = Client().ask(method, path)

    assert answer is not None
    assert answer.status == status
