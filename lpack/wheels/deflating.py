"""Deflating with the one pinned encoder: the same bytes whatever zlib the interpreter has."""

from __future__ import annotations

import deflate

from lpack.values import NamedTuple
from lpack.wheels.zip_format import DEFLATED, STORED

LEVELS = {"fast": 1, "default": 6, "max": 12}
"""Of libdeflate: 6 gives the size of zlib's 6 at twice the speed, 12 takes twenty times longer."""
ENCODER = f"deflate {deflate.__version__}"


class Stream(NamedTuple):
    """What stands for a file in an archive."""

    method: int
    """0 stored, 8 deflate (APPNOTE 4.4.5)."""
    content: bytes


def deflated(content: bytes, level: int) -> Stream:
    """Deflate content, or leave it as it is where that is not larger."""
    stream = bytes(deflate.deflate_compress(content, level)) if content else b""
    if len(stream) < len(content):
        return Stream(DEFLATED, stream)
    return Stream(STORED, content)
