"""Which modules the files of a distribution mention in import statements, found without parsing.

A search for lines that begin like imports is twenty times as fast as syntax trees. It takes a line
of a text for an import too, and misses what is written in unusual ways: what rests on it is either
harmless or proved by the syntax tree of the few files that matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.facts.imports import MOST_BYTES, ImportedName, absolute
from lpack.facts.kept import keep, recall
from lpack.facts.modules import root_of
from lpack.lazily import pattern
from lpack.values import dataclass, field

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from lpack.facts.contents import Contents
    from lpack.facts.modules import Module
    from lpack.model import Bundle

_STATEMENT = pattern(
    rb"([ \t]*)(?:import[ \t]+((?:[^\n;#\\]|\\\r?\n)+)"
    rb"|from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*(\([^)]{0,5000}\)|(?:[^\n;#\\]|\\\r?\n)+))"
)
_CALL = pattern(rb"(?:import_module|__import__)\(\s*[\"']([\w.]+)[\"']")
_COMMENT = pattern(r"#[^\n]*")
_NAME = pattern(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_METADATA = ".dist-info/METADATA"
_REQUIRES = pattern(rb"(?m)^Requires-Dist:[ \t]*([A-Za-z0-9][\w.-]*)([^\r\n]*)")
_SEPARATOR = pattern(r"[-_.]+")
_TESTS = frozenset({"test", "tests"})
_DEPTH = 3
"""Parts of a dotted name that tell a distribution; `google.cloud.storage` has as many."""
_MOST_NAMES = 200
_GIVEN = "as it is"
"""The recipe of a package that others have made: its digests are of what is in it."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one distribution mentions."""

    begins: Mapping[str, tuple[ImportedName, ...]]
    """By the path of each module: what may be imported with it, as `always`."""
    anywhere: frozenset[str]
    """Every module that any line or call imports, at most three parts of its name."""
    requires: frozenset[str] = frozenset()
    """The distributions that it requires whatever extras are asked for, by normalised name."""


@dataclass
class MentionLists:
    """Gives what distributions mention, and reads each at most once, in this run and the next."""

    bundle: Bundle
    contents: Contents
    roots: tuple[str, ...]
    """Folders of the package that are on the import path."""
    cache: Path | None
    _found: dict[str, Mentions] = field(default_factory=dict)
    _paths: dict[str, list[str]] = field(default_factory=dict)

    def of(self, owner: str) -> Mentions:
        """Give what a distribution mentions."""
        if owner not in self._found:
            self._found[owner] = self._recalled(owner)
        return self._found[owner]

    def imports(self, module: Module) -> tuple[ImportedName, ...]:
        """Give what may be imported with a distribution's module."""
        entry = self.contents.entries.get(module.path)
        if entry is None:
            return ()
        if not entry.owner:  # nobody knows whose it is, or what else belongs to it
            return _read(self.contents, (module.path,), self.roots).begins.get(module.path, ())
        return self.of(entry.owner).begins.get(module.path, ())

    def _recalled(self, owner: str) -> Mentions:
        digest = {wheel.name: wheel.sha256 for wheel in self.bundle.wheels}.get(owner)
        recipe = _GIVEN if self.bundle.is_given else self.bundle.recipes.get(owner)
        if not digest or not recipe:
            return _read(self.contents, self._files(owner), self.roots)
        about = ("mentions", digest, recipe, self.roots)
        kept = recall(self.cache, *about)
        if kept is not None:
            try:
                return _loaded(kept)
            except (ValueError, TypeError, KeyError, AttributeError):
                pass
        found = _read(self.contents, self._files(owner), self.roots)
        keep(self.cache, _written(found), *about)
        return found

    def _files(self, owner: str) -> list[str]:
        if not self._paths:
            for entry in self.bundle.entries:
                if entry.path.endswith((".py", _METADATA)):
                    self._paths.setdefault(entry.owner, []).append(entry.path)
        return self._paths.get(owner, [])


def mentioned(source: bytes, package: str) -> Iterator[tuple[bool, ImportedName]]:
    """Give what looks like an import, and whether it may run with the module.

    It stands at the left edge, or first in a handler there.
    """
    for found in _statements(source):
        indent, modules, dots, module, names = found.groups()
        at_edge = not indent or _is_handled(source, found.start())
        if modules is not None:
            for name in _names(modules):
                yield at_edge, ImportedName(name, (), "always", 0)
        else:
            name = absolute(module.decode(), len(dots), package) if dots else module.decode()
            if name and _NAME.fullmatch(name):
                yield at_edge, ImportedName(name, tuple(_names(names)), "always", 0)
    for found in _CALL.finditer(source) if b"import_" in source else ():
        name = found[1].decode()
        if _NAME.fullmatch(name):
            yield False, ImportedName(name, (), "lazy", 0)


def _is_handled(source: bytes, place: int) -> bool:
    """Tell whether the line before begins a handler: its import may be the last one tried."""
    return source.startswith(b"except", source.rfind(b"\n", 0, max(place - 1, 0)) + 1)


def _statements(source: bytes) -> Iterator[re.Match[bytes]]:
    """Give the lines that begin like an import; to look for the word first is much faster."""
    place = source.find(b"import")
    while place >= 0:
        found = _STATEMENT.match(source, source.rfind(b"\n", 0, place) + 1)
        if found is not None:
            yield found
        place = source.find(b"import", place + 6 if found is None else max(found.end(), place + 6))


def _names(text: bytes) -> Iterator[str]:
    """Give the names in a list with commas, without what they are called here."""
    plain = _COMMENT.sub("", text.decode("utf-8", "replace")).replace("\\", " ").strip("() \t\r\n")
    for part in plain.split(",")[:_MOST_NAMES]:
        name = part.split()[:1]
        if name and _NAME.fullmatch(name[0]):
            yield name[0]


def _read(contents: Contents, paths: Iterable[str], roots: tuple[str, ...]) -> Mentions:
    begins: dict[str, tuple[ImportedName, ...]] = {}
    anywhere: set[str] = set()
    requires: set[str] = set()
    for path in paths:
        folders = path.removeprefix(root_of(path, roots)).split("/")
        if path.endswith(_METADATA):
            requires.update(_required(contents.read(path, MOST_BYTES)))
        elif _TESTS.isdisjoint(folders[:-1]):
            source = contents.read(path, MOST_BYTES)
            found = dict.fromkeys(mentioned(source, ".".join(folders[:-1])))
            begins[path] = tuple(name for at_edge, name in found if at_edge)
            anywhere.update(name for _, one in found for name in _shortened(one))
    return Mentions(begins, frozenset(anywhere), frozenset(requires))


def _required(metadata: bytes) -> Iterator[str]:
    for found in _REQUIRES.finditer(metadata):
        if b"extra" not in found[2]:
            yield _SEPARATOR.sub("-", found[1].decode()).lower()


def _shortened(one: ImportedName) -> Iterator[str]:
    yield ".".join(one.module.split(".")[:_DEPTH])
    for name in one.names if one.module.count(".") + 1 < _DEPTH else ():
        yield f"{one.module}.{name}"


def _written(found: Mentions) -> Any:
    rows = {
        path: [[one.module, *one.names] for one in names]
        for path, names in sorted(found.begins.items())
        if names
    }
    return [rows, sorted(found.anywhere), sorted(found.requires)]


def _loaded(kept: Any) -> Mentions:
    rows, anywhere, requires = kept
    return Mentions(
        {
            path: tuple(
                ImportedName(module, tuple(names), "always", 0) for module, *names in imported
            )
            for path, imported in rows.items()
        },
        frozenset(anywhere),
        frozenset(requires),
    )
