"""What is said to the user: a message and the place that it points to."""

from __future__ import annotations

from typing import Literal

from lpack.values import dataclass

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the user's files that a message points to."""

    file: str
    """Path as the user would type it, relative to the project where it lies inside."""
    line: int | None = None
    """1-based."""
    key: str | None = None
    """Dotted key path, such as `tool.lpack.functions.api.timeout`."""
    column: int | None = None
    """1-based, in characters; only where there is a line."""
    end_column: int | None = None
    """After the last character that is meant, on the same line."""

    def __str__(self) -> str:
        numbers = (one for one in (self.line, self.column) if one is not None)
        place = ":".join((self.file, *map(str, numbers)))
        return place if self.key is None else f"{place}: {self.key}"


@dataclass(frozen=True, slots=True)
class Ignore:
    """A rule that a function need not keep."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong, where it is, and one thing to do about it."""

    code: str
    severity: Severity
    message: str
    where: Where | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """What a rule found, and what the function says to that."""

    diagnostic: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a function and its package."""

    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[Ignored, ...] = ()

    @property
    def told(self) -> tuple[tuple[str, str, str], ...]:
        """Give code, message and reason of what is ignored."""
        return tuple(
            (one.diagnostic.code, one.diagnostic.message, one.reason) for one in self.ignored
        )
