"""The program leaves at once, and with all that it had to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parent.parent.parent)


def run(folder: Path, *words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    start = f"import sys; sys.path.insert(0, {ROOT!r}); sys.argv = ['lpack', *{words!r}]\n{code}"
    return subprocess.run(
        [sys.executable, "-c", f"{start}\nfrom lpack.cli.main import script\nscript()"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [(("explain",), 0, "LP900"), (("limits",), 0, "settings.name"), (("build",), 2, "LP003")],
)
def test_status_and_words_are_complete(
    tmp_path: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    """Nothing that was written is lost in a pipe."""
    done = run(tmp_path, *words)

    assert done.returncode == status
    assert said in done.stdout + done.stderr


def test_what_is_registered_for_the_end_is_done(tmp_path: Path) -> None:
    """A measurement, for instance, that writes what it has found."""
    done = run(tmp_path, "explain", code="import atexit; atexit.register(print, 'the end')")

    assert done.stdout.endswith("the end\n")


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """As in `lpack explain | head -1`."""
    words = f"import sys; sys.path.insert(0, {ROOT!r}); sys.argv = ['lpack', 'explain']"
    program = f"{words}\nfrom lpack.cli.main import script\nscript()"
    done = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$0" -c "$1" | head -1', sys.executable, program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert done.stderr == ""
