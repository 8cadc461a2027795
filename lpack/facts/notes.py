"""What was read from the function's own files, kept by their stamps: only what changed is read."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any, cast

from lpack.facts.imports import KINDS, MOST_BYTES, ImportedName, imports_of
from lpack.facts.kept import keep, recall
from lpack.stamps import stamp_of
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.facts.contents import Contents
    from lpack.facts.imports import ImportKind
    from lpack.facts.modules import Module

Row = dict[str, Any]
# What makes Python look elsewhere for modules, or makes modules out of nothing.
_MOVES = (
    *(b"sys.path", b"sys.meta_path", b"path_hooks", b"sys.modules[", b"from sys import"),
    *(b"addsitedir", b"__path__", b"extend_path"),
)
_STEP = 20_000_000
"""Nanoseconds: file systems note times in steps, and a younger file may change unnoticed."""


@dataclass
class Notes:
    """Remembers of each own file what was asked of it, by the file's stamp or digest."""

    contents: Contents
    cache: Path | None
    about: tuple[object, ...]
    """What tells the function from all others; empty to keep nothing."""
    _rows: dict[str, Row] = field(default_factory=dict)
    """Of files that are the same as when they were read."""
    _old: dict[str, Any] = field(default_factory=dict)
    _answer: Any = None
    _grown: bool = False

    def load(self) -> None:
        """Take what was kept of the function."""
        kept = recall(self.cache, "notes", *self.about) if self.about else None
        if isinstance(kept, dict) and isinstance(kept.get("files"), dict):
            self._old = kept["files"]
            self._answer = kept.get("answer")

    def save(self) -> None:
        """Keep what was read in this run, unless nothing was."""
        if self._grown and self.about:
            keep(
                self.cache,
                {"files": self._rows, "answer": self._answer},
                "notes",
                *self.about,
            )
        self._grown = False

    @property
    def answer(self) -> Any:
        """What was concluded from the files, and kept with them; None if nothing was."""
        return self._answer

    def conclude(self, answer: Any) -> None:
        """Keep a conclusion with the notes."""
        self._answer, self._grown = answer, True

    def imports(self, module: Module) -> tuple[ImportedName, ...]:
        """Give what an own module imports; nothing where that cannot be read."""
        if module.kind != "source" or module.path not in self.contents.entries:
            return ()
        return _names(self.code(module.path, module.package)["imports"])

    def code(self, path: str, package: str) -> Row:
        """Give what is noted of a module: its imports, and whether it moves paths."""
        row = self._row(path)
        if row.get("package") != package:
            source = self.contents.read(path, MOST_BYTES + 1)
            found = imports_of(source, package) or ()
            row["package"] = package
            row["imports"] = [list(one) for one in found]
            row["shape"] = _shape(row["imports"])
            row["moves"] = any(word in source for word in _MOVES)
            self._grown = True
        return row

    def noted(self, path: str, name: str) -> Any:
        """Give something else that was noted of a file as it is now; None where it was not."""
        return self._row(path).get(name)

    def note(self, path: str, name: str, value: Any) -> None:
        """Note something of a file."""
        self._row(path)[name] = value
        self._grown = True

    def _row(self, path: str) -> Row:
        row = self._rows.get(path)
        if row is None:
            row = self._rows[path] = self._standing(path)
        return row

    def _standing(self, path: str) -> Row:
        """Give the kept row of a file that is still the same, or a new one."""
        old = self._old.get(path)
        stamp = self._stamp(path)
        kept = cast("Row", old) if _is_sound(old) else None
        if kept is not None and stamp is not None and kept["stamp"] == stamp:
            return kept
        self._grown = True
        digest = "" if self._is_packed(path) else self._digest(path)
        if kept is not None and digest and kept["digest"] == digest:
            return {**kept, "stamp": stamp}
        return {"stamp": stamp, "digest": digest}

    def _is_packed(self, path: str) -> bool:
        return self.contents.entries[path].member is not None

    def _stamp(self, path: str) -> list[int] | None:
        """Give what tells a file from a changed one; None for one too young to tell."""
        entry = self.contents.entries[path]
        if path in self.contents.generated:
            return None
        if entry.member is not None:
            return [entry.member.crc, entry.member.size]
        stamp = stamp_of(str(entry.origin))
        is_young = stamp is None or max(stamp[1:3]) > time.time_ns() - _STEP
        return None if is_young else stamp

    def _digest(self, path: str) -> str:
        content = self.contents.read(path, MOST_BYTES)
        return hashlib.sha256(content).hexdigest() if len(content) < MOST_BYTES else ""


def _is_sound(old: Any) -> bool:
    """Tell whether a row is what this file writes: no state of the cache ends a build."""
    if not isinstance(old, dict) or not {"stamp", "digest"} <= old.keys():
        return False
    if "package" not in old:
        return True
    try:
        return (
            isinstance(old["shape"], str)
            and isinstance(old["moves"], bool)
            and all(_is_import(*one) for one in old["imports"])
        )
    except (TypeError, KeyError):
        return False


def _is_import(module: Any, names: Any, kind: Any, line: Any, attempts: Any) -> bool:
    is_text = all(isinstance(one, str) for one in (module, *names))
    return is_text and kind in KINDS and all(isinstance(one, int) for one in (line, *attempts))


def _names(rows: list[Any]) -> tuple[ImportedName, ...]:
    return tuple(
        ImportedName(module, tuple(names), cast("ImportKind", kind), line, tuple(attempts))
        for module, names, kind, line, attempts in rows
    )


def _shape(rows: list[Any]) -> str:
    """Give a digest of imports without their lines."""
    lines = {line: number for number, line in enumerate(sorted(_lines(rows)))}
    content = repr([[*row[:3], [lines[line] for line in row[4]]] for row in rows])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _lines(rows: list[Any]) -> set[int]:
    """Give the lines of all `try` statements: only their order matters."""
    return {line for row in rows for line in row[4]}
