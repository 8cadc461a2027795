"""Files of the distributions that are not what the wheels hold: made once of each wheel, and kept.

To add a way of changing them: a `Change`, and a line in `changes_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lpack.model import Function
    from lpack.remaking.base import Change
    from lpack.remaking.compiling import Compiler


def changes_of(function: Function, compiler: Compiler | None) -> tuple[Change, ...]:
    """Give all that a function wants to be otherwise than in the wheels, in order."""
    changes = []
    if function.strip:
        from lpack.remaking.stripping import STRIPPING  # noqa: PLC0415 - few ask for it

        changes.append(STRIPPING)
    if compiler is not None:
        changes.append(compiler.change)
    if function.compress == "max":
        from lpack.remaking.recompression import RECOMPRESSION  # noqa: PLC0415 - few ask for it

        changes.append(RECOMPRESSION)
    return tuple(changes)
