"""On every Python of a runtime that is here, handlers answer as Lambda's client was recorded."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lpack.model import Call, InstalledPython, Target
from lpack.platforms import runtime_named
from lpack.remaking.pythons import interpreter_for
from lpack.system import System
from tests.handler_zoo import ANSWERING
from tests.runtime_client import ENVIRON
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux"),
]
RECORDED = json.loads(Path(__file__).with_name("runtime_client_answers.json").read_text())
EVENT = b'{"key": "value", "n": 1.5}'
"""The one that the answers were recorded with."""
VERSIONS = [(3, 8), (3, 9), (3, 10), (3, 11), (3, 12), (3, 13), (3, 14)]


def some_of(*kept: tuple[int, int]) -> list[Any]:
    """Give all versions, of which some are tried in CI and the others by `make exhaustive`."""
    return [
        pytest.param(
            one, id="{}.{}".format(*one), marks=[] if one in kept else [pytest.mark.exhaustive]
        )
        for one in VERSIONS
    ]


ENDINGS = {
    0: "Runtime exited without providing a reason",
    3: "Runtime exited with error: exit status 3",
    5: "Runtime exited with error: exit status 5",
    7: "Runtime exited with error: exit status 7",
    -2: "Runtime exited with error: signal: interrupt",
    -9: "Runtime exited with error: signal: killed",
    -11: "Runtime exited with error: signal: segmentation fault",
}
_REQUEST = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ASK = (
    "import os, sys; print(sys.base_prefix, os.path.realpath(sys.executable),"
    " '%d.%d.%d' % sys.version_info[:3], sep='\\n')"
)


@pytest.fixture(params=some_of((3, 10), (3, 13)))
def python(request: pytest.FixtureRequest) -> InstalledPython:
    """Give an installed Python of a version."""
    return found_python(request.param)


def found_python(wanted: tuple[int, int]) -> InstalledPython:
    """Find an installed Python of a version; skip where there is none."""
    runtime = runtime_named("python{}.{}".format(*wanted))
    assert runtime is not None
    found = interpreter_for(Target(runtime, "x86_64"), System(environ=ENVIRON))
    if found is None:
        pytest.skip("there is no such Python here")
    done = subprocess.run(
        [found.path, "-I", "-S", "-c", _ASK], capture_output=True, text=True, check=True
    )
    prefix, program, version = done.stdout.splitlines()
    return InstalledPython(str(found.path), version, os.path.realpath(prefix), program)


def test_handlers_answer_as_recorded(tmp_path: Path, python: InstalledPython) -> None:
    """Responses, error bodies and exits are those of the recorded client, but for line numbers."""
    different = dict(_different(tmp_path, python))

    assert different == {}


def _different(tmp_path: Path, python: InstalledPython) -> Iterator[tuple[str, Any]]:
    for number, (name, package) in enumerate(ANSWERING.items()):
        folder = tmp_path / str(number)
        deployment = deployment_of(folder, package, python, timeout=20, memory=512)
        with sandbox(deployment) as box:
            done = box.invoke(Call(EVENT))
        body, recorded = done.payload.decode(), RECORDED[name]
        if recorded["kind"] == "exit":
            expected: Any = ENDINGS[recorded["status"]]
            found: Any = json.loads(body)["errorMessage"].partition("Error: ")[2]
        elif recorded["kind"] == "error":
            expected, found = comparable(recorded["body"]), comparable(body)
        else:
            expected, found = escaped(recorded["body"], python), body
        if found != expected:
            yield name, (found, expected)


def comparable(body: str) -> Any:
    """Leave out what another release of Python says in other words: its own lines, and syntax."""
    found = json.loads(_REQUEST.sub("REQUEST", body))
    own = [frame for frame in found["stackTrace"] if frame.startswith('  File "/var/task/')]
    # Before 3.13, a trace shows a line more; a syntax error tells another reason.
    frames = [re.sub("repeated [0-9]+", "repeated", frame) for frame in own]
    message = found["errorMessage"].replace("(4300)", "(4300 digits)")
    message = message.partition(" while calling a Python object")[0]
    if found["errorType"] == "Runtime.UserCodeSyntaxError":
        message, frames = message.partition(": ")[0], []
    return [found["errorType"], found["requestId"], message, frames]


def escaped(text: str, python: InstalledPython) -> str:
    """Escape as the runtimes before Python 3.12 do."""
    if tuple(map(int, python.version.split(".")[:2])) >= (3, 12):
        return text
    return json.dumps(text)[1:-1].replace('\\"', '"').replace("\\\\", "\\")
