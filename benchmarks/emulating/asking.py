"""Odd requests to the Runtime API of the emulator and of lpack, from inside of a function."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from conforming.running import masked
from emulating.emulator import AROUND, emulator
from lpack.model import Call
from tests.handler_zoo import Package
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from lpack.model import InstalledPython

_ASKER = Path(__file__).with_name("asker.py")
_CALL = Call(b'{"a": 1}', trace="Root=1-2-3;Parent=4;Sampled=0")
# Times; and a header for traces, which the emulator does not make.
_VARYING = re.compile(
    r'(?<=deadlineMs\\":)\d+|Date: [^\\]+\\r\\n|, "Lambda-Runtime-Trace-Id"', re.ASCII
)


def in_emulator(
    steps: str, program: Path, folder: Path, python: InstalledPython
) -> tuple[str, ...]:
    """Ask the emulator, and give its answers, and what came of the call."""
    with emulator(program, deployment_of(folder, _package(steps), python, timeout=15)) as found:
        body = found.invoke(_CALL).body
        return _said(steps, found.log(), body)


def in_lpack(steps: str, folder: Path, python: InstalledPython) -> tuple[str, ...]:
    """Ask lpack, and give its answers, and what came of the call."""
    deployment = deployment_of(folder, _package(steps), python, timeout=15)
    with sandbox(deployment, AROUND) as box:
        done = box.invoke(_CALL)
        return _said(steps, done.log.decode(), done.payload)


def _package(steps: str) -> Package:
    """Make a package that asks when it is imported, so that it can ask before `next`."""
    lines = "".join(f"    {line}\n" for line in steps.splitlines())
    asks = f"from asker import *\ntry:\n{lines}finally:\n    tell()\n"
    return Package({"app.py": asks, "asker.py": _ASKER.read_text(encoding="utf-8")})


def _said(steps: str, log: str, body: bytes) -> tuple[str, ...]:
    """Find what was noted, the first time if the function was started twice.

    What came of a call is added where the event was taken.
    """
    line = next((one for one in log.splitlines() if one.startswith("SAID ")), "SAID []")
    answers = json.loads(line.removeprefix("SAID "))
    told = [json.dumps(one, ensure_ascii=False) for one in answers]
    if "take()" in steps:
        told.append(f"body: {body.decode(errors='replace')}")
    return tuple(_VARYING.sub("", masked(one)) for one in told)
