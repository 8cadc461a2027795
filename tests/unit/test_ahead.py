"""What is begun before it is wanted is taken where it is exactly that, and else leaves nothing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack import ahead
from lpack.stamps import stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.ahead import Part

WORDS = ["build"]
FIRST, SECOND = b"one" * 3_000_000, b"two" * 1_000


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stand in a project with an output folder, and give the variables of a run there."""
    (tmp_path / "dist").mkdir()
    monkeypatch.chdir(tmp_path)
    return {"LPACK_CACHE_DIR": str(tmp_path / "cache")}


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Part, ...]:
    """Give two files of which the first part is wanted, as a build does."""
    found = []
    for name, content in (("first", FIRST), ("second", SECOND)):
        (tmp_path / name).write_bytes(content + b"rows")
        found.append((str(tmp_path / name), len(content), stamp_of(str(tmp_path / name))))
    return tuple(found)


def begun(environ: dict[str, str], parts: tuple[Part, ...], folder: Path) -> ahead.Ahead:
    """Note what was copied, and begin the next run."""
    ahead.note(WORDS, environ, str(folder), parts)
    found = ahead.begin(WORDS, environ)
    assert found is not None
    return found


def temporary(folder: Path) -> Path:
    """Make the file that what was begun takes the place of."""
    path = folder / ".lpack-0.tmp"
    path.touch()
    return path


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_wanted_is_there_already(
    tmp_path: Path, environ: dict[str, str], parts: tuple[Part, ...], *, is_there: bool
) -> None:
    """It has the bytes and their digest, wherever the folder was made since."""
    folder = tmp_path / "dist" if is_there else tmp_path / "new"
    one = begun(environ, parts, folder)
    folder.mkdir(exist_ok=True)
    path = temporary(folder)

    copying = one.taken(parts, path)

    assert copying is not None
    copying.join()
    assert not copying.failed
    assert path.read_bytes() == FIRST + SECOND
    assert copying.digest.hexdigest() == hashlib.sha256(FIRST + SECOND).hexdigest()
    assert [*folder.iterdir()] == [path]
    os.close(copying.target)
    one.close()


def another_order(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return parts[::-1]


def another_size(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return (parts[0], (parts[1][0], parts[1][1] - 1, parts[1][2]))


def another_stamp(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return (parts[0], (*parts[1][:2], [*(parts[1][2] or ())[:3], 0]))


def one_more(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return (*parts, parts[0])


@pytest.mark.parametrize("other", [another_order, another_size, another_stamp, one_more])
def test_what_is_not_wanted_leaves_nothing(
    tmp_path: Path,
    environ: dict[str, str],
    parts: tuple[Part, ...],
    other: Callable[[tuple[Part, ...]], tuple[Part, ...]],
) -> None:
    """Another part, and be it only another stamp, is another archive."""
    path = temporary(tmp_path / "dist")
    before = _handles()
    one = begun(environ, parts, tmp_path / "dist")

    assert one.taken(other(parts), path) is None

    one.close()
    assert path.read_bytes() == b""
    assert _handles() == before


def test_what_nobody_takes_leaves_nothing(
    tmp_path: Path, environ: dict[str, str], parts: tuple[Part, ...]
) -> None:
    """It never has a name, so that nothing is left whatever ends the run."""
    before = _handles()
    one = begun(environ, parts, tmp_path / "dist")

    assert not [*(tmp_path / "dist").iterdir()]

    one.close()
    one.close()
    assert _handles() == before


def change_stamp(tmp_path: Path) -> None:
    os.utime(tmp_path / "first")


def shorten(tmp_path: Path) -> None:
    (tmp_path / "second").write_bytes(b"")


def remove(tmp_path: Path) -> None:
    (tmp_path / "second").unlink()


def replace_by_link(tmp_path: Path) -> None:
    (tmp_path / "second").rename(tmp_path / "third")
    (tmp_path / "second").symlink_to("third")


def damage_note(tmp_path: Path) -> None:
    for path in (tmp_path / "cache").rglob("*.json"):
        path.write_text('{"result": {"folder": 1, "parts": [["x"]]}, "evidence": {}}')


@pytest.mark.parametrize("change", [change_stamp, shorten, remove, replace_by_link, damage_note])
def test_nothing_is_begun_with_what_has_changed(
    tmp_path: Path,
    environ: dict[str, str],
    parts: tuple[Part, ...],
    change: Callable[[Path], None],
) -> None:
    """The build then begins itself, as if nothing had been noted."""
    ahead.note(WORDS, environ, str(tmp_path / "dist"), parts)
    before = _handles()
    change(tmp_path)

    assert ahead.begin(WORDS, environ) is None
    assert _handles() == before


def test_another_command_line_begins_nothing(
    tmp_path: Path, environ: dict[str, str], parts: tuple[Part, ...]
) -> None:
    """What it will write is not known."""
    ahead.note(WORDS, environ, str(tmp_path / "dist"), parts)

    assert ahead.begin([*WORDS, "api"], environ) is None
    assert ahead.begin(WORDS, {**environ, "LPACK_RUNTIME": "python3.12"}) is None


def test_a_copy_of_the_process_takes_nothing(
    tmp_path: Path, environ: dict[str, str], parts: tuple[Part, ...]
) -> None:
    """It has no threads of the first process, and would wait for them for ever."""
    path = temporary(tmp_path / "dist")
    one = begun(environ, parts, tmp_path / "dist")
    one._process += 1  # noqa: SLF001 - as it is in a copy

    assert one.taken(parts, path) is None
    one.close()


def _handles() -> int:
    return len([*Path("/proc/self/fd").iterdir()])
