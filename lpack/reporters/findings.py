"""What other tools are told of a report: each thing once, with its place in the repository."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lpack.catalogue import ENTRIES
from lpack.reporters.source_lines import SourceLines
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.catalogue import Entry
    from lpack.model import Diagnostic, Where
    from lpack.outcome import Report

_ORDER = {"error": 0, "warning": 1, "info": 2}
_CONFIGURATION = ("lpack.toml", "pyproject.toml")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


Row = TypeVar("Row", bound="tuple[Any, ...]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic, the functions that it is about, and a file of the repository to show it at."""

    diagnostic: Diagnostic
    functions: tuple[str, ...]
    """Empty for what ended the whole command."""
    path: str | None
    """Relative to the top of the repository, with slashes; None where no file is meant."""
    line: int | None = None
    column: int | None = None
    """1-based, in characters."""
    end_column: int | None = None
    """After the last character."""

    @property
    def entry(self) -> Entry:
        """What the catalogue says of its code."""
        return ENTRIES[self.diagnostic.code]

    @property
    def fingerprint(self) -> str:
        """The same for the same thing in another commit: neither lines nor sizes count."""
        where = self.diagnostic.where
        key = (where and where.key) or ""
        message = _DIGITS.sub("#", self.diagnostic.message)
        parts = (self.diagnostic.code, self.path or "", key, *self.functions, message)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def findings(report: Report) -> tuple[Finding, ...]:
    """Give all that a report says, errors first; what is said of several functions only once."""
    found: dict[Diagnostic, list[str]] = {}
    declared: dict[Diagnostic, Where | None] = {}
    for one, functions, where in _said(report):
        known = found.setdefault(one, [])
        known += [name for name in functions if name not in known]
        declared.setdefault(one, where)
    places = _Places(report.root)
    ordered = sorted(found, key=lambda one: _ORDER[one.severity])
    return tuple(places.finding(one, tuple(found[one]), declared[one]) for one in ordered)


def told(one: Diagnostic, functions: tuple[str, ...] = ()) -> str:
    """Give a diagnostic in words: the functions, what is wrong, and what to do."""
    names = f"{', '.join(functions)}: " if functions else ""
    hint = f"\nhint: {one.hint}" if one.hint else ""
    return f"{names}{one.message}{hint}"


def in_order(report: Report, rows: list[Row]) -> list[Row]:
    """Put rows that begin with the name of a function into the order of the configuration."""
    places = {name: place for place, name in enumerate(report.names)}
    return sorted(rows, key=lambda row: places.get(row[0], len(places)))


def _said(report: Report) -> Iterator[tuple[Diagnostic, tuple[str, ...], Where | None]]:
    for one in report.diagnostics:
        yield one, (), None
    for failure in report.failures:
        for one in failure.diagnostics:
            yield one, failure.functions, None
    for outcome in report.outcomes:
        for one in outcome.diagnostics:
            yield one, (outcome.name,), outcome.where


class _Places:
    """Files of the project, named as its repository names them."""

    def __init__(self, root: Path | None) -> None:
        self.root = root
        self.top = None if root is None else _top(root)
        self.source = SourceLines(root)

    def finding(
        self, one: Diagnostic, functions: tuple[str, ...], declared: Where | None
    ) -> Finding:
        """Point to the file that is meant, or else to where the function is declared."""
        where = self.source.located(one).where
        path = self._path(where.file) if where else None
        if where and path:
            return Finding(one, functions, path, where.line, where.column, where.end_column)
        path = self._path(declared.file) if declared else None
        if declared and path:
            return Finding(one, functions, path, declared.line)
        others = (self._path(name) for name in _CONFIGURATION)
        return Finding(one, functions, next(filter(None, others), None))

    def _path(self, name: str) -> str | None:
        if self.root is None or self.top is None:
            return None
        try:
            path = self.root / name
            return path.relative_to(self.top).as_posix() if path.is_file() else None
        except (OSError, ValueError):
            return None


def _top(root: Path) -> Path:
    """Give the top of the repository that a folder lies in, without asking git."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return folder
    here = Path.cwd()
    return here if here in root.parents else root
