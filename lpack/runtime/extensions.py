"""Lambda's Extensions API: programs beside the runtime, which hear of every call.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html; the states and the
bodies of refusals are those of AWS's own server, which is published as
aws-lambda-runtime-interface-emulator. As there, the Logs and Telemetry APIs answer, and send
nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lpack.runtime import faults
from lpack.runtime.exchange import (
    Answer,
    accepted,
    as_json,
    as_text,
    forbidden,
    unknown,
    wrong_method,
)
from lpack.runtime.identifiers import new_identifier
from lpack.runtime.registering import identifier_of, wanted_events

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import Deployment, Surroundings
    from lpack.runtime.exchange import Reply, Request
    from lpack.runtime.housing import Housing
    from lpack.runtime.reports import Lines

VERSION = "/2020-01-01/extension/"
FOLDER = "extensions"
MOST = 10
_FAILED = ("InitError", "ExitError", "LaunchError")
_CRASH = "Extension.Crash"
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-registration-api
_EVENTS = ("INVOKE", "SHUTDOWN")
_INVALID_EVENT = "ErrorInvalidEventType"
_NOT_OF_INTERNAL = "ShutdownEventNotSupportedForInternalExtension"
_METHODS = {"register": "POST", "event/next": "GET", "init/error": "POST", "exit/error": "POST"}
_ERROR_TYPE = "Lambda-Extension-Function-Error-Type"
_STUBS = {
    "/2020-08-15/logs": ("Logs.NotSupported", "Logs API is not supported"),
    "/2022-07-01/telemetry": ("Telemetry.NotSupported", "Telemetry API is not supported"),
}
_NOT_ALLOWED = (
    "State transition from {} to {} failed for extension {}. Error: State transition is not allowed"
)


class Extension:
    """One extension, external (a program of its own) or internal (a thread of the runtime)."""

    def __init__(self, name: str, *, is_external: bool) -> None:
        """Begin in the first of its states."""
        self.name = name
        self.identifier = new_identifier()
        self.is_external = is_external
        self.state = "Started"
        self.events: tuple[str, ...] = ()
        self.waiting: Reply | None = None
        self.due: Answer | None = None
        """The event that it gets as soon as it asks for one."""
        self.error_type = ""
        """As it has told it, or as Lambda names why it could not be run."""

    @property
    def is_settled(self) -> bool:
        """Whether it waits for its next event, or wants none."""
        return self.state == "Ready" or (self.state == "Registered" and not self.events)


class Extensions:
    """All extensions of one start of a function."""

    def __init__(
        self, deployment: Deployment, surroundings: Surroundings, external: Iterable[str]
    ) -> None:
        """Say which programs there are."""
        self.deployment = deployment
        self.surroundings = surroundings
        self.all = [Extension(name, is_external=True) for name in external]
        self.is_open = True
        """Whether another one may still register."""

    def serves(self, path: str) -> bool:
        """Whether a request is one of those."""
        return path.startswith(VERSION) or path in _STUBS

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer a request, now or when there is an event."""
        route = request.path.removeprefix(VERSION)
        method = "PUT" if request.path in _STUBS else _METHODS.get(route)
        if method is None:
            reply(unknown())
        elif request.method != method:
            reply(wrong_method())
        elif request.path in _STUBS:
            kind, message = _STUBS[request.path]
            reply(as_json(202, {"errorMessage": message, "errorType": kind}))
        elif route == "register":
            reply(self._register(request))
        elif route == "event/next":
            self._next(request, reply)
        else:
            reply(self._failed(request, route))

    @property
    def are_registered(self) -> bool:
        """Whether every program has said what it wants to hear of."""
        return all(one.state != "Started" for one in self.all if one.is_external)

    @property
    def are_settled(self) -> bool:
        """Whether all wait for their next events."""
        return all(one.is_settled for one in self.all)

    @property
    def failure(self) -> str:
        """The type of the error that one of them has told of, if one has."""
        return next((f"Extension.{one.state}" for one in self.all if one.state in _FAILED), "")

    def take(self) -> list[str]:
        """Give the names of the programs that may be started; the first one too many may not."""
        if len(self.all) > MOST:
            self.all[MOST].state = "LaunchError"
            self.all[MOST].error_type = "TooManyExtensions"
        return [one.name for one in self.all[:MOST]]

    def has_ended(self, housing: Housing) -> bool:
        """Whether one of the programs does not run, or not any more, which ends the function."""
        return any(
            one.state == "LaunchError"
            or (one.is_external and housing.status_of(one.name) is not None)
            for one in self.all
        )

    def end(self, housing: Housing) -> tuple[str, str]:
        """Give the type of the error that the end of one of the programs is, and tell how it was.

        https://github.com/aws/aws-lambda-runtime-interface-emulator (rapid/handlers.go)
        """
        if len(self.all) > MOST:
            return self.failure, "ErrTooManyExtensions"
        for one in self.all:
            status = housing.status_of(one.name) if one.is_external else None
            if status is None:
                continue
            refusal = housing.refusal_of(one.name)
            if refusal:
                denied = refusal.endswith("permission denied")
                one.state = "LaunchError"
                one.error_type = "PermissionDenied" if denied else "UnknownError"
                return self.failure, refusal
            how = faults.ended(status).rpartition("error: ")[2] if status else "exit code 0"
            return self.failure or _CRASH, how
        return _CRASH, ""

    def tell(self, kind: str, event: dict[str, Any]) -> None:
        """Send an event to all that want to hear of it."""
        for one in self.all:
            if kind in one.events:
                headers = ("Lambda-Extension-Event-Identifier", new_identifier())
                told = as_text({"eventType": kind, **event})
                one.due = Answer(200, told, headers=(headers,))
                _hand_over(one)

    def lines(self, lines: Lines) -> str:
        """Give the lines of the log that tell of them."""
        return "".join(
            lines.extension(one.name, one.state, one.events, one.error_type) for one in self.all
        )

    def _register(self, request: Request) -> Answer:
        name = request.headers.get("lambda-extension-name", "")
        if not name:
            return forbidden("Extension.InvalidExtensionName", "Empty extension name")
        try:
            wanted = wanted_events(request.body)
        except ValueError as error:
            return forbidden("InvalidRequestFormat", str(error))
        found = next((one for one in self.all if one.is_external and one.name == name), None)
        for event in wanted:
            problem = "" if event in _EVENTS else _INVALID_EVENT
            if event == "SHUTDOWN" and found is None:
                problem = _NOT_OF_INTERNAL
            if problem:
                return forbidden("Extension.InvalidEventType", f"{event}: {problem}")
        if found is None:
            refusal = self._refusal(name)
            if refusal is not None:
                return refusal
            found = Extension(name, is_external=False)
            self.all.append(found)
        if found.state != "Started":
            message = _NOT_ALLOWED.format(found.state, "Registered", name)
            return forbidden("Extension.InvalidExtensionState", message)
        found.state, found.events = "Registered", wanted
        features = request.headers.get("lambda-extension-accept-feature", "").split(",")
        return self._registered(found, {one.strip() for one in features})

    def _refusal(self, name: str) -> Answer | None:
        if not self.is_open:
            message = "Extension registration closed already"
            return forbidden("Extension.RegistrationClosed", message)
        if len(self.all) >= MOST:
            message = f"Extension limit ({MOST}) reached"
            return forbidden("Extension.TooManyExtensions", message)
        if any(one.name == name for one in self.all):
            message = "Extension with this name already registered"
            return forbidden("Extension.InvalidExtensionState", message)
        return None

    def _registered(self, one: Extension, features: set[str]) -> Answer:
        told = {
            "functionName": self.deployment.name,
            "functionVersion": self.surroundings.version,
            "handler": self.deployment.handler,
        }
        if "accountId" in features:
            told["accountId"] = self.surroundings.account
        return as_json(200, told, ("Lambda-Extension-Identifier", one.identifier))

    def _next(self, request: Request, reply: Reply) -> None:
        given = identifier_of(request)
        if isinstance(given, Answer):
            reply(given)
            return
        found = self._with(given)
        if found is None:
            message = f"Unknown extension {given}"
            reply(forbidden("Extension.UnknownExtensionIdentifier", message))
        elif found.state not in ("Registered", "Running"):
            reply(_wrong(found, "Ready"))
        else:
            found.state, found.waiting = "Ready", reply
            _hand_over(found)

    def _failed(self, request: Request, route: str) -> Answer:
        """Note that an extension has failed, which ends the function's environment."""
        given = identifier_of(request)
        if isinstance(given, Answer):
            return given
        if not request.headers.get(_ERROR_TYPE.lower()):
            return forbidden("Extension.MissingHeader", f"{_ERROR_TYPE} not found")
        found = self._with(given)
        if found is None:
            message = "Unknown Lambda-Extension-Identifier"
            return forbidden("Extension.UnknownExtensionIdentifier", message)
        is_init = route == "init/error"
        failed = "InitError" if is_init else "ExitError"
        if found.state == failed:
            return accepted()
        if found.state not in (("Registered",) if is_init else ("Registered", "Ready", "Running")):
            return _wrong(found, "InitError" if is_init else "Exited")
        found.state = failed
        found.error_type = request.headers[_ERROR_TYPE.lower()]
        return accepted()

    def _with(self, identifier: str) -> Extension | None:
        """Find the extension that asks, by what it was given when it registered."""
        asks = (one for one in self.all if one.identifier == identifier and one.state != "Started")
        return next(asks, None)


def programs(layers: str) -> list[str]:
    """Give the names of the programs in a folder of layers, in the order in which they start."""
    folder = f"{layers}/{FOLDER}"
    try:
        with os.scandir(folder) as listing:
            return sorted(one.name for one in listing if not one.is_dir())
    except OSError:
        return []


def _hand_over(one: Extension) -> None:
    """Let an extension have the event that is due, if it waits for one."""
    if one.due is not None and one.waiting is not None:
        answer, reply = one.due, one.waiting
        one.due, one.waiting, one.state = None, None, "Running"
        reply(answer)


def _wrong(one: Extension, wanted: str) -> Answer:
    message = _NOT_ALLOWED.format(one.state, wanted, one.identifier)
    return forbidden("Extension.InvalidExtensionState", message)
