"""Whether a wheel that was built here is the same as one that is built anywhere else."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.facts.native import FIRST_BYTES, identify
from lpack.wheels.archive import read_members
from lpack.wheels.identity import one_header
from lpack.wheels.refusal import shown
from lpack.wheels.streams import content_of, stream_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lpack.model import Where
    from lpack.wheels.archive import ArchiveMember
    from lpack.wheels.zip_format import Buffer

_PURE = "-none-any.whl"
_EXTENSIONS = (".so", ".pyd", ".dylib")
# Launchers for Windows are part of some pure distributions; nothing here compiles them.
_HARMLESS = "pe"


def check_pure(wheel: Path, name: str, where: Where) -> None:
    """Refuse an admitted wheel that is not for every machine, with BuildError LP118."""
    with wheel.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        members = [one for one in read_members(data) if not one.is_directory]
        native = next(_native(data, members), None)
        if native is not None:
            raise _impure(f"`{name}` compiles native code: `{shown(native)}`", where)
        if not wheel.name.endswith(_PURE) or not _is_purelib(data, members):
            raise _impure(f"`{name}` builds a wheel of this machine: `{shown(wheel.name)}`", where)


def _native(data: Buffer, members: Iterable[ArchiveMember]) -> Iterator[str]:
    for member in members:
        if member.name.endswith(_EXTENSIONS):
            yield member.name
            continue
        pieces = stream_pieces(data, member.stream)
        kind = identify(content_of(pieces, member.stream, member.name, FIRST_BYTES))
        if kind is not None and kind.format != _HARMLESS:
            yield member.name


def _is_purelib(data: Buffer, members: Iterable[ArchiveMember]) -> bool:
    stated = next(one for one in members if one.name.endswith(".dist-info/WHEEL"))
    content = content_of(stream_pieces(data, stated.stream), stated.stream, stated.name)
    return one_header(content, "Root-Is-Purelib", "WHEEL_FILE").lower() == "true"


def _impure(message: str, where: Where) -> BuildError:
    return BuildError(
        "LP118",
        message,
        where=where,
        hint="build its wheel on the runtime's system, and serve it with `--find-links`",
    )
