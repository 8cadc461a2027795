"""What the modules of a wheel import, kept by the wheel's digest: it never changes."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from lpack.facts.imports import KINDS, MOST_BYTES, ImportedName, imports_of
from lpack.lazily import pattern
from lpack.publish import temporary
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.facts.contents import Contents
    from lpack.facts.modules import Module

# Changes when what is kept of a module changes, or how its imports are told apart.
VERSION = "imports-2"
_SHA256 = pattern("[0-9a-f]{64}")
_MOST_BYTES_KEPT = 50_000_000

Kept = dict[str, tuple[ImportedName, ...]]
"""The imports of each module by its path in the package."""


@dataclass
class ImportLists:
    """Gives what modules import, and parses each at most once, in this run and the next."""

    contents: Contents
    digests: Mapping[str, str]
    """sha256 of the wheel that each distribution comes from, by its name."""
    cache: Path | None
    """The folder of lpack's cache; None to keep nothing."""
    _kept: dict[str, Kept] = field(default_factory=dict)
    """By digest; empty for what does not come from a wheel."""
    _grown: set[str] = field(default_factory=set)

    def of(self, module: Module) -> tuple[ImportedName, ...]:
        """Give what a module imports; nothing for one without readable source code."""
        if module.kind != "source":
            return ()
        digest = self._digest(module)
        if digest not in self._kept:
            self._kept[digest] = self._load(digest)
        kept = self._kept[digest]
        if module.path not in kept:
            found = imports_of(self.contents.read(module.path, MOST_BYTES + 1), module.package)
            if found is None:  # another version of Python may be able to parse it
                return ()
            kept[module.path] = found
            self._grown.add(digest)
        return kept[module.path]

    def save(self) -> None:
        """Keep what was parsed in this run; a cache that cannot be written is no failure."""
        for digest in sorted(self._grown - {""}):
            path = self._path(digest)
            if path is not None:
                with contextlib.suppress(OSError):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with temporary(path.parent) as new:
                        new.write_bytes(_written(self._kept[digest]))
                        new.replace(path)
        self._grown.clear()

    def _digest(self, module: Module) -> str:
        """Give the digest of the wheel whose unchanged file a module is; empty for another."""
        entry = self.contents.entries[module.path]
        at_root = module.name.replace(".", "/") == _place(module.path)
        return self.digests.get(entry.owner, "") if entry.member and at_root else ""

    def _path(self, digest: str) -> Path | None:
        if self.cache is None or not _SHA256.fullmatch(digest):
            return None
        return self.cache / VERSION / digest[:2] / f"{digest}.json"

    def _load(self, digest: str) -> Kept:
        path = self._path(digest)
        try:
            if path is None or path.stat().st_size > _MOST_BYTES_KEPT:
                return {}
            return _read(json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, RecursionError):
            return {}


def _place(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")


def _written(kept: Kept) -> bytes:
    rows = {
        path: [[one.module, one.names, one.kind, one.line, one.attempts] for one in found]
        for path, found in sorted(kept.items())
    }
    return json.dumps(rows, separators=(",", ":")).encode()


def _read(document: Any) -> Kept:
    if not isinstance(document, dict):
        raise TypeError
    return {path: tuple(map(_row, rows)) for path, rows in document.items()}


def _row(row: Any) -> ImportedName:
    module, names, kind, line, attempts = row
    is_text = isinstance(module, str) and all(isinstance(name, str) for name in names)
    is_number = all(isinstance(number, int) for number in (line, *attempts))
    if not is_text or kind not in KINDS or not is_number:
        raise ValueError
    return ImportedName(module, tuple(names), kind, line, tuple(attempts))
