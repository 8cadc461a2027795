"""The full verification that a wheel passes once, before it may enter the store.

The compressed streams of an admitted wheel are later copied into packages without being
inflated, so everything that inflating would find has to be found here.
"""

from __future__ import annotations

import contextlib
import mmap
import threading
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.wheels.archive import read_members
from lpack.wheels.data_folder import check_data_folder
from lpack.wheels.entry_points import check_entry_points
from lpack.wheels.identity import check_metadata, check_wheel_file, find_dist_info, identify
from lpack.wheels.quick_streams import exact_content
from lpack.wheels.record import check_listing, read_record
from lpack.wheels.refusal import Rule, located, refusal, shown
from lpack.wheels.streams import content_of, inflated, stream_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lpack.model import WheelMember
    from lpack.wheels.archive import ArchiveMember
    from lpack.wheels.zip_format import Buffer

WHEEL_FILE_BYTES = 64 * 1024
METADATA_BYTES = 8 * 1024**2
RECORD_BYTES = 32 * 1024**2
ENTRY_POINTS_BYTES = 1024**2
_LARGE = 4 << 20
"""Bytes; what has more is in memory once, however many wheels arrive at a time."""
_ALONE = threading.Lock()


def admit(path: Path, *, filename: str, name: str, version: str) -> None:
    """Verify the wheel at `path`, which the lock knows as `filename` of `name` and `version`.

    Raises BuildError LP204, whose message ends with the rule that the wheel breaks.
    """
    try:
        with path.open("rb") as file:
            if file.seek(0, 2) == 0:
                raise refusal("END_RECORD", "the file is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                _admit(data, filename, name, version)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        unreadable = refusal("UNREADABLE", f"the wheel cannot be read: {reason}")
        raise located(unreadable, filename) from error
    except BuildError as error:
        raise located(error, filename) from error


def _admit(data: Buffer, filename: str, name: str, version: str) -> None:
    identity = identify(filename, name, version)
    members = read_members(data)
    names = [member.name for member in members]
    files = {member.name: member.stream for member in members if not member.is_directory}
    _check_directories(data, members)
    folder = find_dist_info(identity, names)
    check_data_folder(identity, files)
    check_wheel_file(_read(data, files, f"{folder}/WHEEL", WHEEL_FILE_BYTES, "WHEEL_FILE"))
    metadata = _read(data, files, f"{folder}/METADATA", METADATA_BYTES, "METADATA")
    check_metadata(identity, metadata)
    commands = f"{folder}/entry_points.txt"
    if commands in files:
        check_entry_points(_read(data, files, commands, ENTRY_POINTS_BYTES, "ENTRY_POINT"))
    _check_contents(data, files, f"{folder}/RECORD")


def _check_directories(data: Buffer, members: Iterable[ArchiveMember]) -> None:
    """Inflate the nothing that a directory may hold: a reader of a pipe has to get past it."""
    for member in members:
        if member.is_directory:
            content_of(stream_pieces(data, member.stream), member.stream, member.name)


def _read(
    data: Buffer, files: Mapping[str, WheelMember], name: str, limit: int, rule: Rule
) -> bytes:
    """Read a file of `.dist-info` that has to be there and to be of a sensible size."""
    if name not in files:
        raise refusal(rule, f"`{shown(name)}` is not in the wheel")
    stream = files[name]
    if stream.size > limit:
        raise refusal(rule, f"`{shown(name)}` is larger than {limit:,} bytes")
    return content_of(stream_pieces(data, stream), stream, name)


def _check_contents(data: Buffer, files: Mapping[str, WheelMember], record: str) -> None:
    """Inflate every file and hold it against its headers and its row of RECORD."""
    rows = read_record(_read(data, files, record, RECORD_BYTES, "RECORD_MISSING"), files.keys())
    check_listing(rows, files.keys(), record)
    for name, stream in files.items():
        row = rows.get(name)
        with _ALONE if stream.size > _LARGE else contextlib.nullcontext():
            pieces = _content(data, stream, name)
            if row is not None and row.digest:
                row.check(pieces)
            else:
                for _ in pieces:
                    pass


def _content(data: Buffer, stream: WheelMember, name: str) -> Iterable[bytes | bytearray]:
    """Give a file's content, verified when it has been taken; zlib can tell what is wrong."""
    content = exact_content(data, stream)
    if content is not None:
        return (content,)
    return inflated(stream_pieces(data, stream), stream, name)
