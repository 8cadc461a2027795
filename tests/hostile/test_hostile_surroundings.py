"""What a shell can do to a command: closed and full streams, no folder, no home, no rights."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.project_folder import HANDLER, write

if TYPE_CHECKING:
    from pathlib import Path

# Root may read everything, unless it gives that up.
SETPRIV = shutil.which("setpriv") if os.geteuid() == 0 else None
AS_USER = [SETPRIV, "--bounding-set", "-dac_override,-dac_read_search"] if SETPRIV else []


def shell(project: Path, script: str, **environ: str | None) -> subprocess.CompletedProcess[str]:
    """Run a script of sh, in which `lpack` is the command, with variables set or taken away."""
    kept = {name: value for name, value in os.environ.items() if name not in environ}
    added = {name: value for name, value in environ.items() if value is not None}
    done = subprocess.run(
        [*AS_USER, "sh", "-c", f'lpack() {{ "{sys.executable}" -m lpack "$@"; }}; {script}'],
        cwd=project,
        env={**kept, "PYTHONWARNINGS": "error", **added},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "LP900" not in done.stderr + done.stdout
    return done


@pytest.fixture
def app(project: Path) -> Path:
    return write(project, {"lambda_function.py": HANDLER})


@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(app: Path, streams: str) -> None:
    """The build succeeds, twice, and the second one says the same of the package."""
    done = shell(app, f"lpack build {streams} && lpack build {streams}")

    assert (done.returncode, done.stderr) == (0, "")
    assert (app / "dist" / "project.zip").is_file()


def test_a_reader_who_has_gone_changes_no_exit_status(project: Path) -> None:
    """`| head` sees little, and the status of a failed build stays that of the failure."""
    script = "{ lpack build --output=json; echo $? >status; } | true; sleep 0.1; cat status"

    done = shell(project, script)

    assert (done.stdout, done.stderr) == ("2\n", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")  # noqa: PTH110
@pytest.mark.parametrize(
    "command", ["build", "build --output=json", "explain", "build --format=list"]
)
def test_a_full_disk_behind_stdout_is_no_success(app: Path, command: str) -> None:
    """What could not be told is an error, also when an unchanged build repeats its answer."""
    done = shell(app, f"lpack build -q; lpack build -q; lpack {command} >/dev/full")

    assert done.returncode == 3
    assert done.stderr.startswith("error[LP017]: the operating system refuses: No space left")


def test_a_folder_that_is_gone(project: Path) -> None:
    """The current folder was deleted: one error, in each form."""
    gone = "mkdir gone; cd gone; rmdir ../gone;"

    text = shell(project, f"{gone} lpack build")
    document = shell(project, f"{gone} lpack build --output json")

    assert (text.returncode, document.returncode) == (2, 2)
    assert text.stderr.startswith("error[LP003]: this folder is gone, or may not be read\n")
    assert json.loads(document.stdout)["diagnostics"][0]["code"] == "LP003"


def test_no_home_folder(app: Path) -> None:
    """Without a home there is no cache, and the message says which variable to set."""
    done = shell(app, "lpack build", HOME="nowhere", LPACK_CACHE_DIR=None)

    assert done.returncode == 2
    assert done.stderr.startswith("error[LP016]: ")


def test_a_temporary_folder_without_space(app: Path) -> None:
    """What no step expects by name is told as the system tells it, and is no bug of lpack."""
    done = shell(app, "ulimit -f 0; lpack invoke --event 1 --output json", TMPDIR=str(app))

    assert done.returncode == 3
    assert json.loads(done.stdout)["diagnostics"][0]["code"] in ("LP017", "LP210", "LP230")


def test_output_that_no_encoding_fits(app: Path) -> None:
    """Letters that a stream cannot show are escaped, and JSON stays JSON."""
    write(app, {"lpack.toml": '[functions.api]\nhandler = "é.handler"\n'})

    text = shell(app, "lpack build", PYTHONIOENCODING="ascii")
    document = shell(app, "lpack build --output=json", PYTHONIOENCODING="ascii")

    assert "`\\xe9.py` is not in the package" in text.stdout
    assert "`é.py`" in json.loads(document.stdout)["functions"][0]["diagnostics"][0]["message"]


def test_arguments_that_are_not_utf8(app: Path) -> None:
    """Bytes that are no text are named in ASCII, in text and in JSON."""
    bad = "$(printf '\\377')"

    text = shell(app, f"lpack build {bad}")
    document = shell(app, f"lpack build {bad} --output=json")
    event = shell(app, f"lpack invoke --event {bad}")

    assert text.stderr.startswith("error[LP002]: the project has no function `\\udcff`\n")
    assert json.loads(document.stdout)["exit_status"] == 2
    assert event.returncode == 2


@pytest.mark.skipif(os.geteuid() == 0 and not SETPRIV, reason="root may read everything")
@pytest.mark.parametrize(
    ("mode", "path", "code", "status"),
    [
        (0o000, "data", "LP221", 3),
        (0o111, "data", "LP221", 3),
        (0o000, "data/one.txt", "LP221", 3),
        (0o000, "lambda_function.py", "LP004", 2),
        (0o000, "pyproject.toml", "LP004", 2),
    ],
)
def test_what_may_not_be_read_is_never_left_out(
    app: Path, mode: int, path: str, code: str, status: int
) -> None:
    """A file or folder without permission is an error that names it."""
    write(app, {"data/one.txt": "1\n", "pyproject.toml": ""})
    (app / path).chmod(mode)

    done = shell(app, "lpack build")

    (app / path).chmod(0o755)
    assert done.stderr.startswith(f"error[{code}]: `{path}` cannot be read: Permission denied")
    assert done.returncode == status
    assert not (app / "dist").exists()
