"""Lambda's Extensions API: programs beside the runtime, which hear of every call.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html; the states and the
bodies of refusals are those of AWS's own server, which is published as
aws-lambda-runtime-interface-emulator. As there, the Logs and Telemetry APIs answer, and send
nothing.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from lpack.runtime import faults
from lpack.runtime.exchange import Answer, accepted, as_json, forbidden

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
_EXTERNAL_EVENTS, _INTERNAL_EVENTS = ("INVOKE", "SHUTDOWN"), ("INVOKE",)
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
        self.identifier = str(_uuid())
        self.is_external = is_external
        self.state = "Started"
        self.events: tuple[str, ...] = ()
        self.waiting: Reply | None = None
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
        if request.path in _STUBS:
            kind, message = _STUBS[request.path]
            reply(as_json(202, {"errorMessage": message, "errorType": kind}))
            return
        route = f"{request.method} {request.path.removeprefix(VERSION)}"
        if route == "POST register":
            reply(self._register(request))
            return
        if route not in ("GET event/next", "POST init/error", "POST exit/error"):
            reply(Answer(404, b"404 page not found\n", "text/plain; charset=utf-8"))
            return
        found = self._known(request)
        if isinstance(found, Answer):
            reply(found)
        elif route == "GET event/next":
            _wait(found, reply)
        else:
            reply(_failed(found, request, route.split()[1]))

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

    def has_ended(self, housing: Housing) -> bool:
        """Whether one of the programs does not run any more, which ends the function."""
        return any(one.is_external and housing.status_of(one.name) is not None for one in self.all)

    def end(self, housing: Housing) -> tuple[str, str]:
        """Give the type of the error that the end of one of the programs is, and tell how it was.

        https://github.com/aws/aws-lambda-runtime-interface-emulator (rapid/handlers.go)
        """
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
            if kind in one.events and one.waiting is not None:
                reply, one.waiting, one.state = one.waiting, None, "Running"
                headers = ("Lambda-Extension-Event-Identifier", str(_uuid()))
                reply(as_json(200, {"eventType": kind, **event}, headers))

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
            events = json.loads(request.body)["events"]
            wanted = tuple(str(event) for event in events)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return forbidden("InvalidRequestFormat", str(error))
        found = next((one for one in self.all if one.is_external and one.name == name), None)
        allowed = _EXTERNAL_EVENTS if found else _INTERNAL_EVENTS
        for event in wanted:
            if event not in allowed:
                message = f"{event}: {'invalid' if found else 'not allowed'} event"
                return forbidden("Extension.InvalidEventType", message)
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
        if any(one.name == name for one in self.all):
            message = "Extension with this name already registered"
            return forbidden("Extension.InvalidExtensionState", message)
        if len(self.all) >= MOST:
            message = f"Extension limit ({MOST}) reached"
            return forbidden("Extension.TooManyExtensions", message)
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

    def _known(self, request: Request) -> Extension | Answer:
        """Find the extension that asks, by what it was given when it registered."""
        given = request.headers.get("lambda-extension-identifier", "")
        if not given:
            message = "Missing Lambda-Extension-Identifier header"
            return forbidden("Extension.MissingExtensionIdentifier", message)
        found = next((one for one in self.all if one.identifier == given.lower()), None)
        if found is None or found.state == "Started":
            message = f"Unknown extension {given}"
            return forbidden("Extension.UnknownExtensionIdentifier", message)
        return found


def programs(layers: str) -> list[str]:
    """Give the names of the programs in a folder of layers, in the order in which they start."""
    folder = f"{layers}/{FOLDER}"
    try:
        with os.scandir(folder) as listing:
            return sorted(one.name for one in listing if not one.is_dir())
    except OSError:
        return []


def _wait(one: Extension, reply: Reply) -> None:
    if one.state in ("InitError", "ExitError"):
        message = _NOT_ALLOWED.format(one.state, "Ready", one.identifier)
        reply(forbidden("Extension.InvalidExtensionState", message))
    else:
        one.state, one.waiting = "Ready", reply


def _failed(one: Extension, request: Request, route: str) -> Answer:
    """Note that an extension has failed, which ends the function's environment."""
    header = "lambda-extension-function-error-type"
    if not request.headers.get(header):
        message = "Lambda-Extension-Function-Error-Type not found"
        return forbidden("Extension.MissingHeader", message)
    is_init = route == "init/error"
    if is_init and one.state != "Registered":
        message = _NOT_ALLOWED.format(one.state, "InitError", one.identifier)
        return forbidden("Extension.InvalidExtensionState", message)
    one.state = "InitError" if is_init else "ExitError"
    one.error_type = request.headers[header]
    return accepted()


def _uuid() -> object:
    import uuid  # noqa: PLC0415 - few functions have extensions

    return uuid.uuid4()
