"""Reports in files, on the page of a run of GitHub Actions, and what is remembered of them."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from lpack.cli.run import run
from lpack.reporters import REPORTERS
from tests.command_line import lpack
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

LONG = '[functions.api]\nhandler = "app.handler"\ntimeout = 60\ntriggers = ["http"]\n'


@pytest.fixture
def project(project: Path) -> Path:
    """Give a project with one warning."""
    (project / "lpack.toml").write_text(LONG)
    (project / "app.py").write_text("def handler(event, context):\n    return event\n")
    return project


def test_files_are_written_beside_what_is_printed(project: Path) -> None:
    """In every form, from the same run, and again in the next where nothing has changed."""
    forms = ("json", "sarif", "junit", "gitlab", "markdown", "text", "github")
    words = ["check", *(f"--output={form}=dist/reports/{form}" for form in forms)]

    for _ in range(2):
        done = lpack(project, *words)

        assert done.returncode == 0
        assert "1 warning" in done.stdout
        reports = {path.name: path.read_text() for path in (project / "dist/reports").iterdir()}
        assert set(reports) == set(forms)
        assert all("LP320" in text for text in reports.values())
        assert reports["text"] == done.stdout
        for path in (project / "dist/reports").iterdir():
            path.unlink()


def test_a_failure_is_in_the_files_as_well(project: Path) -> None:
    """What keeps the command from starting is a result too, in JSON and SARIF alike."""
    (project / "lpack.toml").write_text("[functions.api]\nhandlr = 1\n")

    done = lpack(project, "build", "--output", "json", "--output", "sarif=out.sarif")

    assert done.returncode == 2
    assert json.loads(done.stdout)["diagnostics"][0]["code"] == "LP007"
    (run,) = json.loads((project / "out.sarif").read_text())["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["LP007"]
    assert run["invocations"][0]["exitCode"] == 2
    assert not run["invocations"][0]["executionSuccessful"]


def test_github_gets_a_summary_for_each_step(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is appended in every run, also where nothing has changed since the last one."""
    summary = project.parent / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    for _ in range(2):
        done = lpack(project, "check", "--output", "github")
        assert "::warning file=lpack.toml,line=3" in done.stdout

    assert summary.read_text().count("### lpack ✅ 1 function: 1 checked; 1 warning") == 2
    lpack(project, "check", "--no-dependencies")
    assert summary.read_text().count("###") == 2


def test_strict_is_not_answered_from_memory(project: Path) -> None:
    """A warning that passed before fails with `--strict`, and publishes nothing."""
    (project / "src").mkdir()
    assert lpack(project, "build").returncode == 0
    assert lpack(project, "build").returncode == 0
    (project / "dist" / "api.zip").unlink()

    strict = lpack(project, "build", "--strict")
    (project / "lpack.toml").write_text(f"{LONG}strict = true\n")
    declared = lpack(project, "check", "--no-dependencies")

    assert (strict.returncode, declared.returncode) == (1, 1)
    assert not (project / "dist" / "api.zip").exists()


def test_a_check_without_dependencies_writes_nothing(project: Path) -> None:
    """It asks no index, makes no lock and no folder, and remembers what it found."""
    (project / "requirements.txt").write_text("no-such-distribution\n")
    before = sorted(project.rglob("*"))

    first = lpack(project, "check", "--no-dependencies")
    again = lpack(project, "check", "--no-dependencies")
    (project / "app.py").write_text("def other(event, context):\n    return event\n")
    changed = lpack(project, "check", "--no-dependencies")

    assert first.stdout == again.stdout
    assert (first.returncode, again.returncode, changed.returncode) == (0, 0, 1)
    assert "LP308" in changed.stdout
    assert sorted(project.rglob("*")) == before


def test_changed_functions_alone_are_checked_without_dependencies(project: Path) -> None:
    """`--changed-since` goes with it."""
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words)
        subprocess.run(git, cwd=project, check=True)

    done = lpack(project, "check", "--no-dependencies", "--changed-since", "HEAD")

    assert done.returncode == 0
    assert "1 function unchanged since HEAD" in done.stdout


def test_no_line_of_another_file_is_shown(project: Path) -> None:
    """A file of a distribution is not the file of the project that has its name."""
    wheelhouse = project.parent / "wheelhouse"
    wheelhouse.mkdir()
    make_wheel(wheelhouse, "alpha", "1", files={"alpha.py": "def handler(event):\n    pass\n"})
    (project / "src").mkdir()
    (project / "src" / "app.py").write_text("from alpha import handler\n")
    (project / "alpha.py").write_text("another = 'file'\n")
    (project / "lpack.toml").write_text(
        '[functions.api]\nhandler = "app.handler"\nsource = "src"\n'
        'requirements = { packages = ["alpha"] }\n'
    )

    done = lpack(project, "check")

    assert "--> alpha: alpha.py:1" in done.stdout, done.stdout + done.stderr
    assert "another" not in done.stdout


def test_a_bug_in_a_report_hides_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was to be told is told in plain words, and the bug is one with a code."""

    def broken(*_: object) -> str:
        raise ZeroDivisionError("\x1b[31m")

    monkeypatch.setitem(REPORTERS, "json", broken)
    before = signal.getsignal(signal.SIGTERM)

    status = run(["check", "nobody", "--project", str(project), "--output", "json"])

    signal.signal(signal.SIGTERM, before)
    told = capsys.readouterr().err
    assert status == 70
    assert told.startswith("error[LP002]: ")
    assert "error[LP900]: lpack has a bug: ZeroDivisionError: \\x1b[31m" in told
