"""Ways to run a handler and to say in a line what came of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lpack.model import Call, Surroundings
from lpack.runtime import Limits
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.model import InstalledPython, Invocation
    from tests.handler_zoo import Package

    Run = Callable[[Path, InstalledPython], str]

_REQUEST = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STREAM = re.compile(r"\d{4}/\d\d/\d\d/\[(\$LATEST|\d+)\][0-9a-f]{32}")


def masked(text: str) -> str:
    """Leave out what is another each time."""
    return _STREAM.sub("STREAM", _REQUEST.sub("ID", text))


def calls(
    package: Package,
    *events: bytes,
    around: Surroundings | None = None,
    call: Call | None = None,
    init: float = 10,
    **settings: Any,
) -> Callable[[Path, InstalledPython], list[Invocation]]:
    """Give what calls a function with each event, in one sandbox.

    `init` is how many seconds its start may take, of which Lambda allows ten.
    """

    def run(folder: Path, python: InstalledPython) -> list[Invocation]:
        named = {"timeout": 5, "memory": 512, **settings}
        deployment = deployment_of(folder, package, python, **named)
        limits = Limits(init=init)
        with sandbox(deployment, around or Surroundings(), limits=limits) as box:
            made = [call] if call else [Call(event) for event in events or (b"{}",)]
            return [box.invoke(one) for one in made]

    return run


def body(package: Package, *events: bytes, **options: Any) -> Run:
    """Give the bodies of all calls, with a space between them."""
    make = calls(package, *events, **options)
    return lambda folder, python: masked(
        " ".join(one.payload.decode() for one in make(folder, python))
    )


def error(package: Package, **options: Any) -> Run:
    """Give type and message of an error, and whether the body has the other two keys of it."""
    make = calls(package, **options)

    def run(folder: Path, python: InstalledPython) -> str:
        found = json.loads(make(folder, python)[-1].payload)
        own = [one for one in found.get("stackTrace", ()) if "/var/task/" in one]
        more = f" {found['requestId'] and 'ID'} {len(own)}" if "stackTrace" in found else ""
        return masked(f"{found['errorType']}: {found['errorMessage']}{more}")

    return run


def log(package: Package, pattern: str, **options: Any) -> Run:
    """Give what a pattern finds in the log, all matches of it, with figures as N."""
    make = calls(package, **options)

    def run(folder: Path, python: InstalledPython) -> str:
        text = b"".join(one.log for one in make(folder, python)).decode()
        found = " / ".join(re.findall(pattern, text))
        found = re.sub(r"\d+\.\d\d ms", "N ms", masked(found)).replace("\t", " ")
        return re.sub(r"(Billed Duration|Max Memory Used): \d+", r"\1: N", found).strip()

    return run
