"""Nothing is remembered that could be stale."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from lpack.stamps import (
    Seen,
    folder_stamp,
    gathered,
    joined,
    key_of,
    read,
    recall,
    remember,
    stamp_of,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.stamps import Evidence

OLD = time.time_ns() - 10_000_000_000


def aged(path: Path, content: str) -> Path:
    """Write a file, and wait until its stamp cannot be mistaken for that of a later change."""
    path.write_text(content)
    return path


def kept(tmp_path: Path, *inputs: Path, started: int | None = None) -> str:
    cache = str(tmp_path / "cache")
    time.sleep(0.03)
    remember(
        cache,
        "ab" * 32,
        inputs=inputs,
        folders=[(tmp_path / "source", folder_stamp(str(tmp_path / "source")))],
        outputs=[tmp_path / "out.zip"],
        started=time.time_ns() if started is None else started,
        result="said",
    )
    return cache


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "out.zip").write_bytes(b"zip")
    return aged(tmp_path / "source" / "app.py", "x = 1\n")


def test_unchanged_files_are_recalled(tmp_path: Path, source: Path) -> None:
    """The result comes back as long as every stamp is the same."""
    cache = kept(tmp_path, source, tmp_path / "absent")

    assert recall(cache, "ab" * 32) == "said"


@pytest.mark.parametrize(
    "change",
    ["edit", "same-size edit", "new file", "delete", "edit artifact", "delete artifact", "appears"],
)
def test_any_change_is_noticed(tmp_path: Path, source: Path, change: str) -> None:
    """Each cause, one by one, makes the memory void."""
    cache = kept(tmp_path, source, tmp_path / "absent")
    actions: dict[str, Callable[[], object]] = {
        "edit": lambda: source.write_text("x = 22\n"),
        "same-size edit": lambda: source.write_text("x = 2\n"),
        "new file": lambda: (tmp_path / "source" / "b.py").write_text(""),
        "delete": source.unlink,
        "edit artifact": lambda: (tmp_path / "out.zip").write_bytes(b"zap"),
        "delete artifact": (tmp_path / "out.zip").unlink,
        "appears": lambda: (tmp_path / "absent").write_text(""),
    }

    actions[change]()

    assert recall(cache, "ab" * 32) is None


def test_an_edit_that_restores_size_and_time_is_noticed(tmp_path: Path, source: Path) -> None:
    """The change time cannot be set back."""
    cache = kept(tmp_path, source)
    before = source.stat()

    source.write_text("x = 2\n")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert recall(cache, "ab" * 32) is None


def test_a_file_that_is_younger_than_the_build_is_not_remembered(
    tmp_path: Path, source: Path
) -> None:
    """It may have been written after it was read."""
    cache = kept(tmp_path, source, started=OLD)

    assert recall(cache, "ab" * 32) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"stamps": 3}', "\x00", '{"stamps": [[1]]}'])
def test_a_broken_memory_is_no_memory(tmp_path: Path, source: Path, content: str) -> None:
    """Whatever stands in the cache, it costs at most a build."""
    cache = kept(tmp_path, source)
    file = next((tmp_path / "cache").rglob("*.json"))

    file.write_text(content)

    assert recall(cache, "ab" * 32) is None


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path, source: Path) -> None:
    """Forgetting is always allowed."""
    (tmp_path / "cache").write_text("a file where the folder should be")

    cache = kept(tmp_path, source)

    assert recall(cache, "ab" * 32) is None


@pytest.mark.parametrize(
    ("today", "holds"),
    [("2026-11-29", False), ("2026-11-30", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_a_memory_holds_on_its_days(
    tmp_path: Path, source: Path, today: str, *, holds: bool
) -> None:
    """It is no matter of the day as long as no deadline lies in between."""
    time.sleep(0.03)
    evidence = gathered([source], (), (), time.time_ns(), None, ("2026-11-30", "2027-01-01"))
    assert evidence is not None
    seen = Seen()
    seen.today = today

    whole = joined([evidence, {**evidence, "days": {"2026-01-01 9999-12-31": [None, None]}}])

    assert (standing({"evidence": evidence, "result": 1}, seen) is not None) is holds
    assert (standing({"evidence": whole, "result": 1}, seen) is not None) is holds


def test_the_key_counts_what_counts() -> None:
    """Options, folder, and variables of lpack make another key; other variables do not."""
    base = key_of(["build"], "/a", {})

    assert base == key_of(["build"], "/a", {"HOME": "/x", "TERM": "y"})
    others = {
        key_of(["build", "x"], "/a", {}),
        key_of(["build"], "/b", {}),
        key_of(["build"], "/a", {"LPACK_RUNTIME": "python3.12"}),
        key_of(["build"], "/a", {"SOURCE_DATE_EPOCH": "1"}),
    }
    assert len(others | {base}) == 5


def test_what_is_touched_and_the_same_is_recalled(tmp_path: Path, source: Path) -> None:
    """The content decides where the stamp has moved, and the new stamp is noted."""
    cache = kept(tmp_path, source)
    (tmp_path / "source" / "swap").write_text("")
    (tmp_path / "source" / "swap").unlink()
    source.rename(tmp_path / "other")
    source.write_text("x = 1\n")
    time.sleep(0.03)

    assert recall(cache, "ab" * 32) == "said"

    noted = read(cache, "ab" * 32)["evidence"]
    assert noted["files"][str(source)][0] == stamp_of(str(source))
    assert noted["folders"][str(source.parent)][0] == folder_stamp(str(source.parent))


def test_a_stamp_that_is_too_young_is_not_noted(tmp_path: Path, source: Path) -> None:
    """Another change could follow that leaves the same stamp."""
    cache = kept(tmp_path, source)
    before = read(cache, "ab" * 32)
    future = time.time_ns() + 10_000_000_000
    os.utime(source, ns=(future, future))

    assert recall(cache, "ab" * 32) == "said"

    assert read(cache, "ab" * 32) == before


def test_a_link_that_leads_elsewhere_is_noticed(tmp_path: Path, source: Path) -> None:
    """The same content at another place may be out of the project."""
    link = tmp_path / "source" / "link.py"
    link.symlink_to(source)
    cache = kept(tmp_path, link)
    other = tmp_path / "other.py"
    other.write_text(source.read_text())
    link.unlink()
    link.symlink_to(other)

    assert recall(cache, "ab" * 32) is None


def test_a_name_that_becomes_a_folder_is_noticed(tmp_path: Path, source: Path) -> None:
    """The names in a folder are not all that a walk sees."""
    (tmp_path / "source" / "data").write_text("")
    cache = kept(tmp_path, source)
    (tmp_path / "source" / "data").unlink()
    (tmp_path / "source" / "data").mkdir()

    assert recall(cache, "ab" * 32) is None


def test_what_two_results_rest_on_is_joined_if_they_agree(tmp_path: Path, source: Path) -> None:
    """Where one has seen another file than the other, nothing is known of both."""

    def seen() -> Evidence | None:
        return gathered([source], [], [], time.time_ns() + 10_000_000_000)

    first = seen()
    source.write_text("x = 2, and more\n")
    second = seen()

    assert first is not None
    assert second is not None
    assert joined([first, first]) == first
    assert joined([first, second]) is None
