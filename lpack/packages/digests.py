"""Digests of the distributions in a package: of what is in it, not of the wheels they came from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lpack.values import replace

if TYPE_CHECKING:
    from lpack.model import Bundle, Entry


def with_digests(bundle: Bundle) -> Bundle:
    """Give each distribution a digest that no other content has; none where that is not known.

    What is found out of a distribution is kept by it: of modules and metadata, which that is read
    from, the content counts, and of all other files size and CRC.
    """
    rows: dict[str, list[Entry]] = {}
    for entry in bundle.entries:
        rows.setdefault(entry.owner, []).append(entry)
    return replace(
        bundle,
        wheels=tuple(
            replace(wheel, sha256=_digest(rows.get(wheel.name, []), bundle))
            for wheel in bundle.wheels
        ),
    )


def _digest(entries: list[Entry], bundle: Bundle) -> str:
    digest = hashlib.sha256()
    for entry in sorted(entries):
        if entry.member is None or entry.link is not None:
            return ""
        summed = bundle.sums.get(entry.path, b"")
        row = f"{entry.path!r} {entry.member.size} {entry.member.crc} {summed.hex()}\n"
        digest.update(row.encode())
    return digest.hexdigest() if entries else ""
