"""A package held against its manifest: every bit that is not as it was written is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lpack.comparing.consistency import inconsistencies
from lpack.comparing.findings import Finding, Verified
from lpack.comparing.framing import framing_findings
from lpack.comparing.manifests import Unreadable, parsed, read_manifest, refuse_newer
from lpack.comparing.schema import schema_problems
from lpack.wheels.opened import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.comparing.manifests import Manifest
    from lpack.wheels.zip_format import Buffer


def verify_package(
    data: Buffer, manifest: bytes, place: str, name: str | None, *, called: str = ""
) -> Verified:
    """Hold a zip against its manifest, which lies at `place`.

    `name` is the file name that the manifest should state, if it was found by that; `called` the
    one that tells whether the zip or its layer is meant. Raises UsageError LP403 when a newer lpack
    wrote the manifest.
    """
    with ThreadPoolExecutor(1) as pool:
        digest = pool.submit(sha256_of, data)
        try:
            text, document = parsed(manifest)
            refuse_newer(document, place)
            invalid = [_invalid(problem.message) for problem in schema_problems(document)]
            record = None if invalid else read_manifest(document)
        except Unreadable as error:
            text, document, record = "", {}, None
            invalid = [Finding("manifest", "", f"the manifest cannot be read: {error}")]
        if record is None:
            return Verified(digest.result(), len(data), 0, 0, sealed=False, findings=(*invalid,))
        sha256 = digest.result()
        record = record.of(name or called, sha256)
        found = [*inconsistencies(text, document), *_name(record, name)]
    framing = framing_findings(data, record.entries, record.date, thorough=sha256 != record.sha256)
    whole = [*_bytes(data, sha256, record, framing), *found, *framing]
    return _verified(data, sha256, record, whole)


def _verified(data: Buffer, sha256: str, record: Manifest, found: list[Finding]) -> Verified:
    files, unzipped = len(record.entries), sum(one.size for one in record.entries)
    sealed = "seal" in record.document
    return Verified(sha256, len(data), files, unzipped, sealed=sealed, findings=tuple(found))


def _invalid(message: str) -> Finding:
    return Finding("manifest", "", f"the manifest does not fit its schema: {message}")


def _name(record: Manifest, name: str | None) -> Iterator[Finding]:
    if name is not None and record.file != name:
        yield Finding("manifest", "", "the manifest is of a zip with another name")


def _bytes(
    data: Buffer, sha256: str, record: Manifest, framing: list[Finding]
) -> Iterator[Finding]:
    if len(data) != record.size:
        said = f"the zip has {len(data):,} bytes, and {record.size:,} in the manifest"
        yield Finding("zip", "", said)
    if sha256 != record.sha256:
        said = f"the zip has the sha256 {sha256}, and {record.sha256} in the manifest"
        yield Finding("zip", "", said)
        if not framing:
            # The last bits of a deflate stream are not read, and a stream can be spelt in two ways.
            said = "every file is as it should be: what differs are bits that no reader looks at"
            yield Finding("zip", "", said)
