"""Logs: what Lambda writes of a call, and what the function does, as text or as JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from conforming.behaviour import Line
from conforming.commands import called
from conforming.running import figures, log, made, seen
from conforming.sources import (
    CLIENT,
    DESTINATIONS,
    EXITED_AT_START,
    GROUPS,
    INVOKE,
    LEVELS,
    LIFE,
    OUT_OF_MEMORY,
    OWN,
    PRINTS,
    RUNTIME_DONE,
    STRUCTURE,
    TELEMETRY,
    TIMED_OUT,
    by,
)
from tests.handler_zoo import ANSWERING, doing, module, returning

if TYPE_CHECKING:
    from collections.abc import Callable

    from conforming.commands import Said
    from conforming.running import Made

_REPORT = "REPORT RequestId: ID Duration: N ms Billed Duration: N ms Memory Size: 512 MB"
_FIRST = "8f2c7a51-0000-4000-8000-000000000001"
_PRINTING = "def handler(event, context):\n    print(event)\n"
_TRACE = (
    "[ERROR] ValueError: no\nTraceback (most recent call last):\n"
    '\u00a0\u00a0File "/var/task/app.py", line 2, in handler\n'
    '\u00a0\u00a0\u00a0\u00a0raise ValueError("no")'
)
_LONG = doing("for one in range(200):", "    print(f'line {one:04}', 'x' * 40)")
_LEVELS = doing(
    "log = logging.getLogger()",
    "log.setLevel(logging.DEBUG)",
    "log.debug('by the client')",
    "log.warning('by the client')",
    "print(json.dumps({'level': 'debug', 'message': 'as JSON'}))",
    "print(json.dumps({'level': 'WARN', 'message': 'as JSON'}))",
    "print('plain')",
    setup="import json, logging",
)
_ORDER = doing(
    "print('1 out')",
    "logging.warning('2 log')",
    "print('3 err', file=sys.stderr)",
    "logging.error('4 log')",
    "subprocess.run(['echo', '5 child'])",
    "print('6 out')",
    setup="import logging, subprocess, sys",
)


def _kinds(found: Made) -> str:
    """Give the types of the platform's lines and the levels of others, in their order."""
    objects = [json.loads(line) for line in found.log.splitlines() if line.startswith("{")]
    return " ".join(one.get("type", one.get("level", "?")) for one in objects)


def _record(kind: str) -> Callable[[Made], str]:
    """Give what shows all members of one of the platform's lines."""

    def look(found: Made) -> str:
        lines = [json.loads(line) for line in found.log.splitlines() if line.startswith("{")]
        line = next(one for one in lines if one["type"] == kind)
        metrics = line["record"].pop("metrics", {})
        return " ".join([*line, *line["record"], *metrics])

    return look


def _streams(said: list[Said]) -> str:
    """Give the group and the name of the stream, as folders and files are called."""
    root = said[0].project / ".lpack" / "logs"
    return " ".join(str(path.relative_to(root)) for path in root.rglob("*.jsonl"))


def _messages(said: list[Said]) -> list[str]:
    (path,) = (said[0].project / ".lpack" / "logs").rglob("*.jsonl")
    messages = [json.loads(line)["message"] for line in path.read_text().splitlines()]
    return [one for one in messages if not one.startswith(("INIT", "START", "END", "REPORT"))]


def _tail(said: list[Said]) -> str:
    text = said[0].talk
    return f"{len(text)} bytes, ends with the report: {'REPORT' in text.splitlines()[-1]}"


def _of_one(said: list[Said]) -> str:
    shown = said[-1].out
    count = len(re.findall("(?m)^START", shown))
    return f"{count} START, of the first: {_FIRST in shown}"


