"""Which distributions lie in a package that no manifest describes, as their RECORD files tell."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.wheels.streams import content_of, stream_pieces
from lpack.wheels.zip_format import DEFLATED, STORED, Buffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.wheels.package import Package, PackageEntry

_RECORD = re.compile(r"(?:.*/)?([^/]+)-([^-/]+)\.dist-info/RECORD")
_FOLDER = re.compile(r"(?:.*/)?([^/]+)-([^-/]+)\.dist-info/[^/]+")
_RECORD_BYTES = 32 << 20
_RECORDS = 1_000


def distributions_in(package: Package) -> dict[str, str]:
    """Give the versions of the distributions by normalised name, from their `.dist-info`."""
    found = (_FOLDER.fullmatch(entry.path) for entry in package.entries)
    return {_normalised(match[1]): match[2] for match in found if match}


def owners_in(data: Buffer, package: Package) -> dict[str, str]:
    """Give the distribution that brings each file, as far as a RECORD lists it."""
    owners: dict[str, str] = {}
    records = [entry for entry in package.entries if _RECORD.fullmatch(entry.path)]
    for entry in records[:_RECORDS]:
        match = _RECORD.fullmatch(entry.path)
        owner = _normalised(match[1]) if match else ""
        folder = entry.path.rpartition("/")[0].rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        for path in _listed(data, entry):
            owners.setdefault(prefix + path, owner)
    return owners


def _listed(data: Buffer, entry: PackageEntry) -> Iterator[str]:
    """Read the first column of a RECORD; one that cannot be read lists nothing."""
    if entry.stream.size > _RECORD_BYTES or entry.stream.method not in (STORED, DEFLATED):
        return
    try:
        content = content_of(stream_pieces(data, entry.stream), entry.stream, entry.path)
    except BuildError:
        return
    lines = content.decode("utf-8", "replace").splitlines()
    try:
        yield from (row[0] for row in csv.reader(lines) if row)
    except csv.Error:
        return


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
