"""The METADATA of a wheel that stays where it is: its own file (PEP 658), or a few byte ranges."""

from __future__ import annotations

import hashlib
import mmap
import re
import tempfile
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import WheelMember
from lpack.resolvers.locations import clean_url
from lpack.values import dataclass
from lpack.wheels.end_record import find_directory
from lpack.wheels.local_header import stream_extent
from lpack.wheels.streams import content_of, stream_pieces
from lpack.wheels.zip_format import CENTRAL, CENTRAL_SIGNATURE, DEFLATED, LOCAL, STORED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response

    from lpack.index.session import Session

_METADATA_BYTES = 4_000_000
_WHEEL_BYTES = 1 << 31
_TAIL = 48_000
"""Holds directory, METADATA and RECORD of most wheels."""
# A local header may have other extra fields than the central one.
_SPARE = 4_096
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_CHUNK = 1 << 17
_PARTIAL, _OK = 206, 200


@dataclass(frozen=True, slots=True)
class RemoteWheel:
    """A wheel as a page of an index tells of it."""

    url: str
    sha256: str
    size: int | None
    metadata_sha256: str = ""
    """Of the METADATA that the index serves beside it; empty when it states none."""


def remote_wheel(file: dict[str, Any]) -> RemoteWheel:
    """Read the entry of a page (PEP 691)."""
    beside = file.get("core-metadata", file.get("dist-info-metadata"))
    size = file.get("size")
    return RemoteWheel(
        clean_url(file["url"]),
        _sha256(file.get("hashes")),
        size if isinstance(size, int) else None,
        _sha256(beside),
    )


def _sha256(hashes: object) -> str:
    found = hashes.get("sha256") if isinstance(hashes, dict) else None
    return found if isinstance(found, str) else ""


def read_metadata(session: Session, wheel: RemoteWheel, *, whole: bool = False) -> bytes | None:
    """Get a wheel's METADATA; None when the index makes it too hard.

    `whole` allows to get all of the wheel from an index that sends no parts of it.
    """
    import requests  # noqa: PLC0415 - 70 ms, which a build with a lock does not pay
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - as above

    try:
        beside = _beside(session, wheel) if wheel.metadata_sha256 else None
        return _inside(session, wheel, whole=whole) if beside is None else beside
    except (requests.RequestException, HTTPError, OSError, ValueError, BuildError):
        # Whatever is wrong with the wheel, pip says it better, or its admission.
        return None


def _beside(session: Session, wheel: RemoteWheel) -> bytes | None:
    with session.get(f"{wheel.url}.metadata", {"Accept-Encoding": "identity"}) as response:
        content: bytes = response.raw.read(_METADATA_BYTES)
    told = hashlib.sha256(content).hexdigest()
    return content if response.status_code == _OK and told == wheel.metadata_sha256 else None


def _inside(session: Session, wheel: RemoteWheel, *, whole: bool) -> bytes | None:
    headers = {"Range": f"bytes=-{_TAIL}", "Accept-Encoding": "identity"}
    with session.get(wheel.url, headers) as response:
        told = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if response.status_code == _OK and whole:
            return _metadata_of(_Ranges(session, wheel, _whole(response)))
        if response.status_code != _PARTIAL or told is None:
            return None
        start, last, size = map(int, told.groups())
        content = response.raw.read(_TAIL + 1)
    if last + 1 != size or start + len(content) != size or not 0 < size < _WHEEL_BYTES:
        return None
    # Pages that are never written take no memory.
    data = mmap.mmap(-1, size)
    data[start:] = content
    return _metadata_of(_Ranges(session, wheel, data, start))


def _whole(response: Response) -> mmap.mmap:
    """Get all of a wheel, on disk rather than in memory."""
    with tempfile.TemporaryFile() as file:
        for piece in response.raw.stream(_CHUNK, decode_content=False):
            file.write(piece)
            if file.tell() > _WHEEL_BYTES:
                raise ValueError("the wheel is too large")
        file.flush()
        return mmap.mmap(file.fileno(), 0)


def _metadata_of(ranges: _Ranges) -> bytes | None:
    with ranges.data as data:
        place = find_directory(data)
        if not ranges.need(place.offset, len(data)):
            return None
        directory = bytes(data[place.offset : place.offset + place.size])
        found = [one for one in _headers(directory) if _is_metadata(one[CENTRAL.size :])]
        return ranges.content(found[0]) if len(found) == 1 else None


class _Ranges:
    """A file of which only some bytes are here."""

    def __init__(
        self, session: Session, wheel: RemoteWheel, data: mmap.mmap, start: int = 0
    ) -> None:
        self.session, self.wheel, self.data, self.start = session, wheel, data, start
        """From here on all bytes are here."""

    def need(self, start: int, end: int) -> bool:
        """Get some bytes unless they are here; tell whether they are."""
        if start >= self.start:
            return True
        end = min(end, self.start)
        headers = {"Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
        with self.session.get(self.wheel.url, headers) as response:
            told = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if response.status_code != _PARTIAL or told is None:
                return False
            if tuple(map(int, told.groups())) != (start, end - 1, len(self.data)):
                return False
            content = response.raw.read(end - start + 1)
        if len(content) != end - start:
            return False
        self.data[start:end] = content
        if end == self.start:
            self.start = start
        return True

    def content(self, header: bytes) -> bytes | None:
        """Inflate the member that a central header leads to."""
        method, crc, compressed, size = (CENTRAL.unpack_from(header)[at] for at in (4, 7, 8, 9))
        offset = CENTRAL.unpack_from(header)[-1]
        end = offset + LOCAL.size + len(header) - CENTRAL.size + compressed + _SPARE
        if method not in (STORED, DEFLATED) or size > _METADATA_BYTES:
            return None
        if not self.need(offset, min(end, len(self.data))):
            return None
        start, _ = stream_extent(self.data, offset, header, "METADATA")
        member = WheelMember(start, compressed, size, crc, method)
        return content_of(stream_pieces(self.data, member), member, "METADATA")


def _headers(directory: bytes) -> Iterator[bytes]:
    """Give the headers of a central directory, each up to and with the name."""
    position = 0
    while position + CENTRAL.size <= len(directory):
        fields: tuple[Any, ...] = CENTRAL.unpack_from(directory, position)
        name, extra, comment = fields[10:13]
        if fields[0] != CENTRAL_SIGNATURE:
            return
        yield directory[position : position + CENTRAL.size + name]
        position += CENTRAL.size + name + extra + comment


def _is_metadata(name: bytes) -> bool:
    folder, _, file = name.partition(b"/")
    return folder.endswith(b".dist-info") and file == b"METADATA"
