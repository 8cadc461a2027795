"""A zip that somebody else has made, as a list of files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lpack.facts.native_files import code_of
from lpack.model import Bundle, Entry, Flaw, Measured
from lpack.values import dataclass, field, replace
from lpack.wheels.given import GivenArchive, read_given
from lpack.wheels.given_content import MOST_INFLATED, content_if_whole, is_bounded, link_of
from lpack.wheels.given_names import leaves, normal
from lpack.wheels.opened import OpenFile

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.wheels.package import PackageEntry
    from lpack.wheels.zip_format import Buffer

_FILE_MODE = 0o644
"""What unpacking gives to files of makers who know no modes."""
_MOST_LINKS = 40
"""As Linux follows one after another."""


def read_archive(path: Path, given: str) -> Bundle:
    """Read a zip, and inflate each of its files once; raises OSError."""
    with OpenFile(str(path)) as data:
        archive = read_given(data)
        found = _unpacked(data, archive, path)
        size = len(data)
    flaws = tuple(replace(one, archive=given) for one in found.flaws)
    entries = tuple(_followed(entry, found.entries) for entry in found.entries.values())
    measured = Measured(given, size, sum(one.size for one in entries), len(entries))
    return Bundle(
        entries,
        (),
        (),
        found.generated,
        read=(path,),
        archives=(measured,),
        flaws=flaws,
        folder_modes=found.folder_modes,
        is_given=True,
    )


@dataclass
class _Unpacked:
    """What lies below `/var/task` when the archive has been unpacked there."""

    flaws: list[Flaw]
    entries: dict[str, Entry] = field(default_factory=dict)
    generated: dict[str, bytes] = field(default_factory=dict)
    """Nothing, for files that nobody can read."""
    folder_modes: dict[str, int] = field(default_factory=dict)


def _unpacked(data: Buffer, archive: GivenArchive, path: Path) -> _Unpacked:
    found = _Unpacked([*archive.flaws])
    is_read = is_bounded(archive.entries)
    if not is_read:
        found.flaws.append(Flaw("bomb", f"states over {MOST_INFLATED:,} bytes unzipped"))
    for one in archive.entries:
        place = normal(one.path)
        if leaves(one.path) or not place.strip("/"):
            continue
        if one.is_folder:
            if one.mode is not None:
                found.folder_modes[place[:-1]] = one.mode & 0o777
            continue
        # As when unpacked, a later file of the same name is the one that stays.
        found.entries.pop(place, None)
        found.generated.pop(place, None)
        is_shut = one.path in archive.unreadable or not is_read
        found.entries[place] = _entry(data, one, place, path, None if is_shut else found.flaws)
        if is_shut or found.entries[place].code is None:
            found.generated[place] = b""
            found.entries[place] = found.entries[place]._replace(code="")
    return found


def _entry(
    data: Buffer, one: PackageEntry, place: str, path: Path, flaws: list[Flaw] | None
) -> Entry:
    """Make the entry of a file; its code is None where nobody gets at its content."""
    mode = _FILE_MODE if one.mode is None else one.mode & 0o777
    entry = Entry(place, "", one.stream.size, mode, path, one.stream)
    if flaws is None:
        return entry
    link = link_of(data, one)
    content, flaw = content_if_whole(data, one)
    if flaw is not None:
        flaws.append(flaw)
        return entry
    if link is not None:
        return entry._replace(link=link, code="")
    if content is None:  # too large for the memory, and read in parts where that is needed
        return entry._replace(code=_code_of_large(entry))
    held = content
    return entry._replace(code=code_of(place, mode, lambda at, size: held[at : at + size]))


def _code_of_large(entry: Entry) -> str:
    from lpack.wheels.content import member_parts  # noqa: PLC0415 - few files are so large

    assert entry.member is not None  # noqa: S101 - entries of archives have one
    return code_of(entry.path, entry.mode, member_parts(entry.origin, entry.member).read)


def _followed(entry: Entry, entries: dict[str, Entry]) -> Entry:
    """Give a link the content of the file that it leads to, where that lies in the package."""
    target, place = entry, entry.path
    for _ in range(_MOST_LINKS):
        if target.link is None:
            return (
                entry if target is entry else entry._replace(member=target.member, code=target.code)
            )
        place = posixpath.normpath(posixpath.join(posixpath.dirname(place), target.link))
        if place not in entries:
            return entry
        target = entries[place]
    return entry
