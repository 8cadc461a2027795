"""Identifiers as `uuid.uuid4` makes them, without what that takes to load."""

from __future__ import annotations

import os

_VERSION, _VARIANT = 4, 0b10


def new_identifier() -> str:
    """Give a random one: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4."""
    number = bytearray(os.urandom(16))
    number[6] = number[6] & 0x0F | _VERSION << 4
    number[8] = number[8] & 0x3F | _VARIANT << 6
    text = number.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
