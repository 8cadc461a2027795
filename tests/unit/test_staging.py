"""The package as a list: whose file lies where, in which order, and what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import LockedPackage, LockedWheel, Project
from lpack.steps.pack import pack
from lpack.steps.stage import stage
from lpack.store import WheelStore
from lpack.store.wheels import digest_of
from tests.function_builder import function_of
from tests.project_folder import write
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Bundle, StoredWheel


def stored(tmp_path: Path, name: str, files: Mapping[str, bytes | str]) -> StoredWheel:
    """Put a wheel into the store."""
    folder = tmp_path / "wheels"
    folder.mkdir(exist_ok=True)
    path = make_wheel(folder, name, "1.0", files)
    size, sha256 = digest_of(path)
    locked = LockedWheel(path.name, path.as_uri(), sha256, size)
    return WheelStore(tmp_path / "cache").publish(path, LockedPackage(name, "1.0", (locked,)))


def staged(
    tmp_path: Path, files: Mapping[str, str], *wheels: StoredWheel, cache: Path | None = None
) -> Bundle:
    """Lay out a function with its own files and wheels."""
    root = write(tmp_path / "project", files)
    project = Project(root, root / "dist", (), (), "auto")
    return stage(function_of(sources=(root,)), wheels, project, cache)


def owners(bundle: Bundle) -> list[tuple[str, str]]:
    """Give owner and path of what is not metadata, in order."""
    return [
        (entry.owner, entry.path) for entry in bundle.entries if ".dist-info/" not in entry.path
    ]


def test_distributions_come_first_and_own_files_last(tmp_path: Path) -> None:
    """By name each, so that a change of code moves few bytes, whatever the order of the lock."""
    zeta = stored(tmp_path, "zeta", {"z/b.py": "", "z/a.py": "", "Z.py": ""})
    alpha = stored(tmp_path, "alpha", {"alpha.py": "", "_alpha.py": ""})

    orders = [
        owners(staged(tmp_path, {"b.py": "", "B.py": "", "a/x.py": ""}, *wheels))
        for wheels in ((zeta, alpha), (alpha, zeta))
    ]

    assert orders[0] == orders[1]
    assert orders[0] == [
        ("alpha", "_alpha.py"),
        ("alpha", "alpha.py"),
        ("zeta", "Z.py"),
        ("zeta", "z/a.py"),
        ("zeta", "z/b.py"),
        ("", "B.py"),
        ("", "a/x.py"),
        ("", "b.py"),
    ]


def test_own_files_win_over_dependencies(tmp_path: Path) -> None:
    """The function's own file is taken, the other one is reported, and no third appears."""
    alpha = stored(tmp_path, "alpha", {"alpha.py": "theirs", "beta.py": "theirs"})

    bundle = staged(tmp_path, {"alpha.py": "mine"}, alpha)

    assert owners(bundle) == [("alpha", "beta.py"), ("", "alpha.py")]
    assert [(one.path, one.rule, one.owner) for one in bundle.excluded] == [
        ("alpha.py", "replaced by your own file", "alpha")
    ]


def test_the_same_file_of_two_distributions_is_taken_once(tmp_path: Path) -> None:
    """Namespace packages of the old kind repeat their __init__.py."""
    wheels = [stored(tmp_path, name, {"ns/__init__.py": "x = 1\n"}) for name in ("beta", "alpha")]

    bundle = staged(tmp_path, {"app.py": ""}, *wheels)

    assert owners(bundle) == [("alpha", "ns/__init__.py"), ("", "app.py")]


@pytest.mark.parametrize(
    ("first", "second", "own"),
    [
        ({"same.py": "one"}, {"same.py": "two"}, {}),
        ({"same.py": "one"}, {"same.py": "three"}, {}),
        ({"a": "a file"}, {"a/b.py": "below it"}, {}),
        ({"a": "a file"}, {}, {"a/b/c.py": "below it"}),
        ({"a/b.py": ""}, {}, {"a": "a file"}),
    ],
)
def test_what_only_one_of_them_can_be_is_refused(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], own: dict[str, str]
) -> None:
    """Other bytes at one place, or a file where another has a folder."""
    wheels = [stored(tmp_path, "alpha", first), stored(tmp_path, "beta", second)]

    with pytest.raises(BuildError) as caught:
        staged(tmp_path, {"app.py": "", **own}, *wheels)

    assert caught.value.code == "LP220"
    assert caught.value.diagnostics[0].hint


def test_own_files_settle_a_conflict_of_dependencies(tmp_path: Path) -> None:
    """The hint of the error says so, so it has to be true."""
    wheels = [
        stored(tmp_path, "alpha", {"same.py": "one"}),
        stored(tmp_path, "beta", {"same.py": "two"}),
    ]

    bundle = staged(tmp_path, {"same.py": "mine"}, *wheels)

    assert owners(bundle) == [("", "same.py")]


def test_scripts_are_made_for_lambdas_python(tmp_path: Path) -> None:
    """`#!python` becomes the runtime's interpreter."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    path = make_wheel(folder, "alpha", "1.0", {}, data={"scripts/tool": "#!python\nprint(1)\n"})
    size, sha256 = digest_of(path)
    locked = LockedWheel(path.name, path.as_uri(), sha256, size)
    wheel = WheelStore(tmp_path / "cache").publish(path, LockedPackage("alpha", "1.0", (locked,)))

    bundle = staged(tmp_path, {"app.py": ""}, wheel)

    assert bundle.generated == {"bin/tool": b"#!/var/lang/bin/python3.13\nprint(1)\n"}
    assert {entry.path: entry.mode for entry in bundle.entries}["bin/tool"] == 0o755


@pytest.mark.parametrize("when", ["before it is laid out", "before it is packed", "meanwhile"])
def test_a_wheel_that_goes_away_is_a_plain_error(tmp_path: Path, when: str) -> None:
    """A cache that is emptied or changed during a build fails it, and publishes nothing."""
    alpha = stored(tmp_path, "alpha", {"alpha.py": "A = 1\n" * 99})
    if when == "before it is laid out":
        alpha.path.unlink()
        with pytest.raises(BuildError) as caught:
            staged(tmp_path, {"app.py": ""}, alpha)
        assert caught.value.code == "LP224"
        return
    bundle = staged(tmp_path, {"app.py": ""}, alpha)
    if when == "before it is packed":
        alpha.path.unlink()
    else:
        content = bytearray(alpha.path.read_bytes())
        content[60] ^= 1
        alpha.path.write_bytes(content)

    with pytest.raises(BuildError) as caught, pack(bundle, tmp_path / "out" / "f.zip") as packing:
        packing.finish()

    assert caught.value.code == "LP224"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_wheel_that_another_process_replaced_by_itself_is_fine(tmp_path: Path) -> None:
    """Two processes that store one wheel give the same bytes in another file."""
    alpha = stored(tmp_path, "alpha", {"alpha.py": "A = 1\n"})
    bundle = staged(tmp_path, {"app.py": ""}, alpha)
    copy = tmp_path / "copy"
    copy.write_bytes(alpha.path.read_bytes())
    copy.replace(alpha.path)

    with pack(bundle, tmp_path / "f.zip") as packing:
        packed = packing.finish()
        size = packed.waiting.stat().st_size

    assert size == packed.artifact.size