LINES = (
    Line(
        "lines of a call",
        "START RequestId: ID Version: $LATEST / hello / END RequestId: ID",
        by("test_invocation_with_logs"),
        log(doing("print('hello')"), r"(?m)^(?:START|hello|END).*"),
    ),
    Line(
        "before the first one, the runtime",
        "INIT_START Runtime Version: python:VERSION.vN Runtime Version ARN:"
        " arn:aws:lambda:us-east-1::runtime:HASH",
        by("test_multi_line_prints", PRINTS),
        seen(
            made(returning("1")),
            lambda found: re.sub(
                r"(runtime:)[0-9a-f]{64}|(python:3.\d+.)\d+",
                lambda one: f"{one[1]}HASH" if one[1] else f"{one[2]}N",
                figures(found.log.splitlines()[0]),
            ),
        ),
    ),
    Line(
        "report of a cold call",
        f"{_REPORT} Max Memory Used: N MB Init Duration: N ms",
        by("test_invocation_with_logs"),
        log(returning("1"), "REPORT.*"),
    ),
    Line(
        "report of a warm one, with a tabulator at its end",
        f"{_REPORT} Max Memory Used: N MB|",
        by("test_invocation_type_event_error"),
        seen(
            made(returning("1"), b"1", b"2"),
            lambda found: figures(found.log.splitlines()[-1].removesuffix("\t") + "|"),
        ),
    ),
    Line(
        "memory is what was used",
        "true",
        STRUCTURE,
        seen(
            made(returning("len(bytearray(b'x' * (100 << 20)))")),
            lambda found: found.calls[0].memory in range(100, 300),
        ),
    ),
    Line(
        "report of too much memory",
        f"{_REPORT} Max Memory Used: N MB Init Duration: N ms Status: error"
        " Error Type: Runtime.OutOfMemory",
        OUT_OF_MEMORY,
        log(
            doing("x = bytearray(b'x' * (600 << 20))", "time.sleep(9)", setup="import time"),
            "REPORT.*",
        ),
    ),
    Line(
        "a timeout is told before the end, and in the report",
        "START / MOMENT ID Task timed out after 1.00 seconds / END / REPORT / Status: timeout",
        f"{TIMED_OUT}, {TELEMETRY}",
        log(
            doing("time.sleep(9)", setup="import time"),
            r"(?m)^(?:START|END|REPORT|\S+ \S+ Task.*)|Status: timeout",
            timeout=1,
        ),
    ),
    Line(
        "a failed start is reported, and tried again",
        "INIT_REPORT Init Duration: N ms Phase: init Status: error Error Type:"
        " Runtime.ImportModuleError / INIT_REPORT Init Duration: N ms Phase: invoke Status: error"
        " Error Type: Runtime.ImportModuleError",
        LIFE,
        log(ANSWERING["import error"], "INIT_REPORT.*"),
    ),
    Line(
        "the end of a runtime that starts is told once, in the call",
        "here / INIT_REPORT / here / INIT_REPORT / START / RequestId: ID Error: Runtime exited"
        " without providing a reason / Runtime.ExitError / END / REPORT",
        EXITED_AT_START,
        log(
            module("import sys\nprint('here')\nsys.exit()\n"),
            r"(?m)^(?:here|INIT_REPORT|START|END|REPORT|RequestId.*|Runtime.*)",
        ),
    ),
    Line(
        "an exception and its trace are one event",
        json.dumps([_TRACE]),
        by("test_invocation_type_event_error"),
        called(
            'def handler(event, context):\n    raise ValueError("no")\n', ("-q",), look=_messages
        ),
    ),
    Line(
        "every line that is printed is an event, a carriage return ends none",
        '["multi", "line", "another\\rline"]',
        by("test_multi_line_prints", PRINTS),
        called(
            "def handler(event, context):\n"
            "    print('multi\\nline')\n    print('another\\rline')\n",
            ("-q",),
            look=_messages,
        ),
    ),
    Line(
        "logging has level, time and request",
        "[WARNING] MOMENT ID warned",
        by("test_request_id_invoke"),
        log(
            doing("logging.warning('warned')", "logging.info('not')", setup="import logging"),
            r"\[(?:WARNING|INFO)\].*",
        ),
    ),
    Line(
        "all comes in the order in which it was written",
        "1 2 3 4 5 6",
        by("test_dead_letter_queue", DESTINATIONS),
        seen(
            made(_ORDER), lambda found: " ".join(re.findall(r"(\d) (?:out|log|err|ch)", found.log))
        ),
    ),
    Line(
        "JSON: what logging writes",
        '"level": "INFO", "message": "told"',
        CLIENT,
        log(
            doing("logging.info('told')", setup="import logging"),
            '"level": "INFO", "message": "told"',
            log_format="JSON",
        ),
    ),
    Line(
        "JSON: an exception",
        "timestamp level errorMessage errorType requestId stackTrace",
        CLIENT,
        seen(
            made(ANSWERING["raises"], log_format="JSON", system_log_level="WARN"),
            lambda found: " ".join(json.loads(found.log)),
        ),
    ),
    Line(
        "JSON: the platform's lines, at DEBUG",
        "platform.initStart platform.initRuntimeDone platform.initReport platform.start"
        " platform.runtimeDone platform.report",
        LEVELS,
        seen(made(returning("1"), log_format="JSON", system_log_level="DEBUG"), _kinds),
    ),
    Line(
        "JSON: at INFO",
        "platform.initStart platform.start platform.report",
        LEVELS,
        seen(made(returning("1"), log_format="JSON"), _kinds),
    ),
    Line(
        "JSON: at WARN, what has failed",
        "platform.runtimeDone platform.report",
        LEVELS,
        seen(
            made(
                doing("os._exit(1)", setup="import os"), log_format="JSON", system_log_level="WARN"
            ),
            _kinds,
        ),
    ),
    Line(
        "JSON: what a report holds",
        "time type record requestId status durationMs billedDurationMs memorySizeMB"
        " maxMemoryUsedMB initDurationMs",
        TELEMETRY,
        seen(made(returning("1"), log_format="JSON"), _record("platform.report")),
    ),
    Line(
        "JSON: an exception of the handler is a success of the runtime",
        "success",
        RUNTIME_DONE,
        log(
            ANSWERING["raises"],
            '(?<="type":"platform.runtimeDone","record":{"requestId":"XXXXXXXX-XXXX-XXXX-XXXX-'
            'XXXXXXXXXXXX","status":")[a-z]+'.replace("X", "."),
            log_format="JSON",
            system_log_level="DEBUG",
        ),
    ),
    Line(
        "JSON: lines of the function below the level are left out",
        "WARNING WARN",
        f"{LEVELS}, {CLIENT}",
        seen(
            made(_LEVELS, log_format="JSON", application_log_level="WARN", system_log_level="WARN"),
            lambda found: f"{_kinds(found)}{' plain' * found.log.count('plain')}",
        ),
    ),
    Line(
        "JSON: what has no level is of INFO",
        "DEBUG WARNING debug WARN plain",
        LEVELS,
        seen(
            made(
                _LEVELS, log_format="JSON", application_log_level="DEBUG", system_log_level="WARN"
            ),
            lambda found: f"{_kinds(found)}{' plain' * found.log.count('plain')}",
        ),
    ),
    Line(
        "the tail is the last 4 KB",
        "4096 bytes, ends with the report: True",
        INVOKE,
        called(_LONG.files["app.py"], ("--tail",), look=_tail),
    ),
    Line(
        "the tail of a cold call begins with START",
        "START",
        by("test_invocation_with_logs"),
        called(_PRINTING, ("--tail",), look=lambda said: said[0].talk.split(" ")[0]),
    ),
    Line(
        "groups and streams have their names",
        "aws/lambda/api/STREAM.jsonl",
        STRUCTURE,
        called(_PRINTING, ("-q",), look=_streams),
    ),
    Line(
        "a group of one's own",
        "team/own/STREAM.jsonl",
        GROUPS,
        called(
            _PRINTING,
            ("-q",),
            settings='settings.LoggingConfig.LogGroup = "/team/own"\n',
            look=_streams,
        ),
    ),
    Line(
        "one request is shown by its number",
        "1 START, of the first: True",
        f"{OWN} (`lpack logs --request-id`)",
        called(
            _PRINTING,
            ("-q", "--context", json.dumps({"request_id": _FIRST})),
            ("-q", "--context", json.dumps({"request_id": _FIRST.replace("1", "2")})),
            ("logs", "--request-id", _FIRST),
            look=_of_one,
        ),
    ),
)
