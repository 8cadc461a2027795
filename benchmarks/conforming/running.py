"""Ways to run a handler and to say in a line what came of it."""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from lpack.deploying.folders import unpacked
from lpack.model import Call, Surroundings
from lpack.runtime import Limits
from lpack.values import dataclass, replace
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conforming.behaviour import Run
    from lpack.model import Deployment, InstalledPython, Invocation
    from tests.handler_zoo import Package

PROVIDED = "provided.al2023"
_REQUEST = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STREAM = re.compile(r"\d{4}/\d\d/\d\d/\[(\$LATEST|\d+)\][0-9a-f]{32}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@dataclass(frozen=True, slots=True)
class Made:
    """What came of the calls of a sandbox."""

    calls: tuple[Invocation, ...]
    log: str
    """All that was logged, also after the last call."""


def masked(text: str) -> str:
    """Leave out what is another each time."""
    return _MOMENT.sub("MOMENT", _STREAM.sub("STREAM", _REQUEST.sub("ID", text)))


def made(  # noqa: PLR0913 - each is a circumstance of its own
    package: Package,
    *events: bytes,
    around: Surroundings | None = None,
    call: Call | None = None,
    init: float = 10,
    layers: tuple[Mapping[str, str], ...] = (),
    programs: tuple[str, ...] = (),
    provided: bool = False,
    **settings: Any,
) -> Callable[[Path, InstalledPython], Made]:
    """Give what calls a function with each event, in one sandbox.

    `init` is how many seconds its start may take, of which Lambda allows ten. `programs` are the
    files of the package, and of layers, that can be executed; `provided` makes one of them the
    runtime.
    """

    def run(folder: Path, python: InstalledPython) -> Made:
        named = {"timeout": 5, "memory": 512, **settings}
        deployment: Deployment = deployment_of(folder, package, python, **named)
        for name in programs:
            if name in package.files:
                (folder / "task" / name).chmod(0o755)
        if layers:
            deployment = replace(deployment, layers=_merged(folder, layers, programs))
        if provided:
            deployment = replace(deployment, interpreter=None, client="", runtime=PROVIDED)
        heard: list[bytes] = []
        with sandbox(
            deployment,
            around or Surroundings(),
            limits=Limits(init=init),
            listener=lambda _, piece: heard.append(piece),
        ) as box:
            wanted = [call] if call else [Call(event) for event in events or (b"{}",)]
            done = tuple(box.invoke(one) for one in wanted)
        return Made(done, b"".join(heard).decode())

    return run


def _merged(folder: Path, layers: tuple[Mapping[str, str], ...], programs: tuple[str, ...]) -> str:
    """Zip each layer, and unpack them all as they are for a function."""
    zips = []
    for number, files in enumerate(layers):
        zips.append(folder / f"layer{number}.zip")
        with zipfile.ZipFile(zips[-1], "w") as archive:
            for name, text in files.items():
                row = zipfile.ZipInfo(name, (2024, 1, 2, 0, 0, 0))
                row.external_attr = (0o100755 if name in programs else 0o100644) << 16
                archive.writestr(row, text)
    return str(unpacked(zips, folder / "cache"))


def body(package: Package, *events: bytes, **options: Any) -> Run:
    """Give the bodies of all calls, with a space between them."""
    make = made(package, *events, **options)
    return lambda folder, python: masked(
        " ".join(one.payload.decode() for one in make(folder, python).calls)
    )


def error(package: Package, **options: Any) -> Run:
    """Give type and message of an error, and whether the body has the other two keys of it."""
    make = made(package, **options)

    def run(folder: Path, python: InstalledPython) -> str:
        found = json.loads(make(folder, python).calls[-1].payload)
        own = [one for one in found.get("stackTrace", ()) if "/var/task/" in one]
        more = f" {found['requestId'] and 'ID'} {len(own)}" if "stackTrace" in found else ""
        return masked(f"{found['errorType']}: {found['errorMessage']}{more}")

    return run


def log(package: Package, pattern: str, *events: bytes, **options: Any) -> Run:
    """Give what a pattern finds in the log, all matches of it, with figures as N."""
    make = made(package, *events, **options)

    def run(folder: Path, python: InstalledPython) -> str:
        return figures(" / ".join(re.findall(pattern, make(folder, python).log)))

    return run


def figures(text: str) -> str:
    """Leave out of a log what is another each time, and write the tabulators as spaces."""
    found = re.sub(r"\d+\.\d\d ms", "N ms", masked(text)).replace("\t", " ")
    return re.sub(r"(Billed Duration|Max Memory Used): \d+", r"\1: N", found).strip()


def seen(make: Callable[[Path, InstalledPython], Made], look: Callable[[Made], object]) -> Run:
    """Give what a look at all that was made finds, as JSON unless it is text."""

    def run(folder: Path, python: InstalledPython) -> str:
        found = look(make(folder, python))
        return masked(found if isinstance(found, str) else json.dumps(found))

    return run
