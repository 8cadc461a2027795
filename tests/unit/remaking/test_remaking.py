"""What takes the place of a wheel's files: which, with which content, and when it is believed."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpack.errors import BuildError
from lpack.model import Project
from lpack.remaking import making
from lpack.remaking.base import Change
from lpack.remaking.estimate import expected_saving
from lpack.remaking.recompression import RECOMPRESSION
from lpack.remaking.side_by_side import side_by_side
from lpack.remaking.workshop import Workshop
from lpack.steps.stage import stage
from lpack.store.placements import laid_out
from lpack.store.segments import Segments
from lpack.values import replace
from lpack.wheels.content import read_member
from lpack.wheels.deflating import Stream
from lpack.writers import write_zip
from tests.function_builder import function_of
from tests.project_folder import write
from tests.unit.test_staging import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from lpack.model import Bundle, Entry, StoredWheel
    from lpack.remaking.base import Files, Read
    from lpack.store.placements import Laid

FILES: dict[str, bytes | str] = {
    "alpha/__init__.py": "A = 1\nB = 2\n" * 40,
    "alpha/lib.so": b"\x7fELF" + bytes(3000),
    "alpha/noise": bytes(range(256)),
    "alpha/empty": b"",
}


def workshop(folder: Path, *changes: Change, threads: int = 2) -> Workshop:
    return Workshop(changes, Segments(folder), threads, lambda _: None, lambda *_: None)


def laid_of(wheel: StoredWheel, cache: Path) -> Laid:
    return laid_out(wheel, "/python", Segments(cache), None)


@pytest.fixture
def opened() -> Iterator[contextlib.ExitStack]:
    """Give what a run ends with."""
    with contextlib.ExitStack() as stack:
        yield stack


def content(entry: Entry) -> bytes:
    assert entry.member is not None
    return read_member(entry.origin, entry.member)


def contents(laid: Laid) -> dict[str, bytes]:
    return {
        path: laid.generated[path] if path in laid.generated else content(entry)
        for path, entry in laid.entries.items()
    }


@settings(max_examples=25, deadline=None)
@given(files=st.lists(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode))))
def test_whatever_is_deflated_again_inflates_to_the_same(
    files: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of any content, nothing but the stream is another one, and none is longer than before."""
    folder = tmp_path_factory.mktemp("any")
    wheel = stored(folder, "alpha", {f"{n}.txt": one * 3 for n, one in enumerate(files)})
    before = laid_of(wheel, folder / "cache")

    with contextlib.ExitStack() as opened:
        after = workshop(folder / "cache", RECOMPRESSION).remade(before, wheel, opened)

    assert contents(after) == contents(before)
    for path, old in before.entries.items():
        new = after.entries[path]
        gain = after.squeezed.get(path, 0)
        assert (new.size, new.mode, new.code) == (old.size, old.mode, old.code)
        assert old.member is not None
        assert new.member is not None
        assert new.member.compressed + gain == old.member.compressed
        assert (new.member == old.member) == (gain == 0)


def stripped(code: bytes) -> bytes | None:
    return code[:1000] if code.startswith(b"\x7fELF") else None


def commented(files: Files, read: Read) -> Mapping[str, bytes]:
    """Make a file for every module, as bytecode would be."""
    modules = (path for path in files if path.endswith(".py"))
    return {f"made/{path}c": read(path)[:6] for path in modules}


STRIPPING = Change("strip 1", "stripping", lambda one, _: one.path.endswith(".so"), stripped)
ADDING = Change("add 1", "adding", added=commented)


def test_changes_are_applied_together(tmp_path: Path, opened: contextlib.ExitStack) -> None:
    """One changes a file, one adds some, one deflates all of it; the order is that of a package."""
    wheel = stored(tmp_path, "alpha", FILES)
    before = laid_of(wheel, tmp_path / "cache")
    changes = (STRIPPING, ADDING, RECOMPRESSION)

    after = workshop(tmp_path / "cache", *changes).remade(before, wheel, opened)

    expected = contents(before)
    expected["alpha/lib.so"] = expected["alpha/lib.so"][:1000]
    expected["made/alpha/__init__.pyc"] = b"A = 1\n"
    assert contents(after) == expected
    assert list(after.entries) == sorted(expected, key=str.encode)
    assert after.folders == before.folders | {"made", "made/alpha"}
    assert {one.owner for one in after.entries.values()} == {"alpha"}
    assert after.container is not None
    assert after.container.path.parent.parent.parent.parent.name == "cache"


