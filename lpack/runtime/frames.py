"""What a function writes, in the order in which it does: its output, and what its client logs.

Both come through one pipe, because two could not tell which was first. The client puts a frame
around each message of its own, as Lambda asks it to: type, length and time, big-endian, then the
text. No text in UTF-8 begins as a frame does.
https://github.com/aws/aws-lambda-python-runtime-interface-client (awslambdaric/bootstrap.py)
"""

from __future__ import annotations

_MARK = b"\xa5\x5a\x00"
_HEAD = 16
_LONGEST = 1 << 26
"""Bytes; what claims to be longer is no frame."""


class Record(bytes):
    """A message of the client's, which is one event of a log, however many lines it has."""

    __slots__ = ()


class Frames:
    """Turns what arrives into the text of a log, in pieces of which messages are some."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rest = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        """Take what has arrived and give the text of it, as far as it is whole."""
        rest = self._rest
        if not rest and _MARK[:1] not in piece:
            return [piece]
        rest += piece
        text, found = bytearray(), list[bytes]()
        while rest:
            start = rest.find(_MARK)
            if start < 0:
                # What may be the beginning of a mark has to wait for more.
                start = len(rest) - _partial(rest)
                text += rest[:start]
                del rest[:start]
                break
            text += rest[:start]
            del rest[:start]
            if len(rest) < _HEAD:
                break
            size = int.from_bytes(rest[4:8], "big")
            if size > _LONGEST:
                text += rest[:1]
                del rest[:1]
                continue
            if len(rest) < _HEAD + size:
                break
            message = bytes(rest[_HEAD : _HEAD + size])
            found += [bytes(text), Record(message.removesuffix(b"\n") + b"\n")]
            text.clear()
            del rest[: _HEAD + size]
        return [one for one in (*found, bytes(text)) if one]

    def flush(self) -> bytes:
        """Give what has stayed, as it is: who would have ended it is gone."""
        rest, self._rest = bytes(self._rest), bytearray()
        return rest


def _partial(content: bytearray) -> int:
    """Count the bytes at the end that may belong to a mark."""
    for length in (2, 1):
        if content.endswith(_MARK[:length]):
            return length
    return 0
