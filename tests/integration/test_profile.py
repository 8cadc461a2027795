"""`lpack invoke --profile` measures a real start, and answers as ever."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from lpack.cli.main import main
from lpack.model import Call
from lpack.profiling import Recorded
from tests.handler_zoo import ANSWERING, Package, module
from tests.integration.test_sandbox_pythons import found_python, some_of
from tests.runtime_client import seed_client
from tests.sandboxes import RUNNING, deployment_of, sandbox, this_python, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Deployment, InstalledPython

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux"),
]
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "invocations.schema.json").read_text("utf-8")
)
APP = """
import helper
try:
    import surely_not_there
except ImportError:
    pass

def handler(event, context):
    return event
"""
FAILING = {
    "import_module of nothing": module("import importlib\nimportlib.import_module('gone.away')\n"),
    "import_module of what raises": Package(
        {
            "app.py": "import importlib\nimportlib.import_module('other')\n",
            "other.py": "from importlib import import_module\nimport_module('third', 'pkg')\n",
            "third.py": "def deeper():\n    raise LookupError('no café')\ndeeper()\n",
        }
    ),
    "import by name": module("__import__('other')\n"),
    "circular import": Package({"app.py": "import other\n", "other.py": "from app import x\n"}),
    "import in a thread": module(
        "from concurrent.futures import ThreadPoolExecutor as Pool\nimport importlib\n"
        "with Pool() as pool:\n    pool.submit(importlib.import_module, 'gone').result()\n"
    ),
    "import without end": Package(
        {
            "app.py": "import sys\n"
            "class Finder:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        __import__(name + 'x')\n"
            "sys.meta_path.insert(0, Finder())\nimport a\n"
        }
    ),
}
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
                  "with bytecode ", "Lambda's runtime, of which imports "):  # fmt: skip
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
    # As on Lambda, the runtime is compiled and the function is not, whatever can be written.
    kept = {path.name.partition(".")[0] for path in (project.parent / "cache").rglob("*.pyc")}
    assert "lambda_runtime_client" in kept
    assert not {"app", "helper"} & kept


@pytest.mark.parametrize("bytecode", ["false", "true"])
def test_programs_are_told_as_well(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes], bytecode: str
) -> None:
    """The profile is beside the answers; whether the package brings bytecode is known."""
    (project / "lpack.toml").write_text(f"{CONFIGURATION}bytecode = {bytecode}\n")
    (project / "helper.py").write_text("VALUES = {'a': [1, 2]}\n" * 5_000)

    status = main(["invoke", "--profile=start.json", "--output", "json", "-e", "1", "-e", "2"])

    out, err = capfdbinary.readouterr()
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    is_brought = bytecode == "true"
    profile, found = document["profile"], document["profile"]["bytecode"]
    assert (status, err) == (0, b"")
    assert [one["payload"] for one in document["invocations"]] == [1, 2]
    assert [one["module"] for one in profile["imports"]] == ["app", "helper", "surely_not_there"]
    assert profile["files"] == ["start.json"]
    parts = [profile[f"{one}_ms"] for one in ("sandbox", "runtime", "imports", "around")]
    assert sum(parts) == pytest.approx(profile["total_ms"], abs=0.01)
    assert (found["is_brought"], found["starts"]) == (is_brought, 3)
    # To compile it takes many times as long as to read what is compiled.
    assert found["imports_with_ms"] < found["imports_without_ms"]
    as_it_is = found["imports_with_ms" if is_brought else "imports_without_ms"]
    other = found["imports_without_ms" if is_brought else "imports_with_ms"]
    assert abs(profile["imports_ms"] - as_it_is) < abs(profile["imports_ms"] - other)


@pytest.mark.slow
def test_bytecode_that_nobody_has_recorded_is_not_there(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """It says so, and runs nothing for a record; once recorded, it is as it would be shipped."""
    text = f'{CONFIGURATION}bytecode = "imported"\n'
    (project / "lpack.toml").write_text(text)
    words = ["invoke", "--profile=start.json", "--output", "json"]

    assert main(words) == 0
    out, err = capfdbinary.readouterr()
    assert not json.loads(out)["profile"]["bytecode"]["is_brought"]
    assert b"note: it runs without bytecode, as no build has shipped any" in err

    assert main(["build", "-q"]) == 0
    capfdbinary.readouterr()
    assert main(words) == 0
    out, err = capfdbinary.readouterr()
    assert (json.loads(out)["profile"]["bytecode"]["is_brought"], err) == (True, b"")


def test_a_start_that_fails_is_shown_too(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The answer is the error that it is without a profile, also through importlib's own code."""
    (project / "helper.py").write_text("raise ValueError('at import')\n")
    (project / "app.py").write_text("import importlib\nimportlib.import_module('helper')\n")
    main(["invoke", "-q"])
    without = capfdbinary.readouterr().out
    assert without.count(b"importlib._bootstrap") > 1

    status = main(["invoke", f"--profile={project / 'start.json'}"])

    out, err = capfdbinary.readouterr()
    assert (status, b"as the start has failed" in err) == (4, True)
    assert out == without
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


@pytest.mark.slow
def test_failing_starts_are_answered_alike(tmp_path: Path) -> None:
    """A start that fails has the very body that it has without a profile, in every byte."""
    assert dict(_different(tmp_path, this_python(), FAILING)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("version", some_of((3, 12)))
def test_all_handlers_are_answered_alike(tmp_path: Path, version: tuple[int, int]) -> None:
    """So have all handlers of the zoo, in every Python of a runtime that is here."""
    # Python 3.8 gives up where anything is tried at the end of its stack.
    packages = {name: one for name, one in FAILING.items() if name != "import without end"}

    assert dict(_different(tmp_path, found_python(version), {**ANSWERING, **packages})) == {}


def _different(
    folder: Path, python: InstalledPython, packages: dict[str, Package]
) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    for name, package in packages.items():
        place = folder / name.replace(" ", "-")
        deployment = deployment_of(place, package, python, timeout=20, memory=512)
        recorded = Recorded.into(deployment, place / "records", bytecode=False).deployment
        bodies = tuple(_body(one) for one in (deployment, recorded))
        assert any(path.stat().st_size for path in (place / "records").rglob("imports"))
        if bodies[0] != bodies[1]:
            yield name, bodies


def _body(deployment: Deployment) -> bytes:
    with sandbox(deployment) as opened:
        return opened.invoke(Call(b"{}", request_id="1" * 8)).payload
