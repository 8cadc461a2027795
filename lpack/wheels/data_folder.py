"""The `.data` folder of a wheel: whose it may be, and what may lie in it.

https://packaging.python.org/specifications/binary-distribution-format/#the-data-directory
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass
from lpack.wheels.refusal import refusal, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.wheels.identity import Identity

ROOT_SCHEMES = ("purelib", "platlib", "data")
"""What lands in the root of a flat target folder."""
SCHEMES = (*ROOT_SCHEMES, "scripts", "headers")

_SUFFIX = ".data"


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the `.data` folder."""

    scheme: str
    """One of `SCHEMES`."""
    path: str
    """Inside the scheme's folder."""


def data_file(name: str) -> DataFile | None:
    """Read the name of a file as one of the `.data` folder; None when it lies elsewhere.

    Raises BuildError LP204 when the wheel format gives it no place.
    """
    root, slash, rest = name.partition("/")
    if not slash or not root.endswith(_SUFFIX):
        return None
    scheme, _, path = rest.partition("/")
    if scheme not in SCHEMES or not path:
        raise refusal("DATA", f"`{shown(name)}` has no place in an installation")
    return DataFile(scheme, path)


def check_data_folder(identity: Identity, files: Iterable[str]) -> None:
    """Refuse files in another wheel's `.data` folder, and such as add a second `.dist-info`.

    Raises BuildError LP204.
    """
    for name in files:
        file = data_file(name)
        if file is None:
            continue
        root = name.partition("/")[0]
        if not identity.is_folder(root[: -len(_SUFFIX)]):
            raise refusal("DATA", f"`{shown(root)}` is not this wheel's `.data` folder")
        top = file.path.partition("/")[0].lower()
        if file.scheme in ROOT_SCHEMES and top.endswith(".dist-info"):
            raise refusal("DIST_INFO", f"`{shown(name)}` adds a second `.dist-info` folder")
