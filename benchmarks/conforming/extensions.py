"""Extensions: programs of layers, and threads of the function, that hear of every call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conforming.behaviour import Line
from conforming.running import body, error, log, made, seen
from conforming.sources import CRASH, EMULATOR, EXTENSIONS, INIT_ERROR, LAUNCH
from tests.handler_zoo import doing, returning

if TYPE_CHECKING:
    from conforming.running import Made

_ASK = """
import json, os, sys, urllib.error, urllib.request
def ask(path, body=None, **headers):
    api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/"
    named = {"Lambda-Extension-" + name.replace("_", "-"): text for name, text in headers.items()}
    request = urllib.request.Request(api + path, body and json.dumps(body).encode(), named)
    if path == "2022-07-01/telemetry":
        request.method = "PUT"
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers), json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, {}, json.loads(error.read())
def register(name, *events):
    status, headers, said = ask("2020-01-01/extension/register", {"events": events}, Name=name)
    return status, headers.get("Lambda-Extension-Identifier", ""), said
"""
_BEGIN = f"#!/usr/bin/env python3\n{_ASK}\nname = os.path.basename(sys.argv[0])\n"
WATCHER = f"""{_BEGIN}
_, own, about = register(name, "INVOKE", "SHUTDOWN")
print("heard", json.dumps(about), flush=True)
print("named", " ".join(sorted(os.environ)), flush=True)
while True:
    _, _, event = ask("2020-01-01/extension/event/next", Identifier=own)
    print("heard", event["eventType"], event.get("shutdownReason", ""), flush=True)
    print("members", *sorted(event), flush=True)
    if event["eventType"] == "SHUTDOWN":
        break
"""
_FAILING = f"""{_BEGIN}
_, own, _ = register(name, "INVOKE", "SHUTDOWN")
ask("2020-01-01/extension/init/error", {{}}, Identifier=own, Function_Error_Type="Extension.Mine")
"""
_NOT_FOR_THEM = (
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",
    "_HANDLER",
)
_NAME = "extensions/watcher"
_PROGRAM: dict[str, Any] = {"layers": ({_NAME: WATCHER},), "programs": (_NAME,)}
_LAYER_OF_TWO = (
    {"extensions/a": WATCHER},
    {"extensions/b": WATCHER, "python/lib.py": ""},
)
_ERROR = "RequestId: ID Error: "


def _broken(text: str, *, is_program: bool = True) -> dict[str, Any]:
    return {"layers": ({_NAME: text},), "programs": (_NAME,) if is_program else ()}


def _heard(found: Made) -> str:
    return " / ".join(line.strip() for line in re.findall("heard (.*)", found.log))


LINES = (
    Line(
        "they register, hear of each call, and of the end",
        '{"functionName": "api", "functionVersion": "$LATEST", "handler": "app.handler"}'
        " / INVOKE / INVOKE / SHUTDOWN spindown",
        EXTENSIONS,
        seen(made(returning("1"), b"1", b"2", **_PROGRAM), _heard),
    ),
    Line(
        "what an event holds",
        "deadlineMs eventType invokedFunctionArn requestId tracing"
        " / deadlineMs eventType shutdownReason",
        EXTENSIONS,
        log(returning("1"), "members (.*)", **_PROGRAM),
    ),
    Line(
        "those of every layer are started, and each has its line",
        "a State: Ready / b State: Ready",
        EXTENSIONS,
        log(
            returning("1"),
            r"EXTENSION\tName: (\w\tState: \w+)\tEvents: \[INVOKE, SHUTDOWN\]",
            layers=_LAYER_OF_TWO,
            programs=("extensions/a", "extensions/b"),
        ),
    ),
    Line(
        "a timeout ends them, too",
        "INVOKE / SHUTDOWN timeout",
        EXTENSIONS,
        seen(
            made(doing("time.sleep(9)", setup="import time"), timeout=1, **_PROGRAM),
            lambda found: _heard(found).partition(" / ")[2],
        ),
    ),
    Line(
        "so does the end of the runtime",
        "INVOKE / SHUTDOWN failure",
        EXTENSIONS,
        seen(
            made(doing("os._exit(1)", setup="import os"), **_PROGRAM),
            lambda found: _heard(found).partition(" / ")[2],
        ),
    ),
    Line(
        "variables of the runtime alone are not theirs",
        "[]",
        EXTENSIONS,
        seen(
            made(returning("1"), **_PROGRAM),
            lambda found: [
                name
                for name in _NOT_FOR_THEM
                if name in re.findall("named (.*)", found.log)[0].split(" ")
            ],
        ),
    ),
    Line(
        "a thread of the function may register for INVOKE, while it starts",
        '[200, {"errorMessage": "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension",'
        ' "errorType": "Extension.InvalidEventType"}, 403, "Extension.RegistrationClosed"]',
        EMULATOR,
        body(
            doing(
                "late, _, said = register('late', 'INVOKE')",
                "return [first, more, late, said['errorType']]",
                setup=f"{_ASK}\nfirst = register('mine')[0]\nmore = register('x', 'SHUTDOWN')[2]\n",
            )
        ),
    ),
    Line(
        "the Telemetry API answers, and sends nothing",
        '[202, {"errorMessage": "Telemetry API is not supported",'
        ' "errorType": "Telemetry.NotSupported"}]',
        EMULATOR,
        body(returning("ask('2022-07-01/telemetry', {'types': []})[::2]", _ASK)),
    ),
    Line(
        "one that ends while it starts, with 0",
        f"Extension.Crash: {_ERROR}exit code 0",
        CRASH,
        error(returning("1"), **_broken("#!/bin/sh\nexit 0\n")),
    ),
    Line(
        "one that ends while it starts, with 3",
        f"Extension.Crash: {_ERROR}exit status 3",
        EMULATOR,
        error(returning("1"), **_broken("#!/bin/sh\nexit 3\n")),
    ),
    Line(
        "one that is no program",
        f"Extension.LaunchError: {_ERROR}fork/exec /opt/extensions/watcher: exec format error",
        LAUNCH,
        error(returning("1"), **_broken("\x01")),
    ),
    Line(
        "its line says so",
        "EXTENSION Name: watcher State: LaunchError Events: [] Error Type: UnknownError",
        LAUNCH,
        seen(
            made(returning("1"), **_broken("\x01")),
            lambda found: re.findall("EXTENSION.*", found.log)[0].replace("\t", " "),
        ),
    ),
    Line(
        "one that is not executable",
        "EXTENSION Name: watcher State: LaunchError Events: [] Error Type: PermissionDenied",
        EMULATOR,
        seen(
            made(returning("1"), **_broken("\x01", is_program=False)),
            lambda found: re.findall("EXTENSION.*", found.log)[0].replace("\t", " "),
        ),
    ),
    Line(
        "one that reports that it cannot start",
        f"Extension.InitError: {_ERROR}exit code 0",
        INIT_ERROR,
        error(returning("1"), **_broken(_FAILING)),
    ),
    Line(
        "more than ten",
        f"Extension.LaunchError: {_ERROR}ErrTooManyExtensions",
        EMULATOR,
        error(
            returning("1"),
            layers=({f"extensions/e{number:02}": WATCHER for number in range(11)},),
            programs=tuple(f"extensions/e{number:02}" for number in range(11)),
        ),
    ),
)
