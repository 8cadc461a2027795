"""Calls of the same packages in the emulator and in lpack, and how their outcomes are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conforming.running import masked
from emulating.emulator import AROUND, emulator
from lpack.model import Call
from lpack.runtime.layout import enclosed
from lpack.values import dataclass, field, replace
from tests.handler_zoo import ANSWERING, Package, doing, module, returning
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Deployment, InstalledPython

_BAD_GATEWAY = 502
_ONLY_LAMBDA = ("INIT_START ", "INIT_REPORT ", "EXTENSION\t")
"""Lines that the emulator does not write."""
_OF_LAMBDA = re.compile(
    r"(?m)^(?:(?:START|END) RequestId: .*|REPORT|RequestId: ID Error: .*\n\w+\.\w+"
    r"|MOMENT ID Task timed out .*\n)(?:\n|\Z)"
)
_LONGEST = 300
_LINES = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A package, and the calls that are made of it."""

    package: Package = field(hash=False)
    calls: tuple[Call, ...] = (Call(b'{"a": [1, null]}'),)
    extension: str = ""
    """Python of a program beside the runtime, if there is one."""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of the calls of one package."""

    bodies: tuple[str, ...]
    lost: tuple[bool, ...]
    """Whether the function's process was lost with each call."""
    log: str


def _values(*expressions: str, setup: str = "", **call: Any) -> Case:
    return Case(returning(f"[{', '.join(expressions)}]", setup), (Call(**call),))


_EXTENSION = """
import http.client, json, os, sys
def ask(method, path, body=None, **headers):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, "/2020-01-01/extension/" + path, body, named)
    answer = connection.getresponse()
    return answer.getheader("Lambda-Extension-Identifier"), answer.read()
events = b'{"events": ["INVOKE", "SHUTDOWN"]}'
own, _ = ask("POST", "register", events, Lambda_Extension_Name="own")
while True:
    event = json.loads(ask("GET", "event/next", Lambda_Extension_Identifier=own)[1])
    print("extension hears", event["eventType"], event.get("shutdownReason"), flush=True)
    if event["eventType"] == "SHUTDOWN":
        sys.exit()
"""
_FAILS = 'ask("POST", "exit/error", b"", Lambda_Extension_Identifier=own,'
_FAILS += ' Lambda_Extension_Function_Error_Type="Extension.Own")'
_TOLD = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGTERM, lambda *_: (print('runtime hears SIGTERM'), sys.exit()))"
)
_SLEEPS = doing("time.sleep(1)", "return 'late'", setup="import time")


def _extension(*lines: str) -> str:
    """Make an extension that does something when it hears of the first call."""
    more = "".join(f"    {line}\n" for line in lines)
    return f"#!PYTHON\n{_EXTENSION}{more}"


