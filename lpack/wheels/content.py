"""Reading the content of one member of a stored wheel."""

from __future__ import annotations

import contextlib
from typing import IO, TYPE_CHECKING

from lpack.errors import BuildError
from lpack.wheels.refusal import located, refusal
from lpack.wheels.streams import content_of, inflated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import WheelMember
    from lpack.wheels.member_parts import MemberParts

_CHUNK = 64 * 1024
_LEAST = 512


def read_member(path: Path, stream: WheelMember, limit: int | None = None) -> bytes:
    """Inflate a member of the wheel at `path`, or its first `limit` bytes.

    Size and CRC are checked when it is read whole. Raises BuildError LP204 when the file is not
    the admitted wheel any more.
    """
    with _refusals(path), path.open("rb") as file:
        file.seek(stream.offset)
        chunk = _CHUNK if limit is None else min(_CHUNK, max(_LEAST, limit))
        return content_of(_pieces(file, stream.compressed, chunk), stream, path.name, limit)


def member_pieces(path: Path, stream: WheelMember) -> Iterator[bytes]:
    """Inflate a member of the wheel at `path` as `read_member` does, in pieces of at most 1 MiB."""
    with _refusals(path), path.open("rb") as file:
        file.seek(stream.offset)
        yield from inflated(_pieces(file, stream.compressed, _CHUNK), stream, path.name)


@contextlib.contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        unreadable = refusal("UNREADABLE", f"the wheel cannot be read: {reason}")
        raise located(unreadable, path.name) from error
    except BuildError as error:
        raise located(error, path.name) from error


def member_parts(path: Path, stream: WheelMember) -> MemberParts:
    """Give parts of a member of the wheel at `path`, as they are asked for.

    Raises BuildError LP204 then, when the file is not the admitted wheel any more.
    """
    from lpack.wheels.member_parts import MemberParts  # noqa: PLC0415 - loads libdeflate, seldom used

    def pieces() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                file.seek(stream.offset)
                yield from _pieces(file, stream.compressed, _CHUNK)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            unreadable = refusal("UNREADABLE", f"the wheel cannot be read: {reason}")
            raise located(unreadable, path.name) from error

    return MemberParts(pieces, stream, path.name)


def _pieces(file: IO[bytes], length: int, chunk: int) -> Iterator[bytes]:
    left = length
    while left and (piece := file.read(min(left, chunk))):
        left -= len(piece)
        yield piece
