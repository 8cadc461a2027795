"""Locks of other tools in a few words, and what is read of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lpack.model import Requirement, Where
from lpack.requirements.locks.base import Selection
from tests.function_builder import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lpack.requirements.locks.base import Locked, LockReader

REGISTRY = '{ registry = "https://pypi.org/simple" }'


def sha256(word: str) -> str:
    """Give the digest of a word."""
    return hashlib.sha256(word.encode()).hexdigest()


def wheel_name(name: str, version: str = "1.0") -> str:
    """Name the wheel that fits everywhere."""
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def uv_package(
    name: str, version: str = "1.0", *needs: str, source: str = REGISTRY, more: str = ""
) -> str:
    """Write a package of a uv.lock; a need is a name, or the inside of an inline table."""
    listed = ", ".join(
        f'{{ name = "{one}" }}' if "=" not in one else f"{{ {one} }}" for one in needs
    )
    url = f"https://example.org/{wheel_name(name, version)}"
    wheel = f'{{ url = "{url}", hash = "sha256:{sha256(name + version)}", size = 10 }}'
    wheels = f"wheels = [{wheel}]\n" if "registry" in source else ""
    return (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {source}\n'
        f"dependencies = [{listed}]\n{wheels}{more}\n"
    )


def uv_lock(*packages: str, head: str = "") -> str:
    """Write a uv.lock."""
    return f"version = 1\n{head}\n" + "\n".join(packages)


def toml_package(name: str, version: str = "1.0", more: str = "") -> str:
    """Write a package as a poetry.lock and a pdm.lock both do, with one wheel."""
    file = f'{{ file = "{wheel_name(name, version)}", hash = "sha256:{sha256(name + version)}" }}'
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nfiles = [{file}]\n{more}\n'


def read(  # noqa: PLR0913 - all that a reader is given
    reader: LockReader,
    folder: Path,
    text: str,
    roots: Iterable[str] | None,
    *,
    extras: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    runtime: str = "python3.13",
    architecture: str = "x86_64",
    member: Path | None = None,
) -> Locked:
    """Read a lock that lies in the folder."""
    path = folder / "some.lock"
    path.write_text(text, encoding="utf-8")
    lines = None if roots is None else tuple(Requirement(one, Where("app")) for one in roots)
    selection = Selection(extras, groups, lines, member)
    return reader(path, "some.lock", target_of(runtime, architecture), selection)


def shipped(locked: Locked) -> list[str]:
    """Give the names and versions of what ships; nothing may be missing."""
    assert locked.missing == ()
    assert locked.packages is not None
    return [f"{one.name} {one.version}".strip() for one in locked.packages]
