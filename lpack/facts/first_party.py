"""Which files of a package the user wrote, as far as can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.standard_modules import distribution_of

if TYPE_CHECKING:
    from lpack.model import Bundle, Entry, Function


def first_party(function: Function, bundle: Bundle, paths: frozenset[str]) -> tuple[Entry, ...]:
    """Give the files that the user wrote, in their order.

    In a package that somebody made without the metadata of its distributions, a package beside the
    handler's may well be one of these: then only the handler's own, what lies at the root, and
    what is in no Python package counts as the user's.
    """
    own = bundle.own_code
    found = tuple(entry for entry in bundle.entries if entry.owner in own)
    if not bundle.is_given or bundle.wheels:
        return found
    handler = function.handler
    top = handler.dotted_module.partition(".")[0] if handler else ""
    return tuple(entry for entry in found if _is_likely(entry.path, top, paths))


def _is_likely(path: str, handler: str, paths: frozenset[str]) -> bool:
    top, slash, _ = path.partition("/")
    name = top if slash else top.partition(".")[0]
    if name == handler:
        return True
    if slash:
        return f"{top}/__init__.py" not in paths
    return not distribution_of(name)
