"""Which distributions of Lambda's runtime a function counts on: boto3, and what CPython brings."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BYTES = 1 << 20
"""Of a module that is looked through."""
_IMPORT = rb"(?m)^[ \t]*(?:from[ \t]+|import[ \t]+(?:[^\n#]*,[ \t]*)?)(?:%s)\b"


@dataclass(frozen=True, slots=True)
class Brought:
    """What the runtime brings, to be had where modules ask for it and nobody else brings it."""

    lock: str
    """Name of the lock in `schemas/runtime-client/`."""
    modules: tuple[str, ...]
    first: tuple[int, int]
    """The oldest Python that the locked versions run on, or whose runtime has them."""
    last: tuple[int, int] = (3, 99)
    is_spoken_of: bool = False
    """Whether any mention counts, and not an import alone: SDKs are loaded by name as well."""

    def asks(self, content: bytes, wanted: tuple[str, ...]) -> bool:
        """Tell whether a module asks for one of these modules."""
        words = [name.encode() for name in wanted]
        if not any(word in content for word in words):
            return False
        return self.is_spoken_of or bool(re.search(_IMPORT % b"|".join(words), content))


# The images of the runtimes up to 3.11 have setuptools, and all of them pip; see the locks.
ALL = (
    Brought("pylock.sdk.toml", ("boto3", "botocore"), (3, 10), is_spoken_of=True),
    Brought("pylock.setuptools.toml", ("pkg_resources", "setuptools"), (3, 8), (3, 11)),
    Brought("pylock.pip.toml", ("pip",), (3, 9)),
)


def wanted_locks(task: str, layers: str, python: tuple[int, int]) -> tuple[str, ...]:
    """Name the locks of what modules ask for, and neither package nor layers bring.

    Who brings botocore alone takes boto3 from the runtime, as everybody does.
    """
    minor = "{}.{}".format(*python)
    places = [task, f"{layers}/python", f"{layers}/python/lib/python{minor}/site-packages"]
    open_ones = {
        one: missing
        for one in ALL
        if one.first <= python <= one.last
        and (missing := tuple(name for name in one.modules if not _is_there(name, places)))
    }
    found: list[Brought] = []
    for path in (path for folder in (task, layers) if folder for path in _modules(folder)):
        if len(found) == len(open_ones):
            break
        content = _content(path)
        found += [
            one
            for one, missing in open_ones.items()
            if one not in found and one.asks(content, missing)
        ]
    return tuple(one.lock for one in ALL if one in found)


def _is_there(name: str, places: list[str]) -> bool:
    return any(os.path.isdir(f"{place}/{name}") for place in places)  # noqa: PTH112 - many


def _modules(folder: str) -> Iterator[str]:
    """Give all modules but those of what is brought, which name each other in their texts."""
    own = {name for one in ALL for name in one.modules}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in own]
        yield from (f"{parent}/{name}" for name in names if name.endswith(".py"))


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - thousands of files
            return file.read(_MOST_BYTES)
    except OSError:
        return b""