def test_each_choice_of_changes_has_a_name_of_its_own(
    tmp_path: Path, opened: contextlib.ExitStack
) -> None:
    """Also where they change nothing: what is made of scripts depends on how hard to try."""
    wheel = stored(tmp_path, "alpha", {"alpha.py": ""})
    before = laid_of(wheel, tmp_path / "cache")
    nothing = Change("nothing", "doing nothing")

    choices = [(nothing,), (replace(nothing, recipe="newer"),), (STRIPPING,), (RECOMPRESSION,)]
    recipes = [
        workshop(tmp_path / "cache", *changes).remade(before, wheel, opened).recipe
        for changes in choices
    ]

    assert len({before.recipe, *recipes}) == 5


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_what_is_made_does_not_depend_on_who_was_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: contextlib.ExitStack, threads: int
) -> None:
    """Any number of threads writes the same container, with the same table."""
    monkeypatch.setattr(making, "_WORTH_THREADS", 0)
    files = {f"alpha/{n}.py": f"N = {n}\n" * (n * n % 97) for n in range(40)}
    wheel = stored(tmp_path, "alpha", files)
    before = laid_of(wheel, tmp_path / "cache")
    serial = workshop(tmp_path / "serial", RECOMPRESSION, threads=1)

    one = serial.remade(before, wheel, opened)
    other = workshop(tmp_path / "o", RECOMPRESSION, threads=threads).remade(before, wheel, opened)

    assert one.container
    assert other.container
    assert one.container.sha256 == other.container.sha256
    assert one.recipe == other.recipe
    assert one.container.path.read_bytes() == other.container.path.read_bytes()


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    """What is made then lies in a temporary folder, which is gone in the end."""
    wheel = stored(tmp_path, "alpha", FILES)
    before = laid_of(wheel, tmp_path / "cache")
    (tmp_path / "blocked").write_bytes(b"no folder")
    blocked = workshop(tmp_path / "blocked", RECOMPRESSION)

    with contextlib.ExitStack() as opened:
        kept = workshop(tmp_path / "cache", RECOMPRESSION).remade(before, wheel, opened)
        after = blocked.remade(before, wheel, opened)

        assert contents(after) == contents(before)
        assert after.recipe == ""
        assert after.squeezed == kept.squeezed
        assert after.container
        assert kept.container
        assert after.container.sha256 == kept.container.sha256
    assert not after.container.path.parent.exists()


def test_what_is_kept_is_not_made_again(tmp_path: Path, opened: contextlib.ExitStack) -> None:
    """Nobody is told that anything was done the second time."""
    wheel = stored(tmp_path, "alpha", FILES)
    before = laid_of(wheel, tmp_path / "cache")
    steps: list[str] = []
    watched = replace(workshop(tmp_path / "cache", STRIPPING, RECOMPRESSION), step=steps.append)

    first = watched.remade(before, wheel, opened)
    second = watched.remade(before, wheel, opened)

    assert steps == ["stripping and compressing alpha"]
    assert first == second


def test_a_wheel_that_is_damaged_is_refused(tmp_path: Path, opened: contextlib.ExitStack) -> None:
    """Nothing is made of it, and it is fetched anew in the next run."""
    wheel = stored(tmp_path, "alpha", FILES)
    before = laid_of(wheel, tmp_path / "cache")
    wheel.path.write_bytes(wheel.path.read_bytes().replace(b"alpha", b"omega"))
    believed = replace(wheel, stamp=(1, 2, 3, 4))

    with pytest.raises(BuildError, match="is damaged in the cache"):
        workshop(tmp_path / "cache", RECOMPRESSION).remade(before, believed, opened)


