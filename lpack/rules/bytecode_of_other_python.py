"""The package has bytecode of another Python.

Why: a `.pyc` file beside no source is loaded whatever Python it is for, and fails with `bad magic
number`. In `__pycache__` it is ignored, and takes space: AWS recommends to ship none.

Fix: leave `__pycache__` and `.pyc` files out before the package is zipped; lpack compiles for the
runtime's own Python with `bytecode`.

Example:
    app.pyc                               # wrong: made by Python 3.9, for python3.13
    __pycache__/app.cpython-39.pyc        # useless on python3.13
    app.py                                # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP363"
NAME = "bytecode-of-other-python"
SEVERITY: Severity = "error"
SUMMARY = "The package has bytecode of another Python"
SOURCE = "https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation"
_LISTED = 3


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report what would be loaded as an error, and what only takes space as a warning."""
    found = facts.parts.shape.bytecode
    for loaded in (True, False):
        files = [one for one in found if one.loaded is loaded]
        if files:
            named = ", ".join(f"`{one.path}`" for one in files[:_LISTED])
            others = len(files) - _LISTED
            more = f" and {count(others, 'other')}" if others > 0 else ""
            effect = "cannot be imported" if loaded else "is never used"
            versions = sorted({one.python for one in files} - {""})
            of = f"of Python {', '.join(versions)}" if versions else "of another Python"
            yield Diagnostic(
                CODE,
                SEVERITY if loaded else "warning",
                f"bytecode {of} {effect}: {named}{more}",
                facts.function.where("source"),
                "leave it out: `find . -name '*.pyc' -delete`",
            )
