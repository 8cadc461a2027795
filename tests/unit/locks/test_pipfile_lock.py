"""A Pipfile.lock answers with whole categories, as Pipenv installs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import LpackError
from lpack.model import BuiltFrom, LockedWheel
from lpack.requirements.locks.pipfile_lock import read_pipfile_lock
from tests.foreign_locks import read, sha256, shipped, wheel_name

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.requirements.locks.base import Locked

COMMIT = "5690f3bad1b44085f4a3124ea672e7abc7327863"


def row(name: str, **more: Any) -> dict[str, Any]:
    return {"version": "==1.0", "hashes": [f"sha256:{sha256(name)}"], **more}


def pipenv(folder: Path, document: Any, *roots: str, **options: object) -> Locked:
    text = json.dumps(document)
    return read(read_pipfile_lock, folder, text, roots, **options)  # type: ignore[arg-type]


def test_the_default_category_ships(tmp_path: Path) -> None:
    """What develops stays; of the files only the digests are known."""
    document = {
        "default": {
            "Requests": row("requests", extras=["socks"], index="pypi"),
            "tomli": row("tomli", markers="python_version < '3.11'"),
        },
        "develop": {"pytest": row("pytest")},
    }

    locked = pipenv(tmp_path, document, "requests[socks]")

    assert shipped(locked) == ["requests 1.0"]
    assert not locked.is_closed
    assert locked.packages is not None
    assert locked.packages[0].wheels == (LockedWheel("", "", sha256("requests"), None),)
    assert locked.pins.hashes == {"requests": (f"sha256:{sha256('requests')}",)}


def test_another_category_ships_when_it_is_asked_for(tmp_path: Path) -> None:
    """Groups are what Pipenv calls categories."""
    document = {"default": {"a": row("a")}, "worker": {"b": row("b")}}

    assert shipped(pipenv(tmp_path, document, "a", groups=("worker",))) == ["a 1.0", "b 1.0"]


@pytest.mark.parametrize(
    ("requires", "fits"),
    [
        ({}, True),
        ({"python_version": "3.13"}, True),
        ({"python_version": "3"}, False),
        ({"python_version": "3.1"}, False),
        ({"python_full_version": "3.13.1", "python_version": "3.13"}, True),
        ({"python_version": "3.12"}, False),
    ],
)
def test_a_lock_for_another_python_may_lack_packages(
    tmp_path: Path, requires: dict[str, str], *, fits: bool
) -> None:
    """Pipenv fills the lock for the Python that it runs on, and says what that was."""
    document = {"_meta": {"requires": requires}, "default": {"a": row("a")}}

    locked = pipenv(tmp_path, document, "a")

    assert (locked.packages is not None) is fits
    assert bool(locked.missing) is not fits
    assert [line.text for line in locked.pins.constraints] == ["a==1.0"]


@pytest.mark.parametrize("root", ["b", "a>=2", "a[more]", "a @ https://example.org/a-1.0.tar.gz"])
def test_what_the_lock_does_not_know_is_left_to_a_resolver(tmp_path: Path, root: str) -> None:
    """What another extra would bring, nobody has written down."""
    locked = pipenv(tmp_path, {"default": {"a": row("a")}}, root)

    assert (locked.packages, len(locked.missing)) == (None, 1)


def test_indexes_that_the_lock_names(tmp_path: Path) -> None:
    """A package that names another index than the first comes from that one only."""
    sources = [
        {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True},
        {"name": "own", "url": "https://own.example/simple", "verify_ssl": True},
        {"name": "secret", "url": "https://$USER:${PASSWORD}@secret.example/simple"},
    ]
    default = {
        name: row(name, index=index)
        for name, index in (("a", "pypi"), ("b", "own"), ("c", "secret"))
    }

    locked = pipenv(tmp_path, {"_meta": {"sources": sources}, "default": default}, "a")

    assert locked.index.index_url == "https://pypi.org/simple"
    assert locked.index.assigned == (("b", "https://own.example/simple"),)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (
            {"git": "https://example.org/x.git", "ref": COMMIT},
            BuiltFrom("git", "https://example.org/x.git", COMMIT),
        ),
        ({"path": "./lib", "editable": True}, BuiltFrom("folder", "FOLDER/lib")),
        (
            {"file": "https://example.org/x-1.0.zip", "hashes": [f"sha256:{sha256('x')}"]},
            BuiltFrom("sdist", "https://example.org/x-1.0.zip", sha256("x")),
        ),
    ],
)
def test_sources_without_a_wheel(
    tmp_path: Path, stated: dict[str, Any], expected: BuiltFrom
) -> None:
    """Each says what it is built from; the project itself comes otherwise."""
    document = {"default": {"x": stated, "app": {"path": ".", "editable": True}}}

    locked = pipenv(tmp_path, document, "x")

    (package,) = locked.packages or ()
    assert package.source is not None
    assert package.source.location.replace(tmp_path.as_uri(), "FOLDER") == expected.location
    assert (package.source.kind, package.source.digest) == (expected.kind, expected.digest)
    assert locked.pins.unpublished == {"app", "x"}


def test_a_wheel_that_is_named_directly(tmp_path: Path) -> None:
    """A file of this machine needs no digest in the lock."""
    wheel = tmp_path / wheel_name("x")
    wheel.write_bytes(b"x")

    locked = pipenv(tmp_path, {"default": {"x": {"file": f"./{wheel.name}"}}}, "x")

    (package,) = locked.packages or ()
    assert package.wheels == (LockedWheel(wheel.name, wheel.as_uri(), sha256("x"), 1),)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"default": []},
        {"default": {"a": 3}},
        {"default": {"..": row("a")}},
        {"default": {"a": row("a", markers="((")}},
        {"default": {"a": row("a", markers=3)}},
        {"default": {"a": row("a", hashes=3)}},
        {"default": {"a": row("a", hashes=["sha256:x"])}},
        {"default": {"a": row("a", extras=3)}},
        {"default": {"a": {"git": "https://example.org", "ref": "main"}}},
        {"default": {"a": {"hg": "https://example.org", "ref": "main"}}},
        {"default": {"a": {"path": "a\0b"}}},
        {"default": {"a": row("a")}, "_meta": 3},
        {"default": {"a": row("a")}, "_meta": {"sources": [{"name": 3, "url": "x"}]}},
    ],
)
def test_a_lock_that_somebody_has_edited(tmp_path: Path, document: Any) -> None:
    """It is refused as a whole, with the name of the file and a code."""
    with pytest.raises(LpackError) as caught:
        pipenv(tmp_path, document, "a")

    assert caught.value.code == "LP110"
    assert "some.lock" in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"default": {"a": ' + "1" * 5000 + "}}"])
def test_what_is_no_json(tmp_path: Path, text: str) -> None:
    """It ends with a code as well."""
    with pytest.raises(LpackError) as caught:
        read(read_pipfile_lock, tmp_path, text, ["a"])

    assert caught.value.code == "LP110"


def test_no_file_has_a_digest(tmp_path: Path) -> None:
    """Nothing is taken that cannot be compared."""
    with pytest.raises(LpackError) as caught:
        pipenv(tmp_path, {"default": {"a": row("a", hashes=["md5:x"])}}, "a")

    assert caught.value.code == "LP112"
