"""RECORD, the wheel's own list of its files: read strictly and held against the archive.

https://packaging.python.org/specifications/binary-distribution-format/#signed-wheel-files
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from typing import TYPE_CHECKING

from lpack.values import NamedTuple
from lpack.wheels.refusal import refusal, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

ALGORITHMS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512", "blake2b")
"""The spec asks for sha256 or better."""
_COLUMNS = 3
_SIGNATURES = (".jws", ".p7s")


class Row(NamedTuple):
    """What RECORD tells about one file."""

    path: str
    digest: str
    """`sha256=…`, urlsafe base64; empty for RECORD itself and its signatures."""
    size: str
    """Bytes, in decimal; may be empty, because the digest already decides."""

    def check(self, pieces: Iterable[bytes | bytearray]) -> None:
        """Hold the file's content against this row, or raise BuildError LP204."""
        algorithm, _, expected = self.digest.partition("=")
        hasher = hashlib.new(algorithm)
        size = 0
        for piece in pieces:
            hasher.update(piece)
            size += len(piece)
        if self.size and self.size != str(size):
            raise refusal("RECORD_SIZE", f"`{shown(self.path)}` has another size than in RECORD")
        digest = base64.urlsafe_b64encode(hasher.digest()).decode("ascii")
        if digest.rstrip("=") != expected.rstrip("="):
            raise refusal("RECORD_DIGEST", f"`{shown(self.path)}` is not what RECORD tells")


def read_record(content: bytes, files: AbstractSet[str]) -> dict[str, Row]:
    """Parse RECORD into its rows by path, each of one of `files`, or raise BuildError LP204."""
    rows: dict[str, Row] = {}
    try:
        table = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
        for line in filter(None, table):
            row = _row(line)
            if row.path not in files:
                raise refusal(
                    "RECORD_EXTRA", f"`{shown(row.path)}` is in RECORD and not in the wheel"
                )
            if row.path in rows:
                raise refusal(
                    "RECORD_DUPLICATE", f"`{shown(row.path)}` is in RECORD more than once"
                )
            rows[row.path] = row
    except (UnicodeDecodeError, csv.Error) as error:
        raise refusal("RECORD_FORMAT", "RECORD is not a CSV table in UTF-8") from error
    return rows


def _row(line: list[str]) -> Row:
    if len(line) != _COLUMNS:
        raise refusal("RECORD_FORMAT", f"RECORD has a row of {len(line)} columns")
    row = Row(*line)
    algorithm = row.digest.partition("=")[0]
    if row.digest and algorithm not in ALGORITHMS:
        raise refusal(
            "RECORD_ALGORITHM",
            f"`{shown(row.path)}` is in RECORD with `{shown(algorithm)}`, weaker than sha256",
        )
    return row


def check_listing(rows: Mapping[str, Row], files: AbstractSet[str], record: str) -> None:
    """Refuse files without a hashed row.

    `record` is the path of RECORD itself, which cannot hold its own hash; neither do its
    signatures. Raises BuildError LP204.
    """
    exempt = {record, *(record + suffix for suffix in _SIGNATURES)}
    for name in sorted(files - exempt):
        if name not in rows:
            raise refusal("RECORD_MISSING", f"`{shown(name)}` is not in RECORD")
        if not rows[name].digest:
            raise refusal("RECORD_UNHASHED", f"`{shown(name)}` is in RECORD without a hash")
    if record in rows and rows[record].digest:
        raise refusal("RECORD_SELF", "RECORD holds a hash of itself")
