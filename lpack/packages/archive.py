"""A zip that somebody else has made, as a list of files."""

from __future__ import annotations

import hashlib
import posixpath
from typing import TYPE_CHECKING

from lpack.facts.native_files import code_of
from lpack.model import Bundle, Entry, Flaw, Measured
from lpack.values import dataclass, field, replace
from lpack.wheels.given import GivenArchive, read_given
from lpack.wheels.given_content import MOST_INFLATED, content_if_whole, is_bounded, parts_of
from lpack.wheels.given_names import leaves, normal
from lpack.wheels.opened import OpenFile

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.wheels.package import PackageEntry
    from lpack.wheels.zip_format import Buffer

_FILE_MODE = 0o644
"""What unpacking gives to files of makers who know no modes."""
_SUMMED = (".py", ".dist-info/METADATA")
"""What imports are read from, which is kept by what it was read from."""
_LONGEST_LINK = 4096
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
        sums=found.sums,
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
    sums: dict[str, bytes] = field(default_factory=dict)


def _unpacked(data: Buffer, archive: GivenArchive, path: Path) -> _Unpacked:
    found = _Unpacked([*archive.flaws])
    is_read = is_bounded(archive.entries)
    if not is_read:
        found.flaws.append(Flaw("bomb", f"states over {MOST_INFLATED:,} bytes unzipped"))
    for one in archive.entries:
        place = normal(one.path)
        if leaves(one.path) or not place.strip("/"):
            continue
        if not one.is_folder:
            _take(data, one, place, path, found, is_read=is_read and one.path not in archive.shut)
        elif one.mode is not None:
            found.folder_modes[place[:-1]] = one.mode & 0o777
    return found


def _take(  # noqa: PLR0913 - what there is, and where it goes
    data: Buffer, one: PackageEntry, place: str, path: Path, into: _Unpacked, *, is_read: bool
) -> None:
    """Take a file; as when unpacked, a later one of the same name is the one that stays."""
    if place in into.entries:
        del into.entries[place]
        into.generated.pop(place, None)
    mode = _FILE_MODE if one.mode is None else one.mode & 0o777
    code, link = _looked_at(data, one, place, mode, into) if is_read else (None, None)
    if code is None:
        into.generated[place] = b""
        code = ""
    into.entries[place] = Entry(place, "", one.stream.size, mode, path, one.stream, code, link)


def _looked_at(
    data: Buffer, one: PackageEntry, place: str, mode: int, into: _Unpacked
) -> tuple[str | None, str | None]:
    """Tell what native code a file is, and where a link leads; neither where it is damaged."""
    content, flaw = content_if_whole(data, one)
    if flaw is not None:
        into.flaws.append(flaw)
        if content is None:
            return None, None
        into.generated[place] = bytes(content)  # stricter readers would not give it again
    if one.is_link and content is not None:
        return "", content[:_LONGEST_LINK].decode("utf-8", "backslashreplace")
    if content is not None:
        held = content
        if place.endswith(_SUMMED):
            into.sums[place] = hashlib.sha256(content).digest()
        return code_of(place, mode, lambda at, size: bytes(held[at : at + size])), None
    # Too large for the memory, and so read in parts where that is needed.
    return code_of(place, mode, parts_of(data, one)), None


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