def test_an_encoder_that_errs_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: contextlib.ExitStack
) -> None:
    """A stream that inflates to anything else is never kept."""
    wheel = stored(tmp_path, "alpha", FILES)
    before = laid_of(wheel, tmp_path / "cache")
    monkeypatch.setattr(making, "deflated", lambda *_: Stream(8, b"\x03\x00"))

    with pytest.raises(BuildError, match="does not inflate to what was deflated"):
        workshop(tmp_path / "cache", RECOMPRESSION).remade(before, wheel, opened)

    assert workshop(tmp_path / "cache", RECOMPRESSION)._found(before, wheel) is None  # noqa: SLF001


def packed(
    tmp_path: Path, wheel: StoredWheel, remade: Callable[[Laid, StoredWheel], Laid]
) -> Bundle:
    root = write(tmp_path / "project", {"app.py": "x = 1\n" * 50})
    project = Project(root, root / "dist", (), (), "auto")
    function = function_of(sources=(root,), compress="max")
    return stage(function, (wheel,), project, tmp_path / "cache", remade)


def test_a_container_that_a_disk_spoiled_is_made_anew(
    tmp_path: Path, opened: contextlib.ExitStack
) -> None:
    """It is hashed where it is needed: an error says so, and the next run makes it anew."""
    wheel = stored(tmp_path, "alpha", FILES)
    works = workshop(tmp_path / "cache", RECOMPRESSION)
    bundle = packed(tmp_path, wheel, lambda laid, one: works.remade(laid, one, opened))
    (container,) = bundle.containers
    golden = write_zip(bundle, tmp_path / "golden.zip")
    path = container.path
    spoiled = bytearray(path.read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    path.write_bytes(spoiled)

    with pytest.raises(BuildError, match="what was made of `alpha.*` is damaged in the cache"):
        write_zip(bundle, tmp_path / "x.zip", Segments(tmp_path / "cache"))

    again = packed(tmp_path, wheel, lambda laid, one: works.remade(laid, one, opened))
    for name in ("1.zip", "2.zip"):
        assert write_zip(again, tmp_path / name, Segments(tmp_path / "cache")) == golden
        assert zipfile.ZipFile(tmp_path / name).testzip() is None


def test_the_estimate_is_of_the_right_size(tmp_path: Path, opened: contextlib.ExitStack) -> None:
    """It is the same each time, and none where nothing is to be gained."""
    text = io.StringIO()
    for number in range(4000):
        text.write(f"def function_{number * 7919 % 4000}(value):\n    return value + {number}\n")
    wheel = stored(tmp_path, "alpha", {"alpha.py": text.getvalue(), **FILES})
    works = workshop(tmp_path / "cache", RECOMPRESSION)
    done = packed(tmp_path, wheel, lambda laid, one: works.remade(laid, one, opened))
    before = packed(tmp_path, wheel, lambda laid, _: laid)

    expected = expected_saving(replace(before, compress="default"))

    assert expected == expected_saving(replace(before, compress="fast"))
    assert expected is not None
    assert done.squeezed / 2 < expected < done.squeezed * 2
    assert expected_saving(done) is None
    assert expected_saving(replace(before, entries=(), compress="default")) is None


def test_jobs_that_fail_end_the_others() -> None:
    """The first failure is raised where the results are taken, and no new job is begun."""
    begun: list[int] = []

    def do(number: int) -> int:
        begun.append(number)
        if number == 3:
            raise ValueError(number)
        time.sleep(0.001)
        return -number

    with pytest.raises(ValueError, match="3"):
        dict(side_by_side(range(10_000), do, 2))

    assert len(begun) < 10_000


@pytest.mark.parametrize("threads", [0, 1, 2, 5])
def test_every_job_is_done_once(threads: int) -> None:
    """Whatever the number of threads."""
    found = list(side_by_side(range(100), lambda number: -number, threads))

    assert sorted(found) == [(number, -number) for number in range(100)]
