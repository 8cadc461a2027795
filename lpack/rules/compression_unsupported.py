"""A file in the zip is compressed in a way that Lambda does not unpack.

Why: files in a zip may be stored or deflated, which every reader knows. Deflate64, which Windows
Explorer uses for large files, bzip2, LZMA, Zstandard and xz are known to some.

Fix: make the zip with `zip`, Python's `zipfile` with ZIP_DEFLATED, or `lpack build`.

Example:
    ZipFile("function.zip", "w", ZIP_LZMA)        # wrong
    ZipFile("function.zip", "w", ZIP_DEFLATED)    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP392"
NAME = "compression-unsupported"
SEVERITY: Severity = "error"
SUMMARY = "A file in the zip is compressed in a way that Lambda does not unpack"
SOURCE = "https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"
_HINT = "compress with Deflate"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report entries that are neither stored nor deflated."""
    yield from report_flaws(facts, "method", CODE, SEVERITY, "warning", _HINT)
