"""Which files of a project are licences, and so go into its `.dist-info`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.projects.files import Unlisted, inside
from lpack.projects.globs import files_of

if TYPE_CHECKING:
    from lpack.projects.files import Tree
    from lpack.projects.metadata import Metadata

_USUAL = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")
# What each backend takes where the project names none.
_ASSUMED = {
    "pdm": ("LICEN[CS]E*", "COPYING*", "NOTICE*"),
    "poetry": (*_USUAL, "LICENSES/**/*"),
    "uv": (),
}
_NAMES_ONE = ("flit", "pdm", "poetry", "uv")


def license_files(metadata: Metadata, backend: str, tree: Tree) -> tuple[str, ...]:
    """Give the paths of the licence files, sorted."""
    named = [metadata.license_file] if metadata.license_file and backend in _NAMES_ONE else []
    patterns = metadata.licenses
    if patterns is None:
        patterns = () if named and backend == "pdm" else _ASSUMED.get(backend, _USUAL)
    found: set[str] = set()
    for pattern in (*named, *patterns):
        try:
            found.update(files_of(tree, inside(pattern), hidden=False, follow=False))
        except Unlisted:  # a pattern that leaves the project matches nothing in it
            continue
    return tuple(sorted(found))