_TWICE = (Call(b"1"), Call(b"2"))
_SIGNALS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 24, 26, 27, 29, 30, 31, 34, 64)
"""All that end a process; Python ignores two more."""
_MOST = 6 * 1024 * 1024
_COUNTING = "import os, sys, time\ncalls = []\n"
_OWN: dict[str, Case] = {
    "warm": Case(doing("calls.append(event)", "return calls", setup=_COUNTING), _TWICE),
    "crash, and after it": Case(doing("if event == 1: os._exit(1)", "return 'new'",
                                      setup=_COUNTING), _TWICE),
    "timeout, and after it": Case(doing("if event == 1: time.sleep(9)", "return 'new'",
                                        setup=_COUNTING), _TWICE, settings={"timeout": 1}),
    "exception, and after it": Case(doing("calls.append(event)", "if event == 1: 1 / 0",
                                          "return calls", setup=_COUNTING), _TWICE),
    "response of 7 MB, and after it": Case(
        doing("calls.append(1)", "return 'x' * 7_000_000 if event == 1 else len(calls)",
              setup=_COUNTING), _TWICE),
    "largest response": Case(returning(f"'x' * {_MOST + 98}")),
    "response of a byte more": Case(returning(f"'x' * {_MOST + 99}")),
    "largest event": Case(returning("len(event)"), (Call(b'"' + b"x" * (_MOST - 2) + b'"'),)),
    "event that is no JSON": Case(returning("event"), (Call(b"{"),)),
    "empty event": Case(returning("event"), (Call(b""),)),
    "event in UTF-8": Case(returning("event"), (Call('"é\u2028😀"'.encode()),)),
    "event that is no UTF-8": Case(returning("event"), (Call(b'"\xff"'),)),
    "context": _values(
        "context.function_name", "context.function_version", "context.memory_limit_in_mb",
        "context.log_group_name", "context.log_stream_name", "context.aws_request_id",
        "context.tenant_id", "context.client_context", "context.identity.cognito_identity_id",
        "4000 < context.get_remaining_time_in_millis() <= 5000"),
    "ARN": _values("context.invoked_function_arn"),
    "client context": _values(
        "context.client_context.custom", "context.client_context.env",
        "context.client_context.client.app_title",
        client_context={"custom": {"k": "é"}, "env": {"locale": "de"},
                        "client": {"app_title": "a"}}),
    "tenant": _values("context.tenant_id", tenant="blue"),
    "environment": _values(
        "sorted((k, v) for k, v in os.environ.items() if not others.search(k))",
        setup="import os, re\nothers = re.compile('_API$|TRACE|METADATA_TOKEN|TIMEOUT')"),
    "prints": Case(doing("print('out')", "print('err', file=sys.stderr)", "print('no end', end='')",
                         setup=_COUNTING), _TWICE),
    "prints at import": Case(module("print('at import')\ndef handler(e, c):\n    print('in')\n"),
                             _TWICE),
    "logging": Case(doing("logging.warning('warned')", "logging.getLogger().setLevel('INFO')",
                          "logging.info('told')", "logging.error('two\\nlines')",
                          setup="import logging")),
    "logging of exceptions": Case(doing("try:", "    1 / 0", "except ZeroDivisionError:",
                                        "    logging.exception('caught')",
                                        setup="import logging")),
    "much of a log": Case(doing("for n in range(3000): print(n, 'x' * 80)")),
    "slow start": Case(module("import time\ntime.sleep(2)\ndef handler(e, c):\n    return 1\n")),
    "segmentation fault at import": Case(module(
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")),
    "signals": Case(
        doing("os.kill(os.getpid(), event)", "time.sleep(9)", setup="import os, time"),
        tuple(Call(str(number).encode()) for number in _SIGNALS)),
    "extension": Case(returning("'done'"), _TWICE, _extension()),
    "extension exits in a call": Case(_SLEEPS, _TWICE, _extension("sys.exit(0)")),
    "extension crashes in a call": Case(_SLEEPS, _TWICE, _extension("os._exit(3)")),
    "extension is killed in a call": Case(_SLEEPS, _TWICE, _extension("os.kill(os.getpid(), 9)")),
    "extension fails in a call": Case(_SLEEPS, _TWICE, _extension(_FAILS, "sys.exit(1)")),
    "extension hears of a crash": Case(
        doing("os._exit(1)", setup="import os"), _TWICE, _extension()),
    "extension and runtime hear of a timeout": Case(
        doing("time.sleep(9)", setup=_TOLD), _TWICE, _extension(), {"timeout": 1}),
    "leaves a process": Case(doing("return os.fork() and 1 or time.sleep(60)", setup=_COUNTING),
                             _TWICE),
}  # fmt: skip
CASES: dict[str, Case] = {
    **{name: Case(package) for name, package in ANSWERING.items()},
    **_OWN,
}


def in_emulator(case: Case, program: Path, folder: Path, python: InstalledPython) -> Seen:
    """Make the calls of a case in the emulator."""
    with emulator(program, _deployment(case, folder, python)) as found:
        answers = [found.invoke(call) for call in case.calls]
        return Seen(
            tuple(_text(one.body) for one in answers),
            tuple(one.status == _BAD_GATEWAY for one in answers),
            _comparable(found.log()),
        )


def in_lpack(case: Case, folder: Path, python: InstalledPython) -> Seen:
    """Make the calls of a case in lpack."""
    bodies, lost, log = [], [], b""
    with sandbox(_deployment(case, folder, python), AROUND) as box:
        for call in case.calls:
            done = box.invoke(call)
            bodies.append(_text(done.payload))
            lost.append(not box.is_warm)
            log += done.log
    return Seen(tuple(bodies), tuple(lost), _comparable(log.decode(errors="replace")))


def _deployment(case: Case, folder: Path, python: InstalledPython) -> Deployment:
    settings = {"timeout": 5, "memory": 512, **case.settings}
    deployment = deployment_of(folder, case.package, python, **settings)
    if not case.extension:
        return deployment
    program = folder / "layers" / "extensions" / "own"
    program.parent.mkdir(parents=True)
    program.write_text(case.extension.replace("PYTHON", enclosed(deployment).command[0], 1))
    for path in (program, program.parent, program.parent.parent):
        path.chmod(0o755)
    return replace(deployment, layers=str(program.parent.parent))


def _text(body: bytes) -> str:
    text = masked(body.decode(errors="backslashreplace"))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… {len(body)} bytes"


def _comparable(log: str) -> str:
    """Leave out of a log what the emulator does not write, and all figures."""
    lines = [one for one in log.splitlines() if not one.startswith(_ONLY_LAMBDA)]
    text = masked("\n".join(lines))
    text = re.sub(r"(?m)^REPORT RequestId: ID\t.*", "REPORT", text)
    return re.sub(r"(?m)^(\[ERROR\] \[)\d+", r"\1TIME", text).strip()


def aspects(emulated: Seen, done: Seen) -> tuple[str, ...]:
    """Say in which respects two outcomes differ."""
    same = {
        "body": emulated.bodies == done.bodies,
        "process": emulated.lost == done.lost,
        "log": _same_log(emulated, done),
    }
    return tuple(name for name, is_same in same.items() if not is_same)


def _same_log(emulated: Seen, done: Seen) -> bool:
    """Compare logs; of processes that were lost, only what these have written themselves.

    The emulator writes nothing of how they ended, and starts once what Lambda starts again.
    """
    if not any(emulated.lost + done.lost):
        return emulated.log == done.log
    theirs, ours = _OF_LAMBDA.sub("", emulated.log).strip(), _OF_LAMBDA.sub("", done.log).strip()
    return ours in (theirs, f"{theirs}\n{theirs}")


def shown(aspect: str, seen: Seen) -> str:
    """Give what differs, in a line."""
    if aspect == "body":
        return " ".join(seen.bodies)
    if aspect == "process":
        return " ".join("lost" if one else "kept" for one in seen.lost)
    return " / ".join(seen.log.splitlines()[:_LINES])
