"""Shell patterns over the listing of a project, as the build backends read them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from lpack.projects.files import Tree, Unlisted, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = frozenset("*?[")
_MOST_RECURSIONS = 3


def matches(tree: Tree, pattern: str, *, hidden: bool, follow: bool) -> list[str]:
    """Give the files and folders that a pattern matches, sorted.

    `hidden` is whether `*` and `**` match names that begin with a dot: they do in pathlib and do
    not in Python's glob. `follow` is whether `**` enters links, as glob does. Raises Unlisted for
    a pattern that leaves the project.
    """
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    if ".." in parts or pattern.startswith("/"):
        raise Unlisted(f"the pattern `{pattern}` leaves the project")
    if parts.count("**") > _MOST_RECURSIONS:
        raise Unlisted(f"the pattern `{pattern}` looks at the same folders over and over")
    return sorted(set(_matched(tree, "", parts, hidden=hidden, follow=follow)))


def files_of(tree: Tree, pattern: str, *, hidden: bool, follow: bool) -> list[str]:
    """Give the files that a pattern matches, sorted."""
    found = matches(tree, pattern, hidden=hidden, follow=follow)
    return [path for path in found if tree.is_file(path)]


def _matched(
    tree: Tree, folder: str, parts: list[str], *, hidden: bool, follow: bool
) -> Iterator[str]:
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _below(tree, folder, rest, hidden=hidden, follow=follow)
        return
    listing = tree.listing(folder)
    names = listing.folders if rest else (*listing.folders, *listing.files)
    for name in names:
        if _is_match(name, part, hidden=hidden):
            yield from _matched(tree, joined(folder, name), rest, hidden=hidden, follow=follow)


def _below(tree: Tree, start: str, rest: list[str], *, hidden: bool, follow: bool) -> Iterator[str]:
    """Match the rest of a pattern in a folder and in all below it."""
    while rest and rest[0] == "**":
        rest = rest[1:]
    for folder, folders, files in tree.walk(start, follow=follow):
        folders[:] = [name for name in folders if hidden or not name.startswith(".")]
        if rest:
            yield from _matched(tree, folder, rest, hidden=hidden, follow=follow)
        else:
            yield folder
            yield from (joined(folder, name) for name in files if hidden or name[0] != ".")


def _is_match(name: str, pattern: str, *, hidden: bool) -> bool:
    if not _MAGIC & set(pattern):
        return name == pattern
    if name.startswith(".") and not hidden and not pattern.startswith("."):
        return False
    return fnmatchcase(name, pattern)
