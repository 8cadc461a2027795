"""What a handler string comes to on its target."""

from __future__ import annotations

from typing import Literal

from lpack.values import dataclass

Outcome = Literal[
    "found",
    "unknown",
    "malformed",
    "builtin-conflict",
    "module-missing",
    "syntax-error",
    "syntax-unsure",
    "function-missing",
    "not-callable",
    "signature",
    "async",
    "not-needed",
]


@dataclass(frozen=True, slots=True)
class HandlerFinding:
    """What a handler string comes to on its target."""

    outcome: Outcome
    module: str = ""
    """As written in the handler."""
    attribute: str = ""
    path: str | None = None
    """Of the file in the package that decides."""
    line: int | None = None
    """1-based."""
    detail: str = ""
    """What is wrong, in words that follow a colon."""
    suggestions: tuple[str, ...] = ()
    """Handlers that may have been meant, the likeliest first."""
    folder: str = ""
    """Of the package, in which the module lies as it is written."""
    looked_for: tuple[str, ...] = ()
    """Paths of which one would have been the module."""
    column: int | None = None
    """1-based, in characters; only where it is known."""
    has_dot: bool = True
    """Whether the handler has one; without it there is no function."""
    error: str = ""
    """The class of the error that Lambda reports, such as `Runtime.ImportModuleError`."""
    found_at: str = ""
    """The file that an import of the module ends at, whatever the handler is then followed to."""
    owner: str = ""
    """The distribution that brings that file, where it stands before an own one."""
    hidden: str = ""
    """The own file that would be the module without it."""
