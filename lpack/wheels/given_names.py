"""Names in archives that Lambda may unpack to another place than the one that they say."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from lpack.model import Flaw
from lpack.wheels.names import COMPONENT_BYTES
from lpack.wheels.refusal import shown
from lpack.wheels.zip_format import UTF8_FLAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.wheels.package import PackageEntry

_PATH_BYTES = 4096 - len("/var/task/")
"""`PATH_MAX` of Linux, below the folder that Lambda unpacks to."""
_ORDINARY = re.compile(
    r"[\w.+@=,~#%()\[\]{} !$&'^-]+(?:/[\w.+@=,~#%()\[\]{} !$&'^-]+)*/?", re.ASCII
)
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
_DRIVE = re.compile("[A-Za-z]:")


def name_flaws(entry: PackageEntry) -> Iterator[Flaw]:
    """Tell what is odd about a name; few names are looked at twice."""
    path = entry.path
    is_plain = "./" not in path and not path.endswith(".")
    if _ORDINARY.fullmatch(path) and len(path) <= COMPONENT_BYTES and is_plain:
        return
    for what, mild in _oddities(entry):
        yield Flaw("name", f"`{shown(path)}` {what}", path, mild=mild)


def leaves(path: str) -> bool:
    """Whether a name leads out of the folder that the archive is unpacked to."""
    return path.startswith("/") or ".." in path.split("/")


def normal(path: str) -> str:
    """Write a name without the parts that mean nothing."""
    if "./" not in path and "//" not in path:
        return path
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return "/".join(parts) + ("/" if path.endswith("/") else "")


def _oddities(entry: PackageEntry) -> Iterator[tuple[str, bool]]:
    """Give what is odd in words, and whether most readers get along with it."""
    path = entry.path
    parts = path.removesuffix("/").split("/")
    if path.startswith("/"):
        yield "is an absolute path", False
    elif _DRIVE.match(path):
        yield "starts with a drive letter", False
    if ".." in parts:
        yield "leads out of the package", False
    if "\\" in path and entry.is_utf8:
        yield "has a backslash, which is no separator on Linux", False
    if not path.strip("/."):
        yield "is no name", False
    elif not path.startswith("/") and ("" in parts or "." in parts):
        yield "has a part that is empty or `.`", True
    if any(unicodedata.category(character) in _UNSEEN for character in path):
        yield "has a control or invisible character", "\0" not in path
    encoded = path.encode("utf-8", "surrogatepass")
    if len(encoded) > _PATH_BYTES or any(len(one.encode()) > COMPONENT_BYTES for one in parts):
        yield "is longer than Linux allows", False
    if not entry.is_utf8:
        marked = "is marked as UTF-8, and is not" if entry.flags & UTF8_FLAG else "is not UTF-8"
        yield marked, True
