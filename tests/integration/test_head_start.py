"""A call that is like the last one begins at once, and one after any change never runs the old."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lpack.cli.head_start import begin
from lpack.cli.main import main
from lpack.unpacked import FILES, MARK
from tests.runtime_client import seed_client
from tests.sandboxes import RUNNING
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
WORDS = ["invoke", "Api", "-q"]
TEMPLATE = f"""Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: api/
      Handler: app.handler
      Runtime: {RUNNING}
      Layers: [!Ref Shared]
      Environment: {{Variables: {{STAGE: dev}}}}
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: {{ContentUri: shared/}}
    Metadata: {{BuildMethod: {RUNNING}}}
"""
APP = """import os
import told

def said(name, what):
    try:
        return getattr(__import__(name), what)
    except ImportError:
        return None

FOUND = [said("more", "SAID"), said("alpha", "VERSION"), said("beta", "VERSION")]

def handler(event, context):
    return [told.SAID, os.environ["STAGE"], context.memory_limit_in_mb, *FOUND]
"""
FIRST: list[object] = ["first", "dev", "128", None, None, None]
"""By the layer, the stage, the memory, and of three modules that need not be there."""
Change = tuple["Callable[[], object]", dict[int, object]]
"""What changes something, and what is then answered otherwise."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project with a template and a layer, and an index with two distributions."""
    wheels, cache = tmp_path / "wheels", tmp_path / "cache"
    wheels.mkdir()
    for name in ("alpha", "beta"):
        for version in ("1.0", "2.0"):
            make_wheel(wheels, name, version, files={f"{name}.py": f"VERSION = '{version}'\n"})
    variables = {"LPACK_CACHE_DIR": cache, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels}
    for variable, value in variables.items():
        monkeypatch.setenv(variable, str(value))
    seed_client(cache)
    folder = tmp_path / "project"
    files = {
        "template.yaml": TEMPLATE,
        "api/app.py": APP,
        "shared/told.py": "SAID = 'first'\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    return folder


def answered(capfd: pytest.CaptureFixture[str]) -> Any:
    """Call the function and give its answer."""
    # What is younger than that may have changed while it was read, and is not remembered.
    time.sleep(0.03)
    status = main(WORDS)
    out, err = capfd.readouterr()
    assert status == 0, err
    return json.loads(out)


def begins_at_once() -> bool:
    """Whether the next call would find its function started, if nothing changed."""
    head = begin(WORDS[1:], os.environ)
    if head is not None:
        head.close()
    return head is not None


def replaced(name: str, old: str, new: str) -> Callable[[], object]:
    """Give what edits a file, in place and of the same size if the texts are."""

    def edit() -> None:
        text = Path(name).read_text()
        assert old in text
        Path(name).write_text(text.replace(old, new))

    return edit


def written(name: str, text: str) -> Callable[[], object]:
    """Give what writes a file."""
    return lambda: Path(name).write_text(text)


def tampered() -> None:
    """Write to what is unpacked, as a function without namespaces may."""
    for mark in Path(os.environ["LPACK_CACHE_DIR"]).glob(f"*/*/*/{MARK}"):
        app = mark.with_name(FILES) / "app.py"
        if app.exists():
            app.chmod(0o644)
            app.write_text("def handler(event, context):\n    return 'another'\n")


CHANGES: dict[str, Change] = {
    "a module that is new": (written("api/more.py", "SAID = 'more'\n"), {3: "more"}),
    "one that is gone": (lambda: Path("api/more.py").unlink(), {3: None}),
    "own code": (replaced("api/app.py", ", *FOUND]", ", 1,2,3]"), {3: 1, 4: 2, 5: 3}),
    "the layer": (replaced("shared/told.py", "first", "other"), {0: "other"}),
    "the template": (replaced("template.yaml", "STAGE: dev", "STAGE: qas"), {1: "qas"}),
    "what is added to it": (written("lpack.toml", "[functions.Api]\nmemory = 256\n"), {2: "256"}),
    "the package in the cache": (tampered, {}),
}
LOCKED: dict[str, Change] = {
    "requirements": (written("api/requirements.txt", "alpha==1.0\n"), {4: "1.0"}),
    "those of the layer": (written("shared/requirements.txt", "beta==1.0\n"), {5: "1.0"}),
    "its lock": (lambda: Path("pylock.Shared.toml").unlink(), {}),
    "its newest": (written("shared/requirements.txt", "beta>1\n"), {5: "2.0"}),
}


@pytest.mark.parametrize(
    "changes",
    [CHANGES, pytest.param(LOCKED, marks=pytest.mark.slow)],
    ids=["own", "locked"],
)
def test_no_change_is_missed(
    project: Path, capfd: pytest.CaptureFixture[str], changes: dict[str, Change]
) -> None:
    """Whatever it is that has changed; and what has not changed begins at once."""
    expected = FIRST
    assert answered(capfd) == expected
    for name, (change, difference) in changes.items():
        assert begins_at_once(), name
        change()
        for place, value in difference.items():
            expected = [*expected[:place], value, *expected[place + 1 :]]
        assert answered(capfd) == expected, name
    assert begins_at_once()
    assert not (project / "dist").exists()


@pytest.mark.slow
def test_another_lock_is_another_package(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Also right after the run that has written the lock."""
    requirements = project / "api" / "requirements.txt"
    requirements.write_text("alpha<=2.0\n")
    assert answered(capfd)[4] == "2.0"
    lock = project / "pylock.toml"
    newer = lock.read_text()
    lock.unlink()
    make_wheel(project.parent / "wheels", "alpha", "1.5", files={"alpha.py": "VERSION = '1.5'\n"})
    for wheel in (project.parent / "wheels").glob("alpha-2.0*"):
        wheel.unlink()
    assert answered(capfd)[4] == "1.5"
    assert begins_at_once()

    lock.write_text(newer)

    assert answered(capfd)[4] == "2.0"


def test_what_takes_long_to_load_is_left_out(project: Path) -> None:
    """Where a function is started ahead, loading lpack itself should not be what takes longer."""
    words = [sys.executable, "-X", "importtime", "-m", "lpack", *WORDS]
    for _ in range(2):
        time.sleep(0.03)
        done = subprocess.run(words, cwd=project, capture_output=True, text=True, check=True)

    names = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    loaded = set(names[names.index("lpack") :])  # what Python loads before is not lpack's
    assert {"h11", "lpack.runtime.sandbox", "lpack.cli.calling"} <= loaded
    slow = {"asyncio", "hashlib", "jsonschema", "pathlib", "subprocess", "tempfile", "uuid"}
    assert loaded & {*slow, "lpack.config", "lpack.pipeline", "lpack.work", "urllib.parse"} == set()
