"""What the parts of a package tell about each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.facts.shape import Shape
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from lpack.facts.texts import Secret

Standing = Literal["missing", "part", "runtime", "removed", "not-yet", "other-system"]
"""Why a module is not found.

`missing`: nobody brings it. `part`: its package is shipped and has no such module. `runtime`: the
runtime's copy is taken. `removed` and `not-yet`: it is standard in older or newer versions of
Python. `other-system`: it is so on Windows or macOS."""


@dataclass(frozen=True, slots=True)
class Unshipped:
    """An import of a module that is not in the package."""

    module: str
    """Dotted, as it is imported."""
    standing: Standing
    owner: str
    """Of the file with the import; empty for an own one."""
    path: str
    line: int
    chain: tuple[str, ...]
    """The modules from the handler's to the one with the import."""
    certain: bool
    """Whether it runs with the handler's module, and nothing catches its failure."""
    deeper: str = ""
    """Folder of the package in which a module of that name lies, where Python does not look."""


@dataclass(frozen=True, slots=True)
class Unused:
    """A distribution of which no import was found anywhere."""

    name: str
    bytes: int
    """Uncompressed."""
    modules: tuple[str, ...]
    """What it brings, dotted."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the parts of a package tell about each other."""

    unshipped: tuple[Unshipped, ...] = ()
    """Imports of what is not in the package; what certainly fails comes first."""
    elsewhere: str = ""
    """What else may bring modules, in words; empty where nothing does."""
    unused: tuple[Unused, ...] = ()
    """The largest first."""
    shape: Shape = field(default_factory=Shape)
    secrets: tuple[Secret, ...] = ()
    unread: int = 0
    """Own files that were not searched for secrets, because there is too much of them."""
