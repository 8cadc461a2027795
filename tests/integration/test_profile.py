"""`lpack invoke --profile` measures a real start, and answers as ever."""

from __future__ import annotations

import json
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from lpack.cli.main import main
from tests.handler_zoo import Package
from tests.runtime_client import seed_client
from tests.sandboxes import RUNNING, written

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
APP = """
import helper
try:
    import surely_not_there
except ImportError:
    pass

def handler(event, context):
    return event
"""
CONFIGURATION = f"""[functions.api]
handler = "app.handler"
runtime = "{RUNNING}"
requirements = []
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project whose helper sleeps when it is imported."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("LPACK_CACHE_DIR", str(cache))
    seed_client(cache)
    helper = "import colorsys, time\ntime.sleep(0.05)\n"
    files = {"app.py": APP, "helper.py": helper, "lpack.toml": CONFIGURATION}
    folder = written(tmp_path / "project", Package(files))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("isolation", ["auto", "process"])
def test_a_start_is_shown(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes], isolation: str
) -> None:
    """Standard output is the response; the table and both files tell of the same imports."""
    status = main(["invoke", "--isolation", isolation, "--profile", "api", "-e", '{"a": 1}'])

    out, err = capfdbinary.readouterr()
    told = err.decode()
    assert (status, out) == (0, b'{"a": 1}\n')
    for words in ("your own code", "Python's library", "helper (your own code)", "not found",
                  "with bytecode: ", "Lambda's runtime, of which imports "):  # fmt: skip
        assert words in told
    found = json.loads((project / ".lpack/profiles/api.speedscope.json").read_text())
    frames = {(one["name"], one["file"]) for one in found["shared"]["frames"]}
    assert frames >= {
        ("app", "your own code"),
        ("helper", "your own code"),
        ("colorsys", "Python's library"),
        ("awslambdaric", "Lambda's runtime"),
    }
    assert '"helper", "your own code"' in (project / ".lpack/profiles/api.html").read_text()
    whole = float(told.partition("start of `api`: ")[2].partition(" ms")[0])
    lines = told.partition("       ms\n")[2].splitlines()[:4]
    assert sum(float(line.split()[0]) for line in lines) == pytest.approx(whole, abs=0.3)
    assert whole >= 50
    assert not list((project / "..").glob("**/lpack-profile-*"))


def test_a_start_that_fails_is_shown_too(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The answer is the error that it is without a profile, but for lines of importlib."""
    (project / "helper.py").write_text("raise ValueError('at import')\n")
    main(["invoke", "-q"])
    without = json.loads(capfdbinary.readouterr().out)

    status = main(["invoke", f"--profile={project / 'start.json'}"])

    out, err = capfdbinary.readouterr()
    assert (status, b"as the start has failed" in err) == (4, True)
    assert _own(json.loads(out)) == _own(without)
    assert (project / "start.json").exists()
    assert not (project / ".lpack/profiles").exists()


def test_what_cannot_be_profiled_is_refused(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Files of other kinds, before anything is built; runtimes without Python."""
    assert main(["invoke", "--profile=start.txt"]) == 2
    assert b"error[LP450]" in capfdbinary.readouterr().err
    (project / "bootstrap").write_text("#!/bin/sh\n")
    with zipfile.ZipFile("own.zip", "w") as file:
        file.write("bootstrap")
    words = ["invoke", "own.zip", "--runtime", "provided.al2023", "--profile"]
    assert main(words) == 2
    assert b"error[LP451]" in capfdbinary.readouterr().err


def _own(error: dict[str, Any]) -> dict[str, Any]:
    frames = [one for one in error["stackTrace"] if "importlib" not in one]
    assert frames
    return {**error, "stackTrace": frames, "requestId": ""}
