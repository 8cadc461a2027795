"""The package holds no file.

Why: Lambda refuses an empty zip: "Uploaded file must be a non-empty zip".

Fix: check `source`, and whether `exclude` or `include` leaves everything out.

Example:
    source = "empty"     # wrong: nothing is in the folder, and nothing is required
    source = "src"       # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP327"
NAME = "package-empty"
SEVERITY: Severity = "error"
SUMMARY = "The package holds no file"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Count the files, of each zip if there are two; of one that is no zip, nobody can."""
    if facts.is_broken:
        return
    least = limits.minimum("sizes", "files")
    counts = [one.files for one in facts.sizes.archives] or [facts.sizes.files]
    if min(counts) < least <= facts.sizes.files:
        yield Diagnostic(
            CODE,
            SEVERITY,
            "the zip beside the layer holds no file",
            facts.function.where("format"),
            'set `format = "zip"`, or `source` to the code of the function',
        )
    elif facts.sizes.files < least:
        yield Diagnostic(
            CODE,
            SEVERITY,
            "the package holds no file",
            facts.function.where("source"),
            "check `source`, `include` and `exclude`",
        )
