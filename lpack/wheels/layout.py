"""Where the files of a wheel go in a flat target folder, as `pip install --target` lays them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Where
from lpack.values import NamedTuple
from lpack.wheels.archive import ArchiveMember, read_members
from lpack.wheels.data_folder import ROOT_SCHEMES, DataFile, data_file
from lpack.wheels.names import folded, repeated, with_parents
from lpack.wheels.refusal import shown
from lpack.wheels.streams import content_of, stream_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import WheelMember
    from lpack.wheels.zip_format import Buffer

_EXECUTABLE = 0o755
_READABLE = 0o644
_ANY_EXECUTE_BIT = 0o111
_SCRIPT_MARK = b"#!python"
_FIRST_LINE = re.compile(rb"\A#!python[^\r\n]*")


class Placed(NamedTuple):
    """A file of a wheel at its place in the package."""

    path: str
    mode: int
    """0o644 or 0o755: Lambda's user must be able to read what the wheel's author alone could."""
    size: int
    """Bytes, uncompressed."""
    stream: WheelMember | None
    """None when `content` replaces what the wheel holds."""
    content: bytes | None


def place(
    data: Buffer, *, filename: str, interpreter: str
) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """Place the files of an admitted wheel; give them and the names that are left out.

    Left out is compiled Python code, which may be of another Python. Scripts that ask for
    `#!python` get `interpreter`. Commands of `entry_points.txt` are not made: Lambda runs none.
    Raises BuildError LP204 when the framing is not as admitted, LP220 when two files want the
    same place.
    """
    placed: list[Placed] = []
    left_out: list[str] = []
    moved = False
    for member in read_members(data):
        if member.is_directory:
            continue
        if member.name.endswith(".pyc") or "/__pycache__/" in f"/{member.name}":
            left_out.append(member.name)
        elif (file := data_file(member.name)) is None:
            placed.append(_place(member, member.name))
        else:
            moved = True
            placed.append(_place_data(data, member, file, filename, interpreter))
    files = _without_repeats(data, placed, filename) if moved else tuple(placed)
    return files, tuple(left_out)


def _place_data(
    data: Buffer, member: ArchiveMember, file: DataFile, filename: str, interpreter: str
) -> Placed:
    if file.scheme in ROOT_SCHEMES:
        return _place(member, file.path)
    if file.scheme == "headers":
        return _place(member, f"include/{filename.partition('-')[0]}/{file.path}")
    return _place_script(data, member, f"bin/{file.path}", interpreter)


def _place(member: ArchiveMember, path: str) -> Placed:
    mode = _EXECUTABLE if member.mode & _ANY_EXECUTE_BIT else _READABLE
    return Placed(path, mode, member.stream.size, member.stream, None)


def _place_script(data: Buffer, member: ArchiveMember, path: str, interpreter: str) -> Placed:
    """Rewrite a script's first line, when it asks for whichever Python installs it."""
    stream = member.stream
    start = content_of(stream_pieces(data, stream), stream, path, len(_SCRIPT_MARK))
    if start != _SCRIPT_MARK:
        return Placed(path, _EXECUTABLE, stream.size, stream, None)
    content = content_of(stream_pieces(data, stream), stream, path)
    content = b"#!" + interpreter.encode() + _FIRST_LINE.sub(b"", content, count=1)
    return Placed(path, _EXECUTABLE, len(content), None, content)


def _without_repeats(data: Buffer, placed: Iterable[Placed], filename: str) -> tuple[Placed, ...]:
    """Keep one of the files that are at one place with the same bytes; refuse any other clash."""
    by_path: dict[str, Placed] = {}
    for file in placed:
        other = by_path.setdefault(file.path, file)
        if other is not file and _content(data, other) != _content(data, file):
            raise _clash(filename, file.path, "places two different files at")
    spellings = folded(list(by_path))
    if len(set(spellings)) != len(spellings):
        raise _clash(filename, repeated(spellings), "places two spellings of")
    folders = with_parents(path.rpartition("/")[0] for path in spellings)
    for path in sorted(folders.intersection(spellings)):
        raise _clash(filename, path, "places a file and a folder at")
    return tuple(by_path.values())


def _content(data: Buffer, file: Placed) -> bytes:
    if file.stream is None:
        return file.content or b""
    return content_of(stream_pieces(data, file.stream), file.stream, file.path)


def _clash(filename: str, path: str, what: str) -> BuildError:
    return BuildError(
        "LP220",
        f"the wheel {what} `{shown(path)}`",
        where=Where(shown(filename)),
        hint="lock another version, and report the wheel to the project that published it",
    )
