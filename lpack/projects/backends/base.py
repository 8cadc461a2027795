"""What a lister of a build backend's files is, and what they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lpack.projects.files import Unlisted
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.projects.document import Document
    from lpack.projects.files import Tree
    from lpack.projects.sources import Sources


@dataclass(frozen=True, slots=True)
class Buildable:
    """A project that a backend would build."""

    name: str
    """As it is written."""
    document: Document
    """Its pyproject.toml; an empty one where it has none."""
    sources: Sources
    tree: Tree


Lister = Callable[[Buildable], dict[str, str]]
"""Gives the files of a wheel: path there, and path in the project.

Raises Unlisted where only the backend can tell, and BuildError as `Tree` does.
"""


def one_of(found: Iterable[str], what: str) -> str:
    """Give the one thing that was found, as backends insist that there is just one."""
    candidates = list(found)
    if len(candidates) != 1:
        raise Unlisted(f"there are {len(candidates)} {what}, not one")
    return candidates[0]
