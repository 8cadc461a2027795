"""Finding the distributions that nothing in the package seems to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.modules import root_of
from lpack.facts.part_findings import Unused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.facts.contents import Contents
    from lpack.facts.mentions import MentionLists
    from lpack.model import Bundle

_MODULES = (".py", ".so", ".pyc")
_RECORDS = (".dist-info/", ".data/")
_ENTRY_POINTS = ".dist-info/entry_points.txt"
_SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
_MOST_BYTES = 100_000
# Found by the standard library alone: https://docs.python.org/3/library/zoneinfo.html#data-sources
_OF_THE_LIBRARY = frozenset({"tzdata"})


def unused(
    bundle: Bundle, contents: Contents, mentions: MentionLists, names: Iterable[str]
) -> tuple[Unused, ...]:
    """Give the distributions that nothing mentions nor requires, from `names` on, largest first.

    `names` are dotted modules that the function's own code mentions. A plugin is never given: its
    users find it by its entry points.
    """
    waiting, required = set(names), frozenset[str]()
    left = provided(bundle, contents, mentions.roots)
    while waiting or required:
        inner = {place for name in waiting for place in _outer(name)}
        met = [
            owner
            for owner, modules in left.items()
            if owner in required or _is_met(modules, waiting, inner)
        ]
        waiting = {name for owner in met for name in mentions.of(owner).anywhere}
        required = frozenset(name for owner in met for name in mentions.of(owner).requires)
        for owner in met:
            del left[owner]
    sizes = dict.fromkeys(left, 0)
    for entry in bundle.entries:
        if entry.owner in sizes:
            sizes[entry.owner] += entry.size
    found = (
        Unused(owner, sizes[owner], tuple(sorted(modules)))
        for owner, modules in left.items()
        if not _is_plugin(owner, contents)
    )
    return tuple(sorted(found, key=lambda one: (-one.bytes, one.name)))


def _is_met(modules: Iterable[str], names: set[str], inner: set[str]) -> bool:
    """Tell whether a name is a module, one in it, or a namespace that it lies in.

    `inner` are the names with all that they lie in.
    """
    return any(module in inner or not names.isdisjoint(_outer(module)) for module in modules)


def _outer(module: str) -> Iterator[str]:
    """Give a module and the packages that it lies in."""
    while module:
        yield module
        module = module.rpartition(".")[0]


def provided(bundle: Bundle, contents: Contents, roots: tuple[str, ...]) -> dict[str, set[str]]:
    """Give the outermost packages and modules of each distribution that has any."""
    found: dict[str, set[str]] = {}
    others = bundle.own_code | _OF_THE_LIBRARY
    for entry in bundle.entries:
        if entry.path.endswith(_MODULES) and entry.owner not in others:
            module = _outermost(entry.path, contents.paths, root_of(entry.path, roots))
            if module:
                found.setdefault(entry.owner, set()).add(module)
    return found


def _outermost(path: str, paths: frozenset[str], root: str) -> str:
    if any(record in path for record in _RECORDS):
        return ""
    folder, _, name = path.removeprefix(root).rpartition("/")
    parts = folder.split("/") if folder else []
    for count in range(1, len(parts) + 1):
        if root + "/".join((*parts[:count], "__init__.py")) in paths:
            return ".".join(parts[:count])
    return ".".join((*parts, name.partition(".")[0]))


def _is_plugin(owner: str, contents: Contents) -> bool:
    """Tell whether a distribution has entry points besides commands."""
    for path, entry in contents.entries.items():
        if entry.owner == owner and path.endswith(_ENTRY_POINTS):
            text = contents.read(path, _MOST_BYTES).decode("utf-8", "replace")
            groups = {line.strip()[1:-1].strip() for line in text.splitlines() if line[:1] == "["}
            return not groups <= _SCRIPTS
    return False
