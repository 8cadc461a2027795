"""The script beside a package answers as `lpack invoke` does, byte for byte, on every Python."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lpack.model import Call
from tests.handler_zoo import ANSWERING, Package, doing, returning
from tests.integration.test_sandbox_pythons import EVENT, found_python
from tests.invocation_script import run_script, write_script, zipped
from tests.sandboxes import deployment_of, sandbox, this_python, written

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import InstalledPython

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
_OWN = ('  File "/var/task/', '  File "/opt/')
_REQUEST = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ENDED_BY_LAMBDA = {
    "timeout": doing("time.sleep(60)", setup="import time"),
    "timeout with a child": doing(
        "if os.fork() == 0: os.setsid()", "time.sleep(60)", setup="import os, time"
    ),
    "too large": returning("'x' * 7_000_000"),
    "large enough": returning("'x' * 6_000_000"),
    "os._exit": ANSWERING["os._exit"],
    "killed": ANSWERING["killed"],
    "limit of the processor": doing("os.kill(os.getpid(), 24)", setup="import os"),
    "signal without a name": doing("os.kill(os.getpid(), 34)", setup="import os"),
}
FEW = {name: ANSWERING[name] for name in ("decimal", "raises deeper", "syntax error", "no dot")}


def answers(
    folder: Path, package: Package, python: InstalledPython, layers: tuple[Package, ...] = ()
) -> tuple[str, str]:
    """Give what the sandbox answers, and what the script does; the last of the layers wins."""
    folder.mkdir()
    for layer in layers:
        written(folder / "opt", layer)
    opt = str(folder / "opt") if layers else ""
    deployment = deployment_of(folder, package, python, timeout=1, memory=512, layers=opt)
    with sandbox(deployment) as box:
        done = box.invoke(Call(EVENT))
    runtime = "python{}.{}".format(*python.version.split("."))
    names = tuple(f"layer{number}" for number in range(len(layers)))
    for name, layer in zip(names, layers, strict=True):
        zipped(folder / f"{name}.zip", layer.files)
    script = write_script(folder, package, runtime=runtime, timeout=1, project_layers=names)
    ran = run_script(script, "--event", EVENT.decode(), python=python.path)
    return done.payload.decode(), ran.stdout.decode().removesuffix("\n")


def comparable(body: str) -> Any:
    """Leave out the request, and lines that are the client's own or the script's."""
    body = _REQUEST.sub("REQUEST", body)
    try:
        found = json.loads(body)
    except ValueError:
        return body
    if not isinstance(found, dict) or "stackTrace" not in found:
        return body
    frames = [one for one in found["stackTrace"] if one.startswith(_OWN)]
    found["stackTrace"] = [re.sub("repeated [0-9]+", "repeated", one) for one in frames]
    return list(found.items())


def differ(one: str, other: str) -> bool:
    """Whether two bodies say different things."""
    return bool(comparable(one) != comparable(other))


@pytest.mark.slow
def test_what_lambda_ends_is_told_alike(tmp_path: Path) -> None:
    """Timeouts, exits and large responses have one body, which is Lambda's of today."""
    cases = {**ENDED_BY_LAMBDA, **FEW}

    found = {name: answers(tmp_path / name, cases[name], this_python()) for name in cases}

    assert {name: two for name, two in found.items() if differ(*two)} == {}
    assert _REQUEST.sub("ID", found["timeout"][0]) == (
        '{"errorType":"Sandbox.Timedout",'
        '"errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"}'
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "minor", [*(pytest.param(one, marks=pytest.mark.exhaustive) for one in (10, 11, 12)), 13]
)
def test_all_handlers_are_answered_alike(tmp_path: Path, minor: int) -> None:
    """Whatever a handler returns or raises, the two say the same."""
    python = found_python((3, minor))

    found = {
        name: answers(tmp_path / str(number), package, python)
        for number, (name, package) in enumerate(ANSWERING.items())
    }

    assert {name: two for name, two in found.items() if differ(*two)} == {}


@pytest.mark.slow
def test_handlers_in_layers_are_answered_alike(tmp_path: Path) -> None:
    """A handler's module may lie in a layer, and what it fails with has its place there."""
    other = Package({"python/app.py": "raise ImportError", "python/unused.py": ""})
    own = Package({"README.md": ""})

    def found(number: int, package: Package) -> tuple[str, str]:
        layer = Package({f"python/{name}": text for name, text in package.files.items()})
        function = Package(own.files, package.handler)
        return answers(tmp_path / str(number), function, this_python(), (other, layer))

    both = {name: found(at, package) for at, (name, package) in enumerate(ANSWERING.items())}

    assert {name: two for name, two in both.items() if differ(*two)} == {}
    assert "/opt/python/app.py" in both["raises deeper"][0]
