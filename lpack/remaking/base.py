"""What a change is: it says which files of a wheel it concerns, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lpack.model import Entry
from lpack.values import dataclass
from lpack.wheels.deflating import LEVELS

Files = Mapping[str, Entry]
"""What a wheel puts into the package, by path."""
Read = Callable[[str], bytes]
"""Gives the content of one of these files, as the wheel has it."""


def _none(entry: Entry, files: Files) -> bool:
    del entry, files
    return False


def _as_it_is(content: bytes) -> bytes | None:
    del content
    return None


def _no_share(files: Files) -> str:
    del files
    return ""


def _nothing(files: Files, read: Read) -> Mapping[str, bytes]:
    del files, read
    return {}


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which files of the package differ from those of the wheels."""

    recipe: str
    """Tells what it makes of a wheel from what any other change makes, or another encoder."""
    doing: str
    """What goes on, for those who watch: `compressing`."""
    concerns: Callable[[Entry, Files], bool] = _none
    """Whether a file of the wheel may become another one; called often, so it reads nothing."""
    changed: Callable[[bytes], bytes | None] = _as_it_is
    """Gives the new content of a file that it concerns; None to leave it as it is.

    Called in threads, for several files at a time.
    """
    added: Callable[[Files, Read], Mapping[str, bytes]] = _nothing
    """Gives the files that the wheel does not have, by their path in the package."""
    level: int = LEVELS["default"]
    """Of libdeflate, for all files that are not copied; the highest of all changes counts."""
    share: Callable[[Files], str] = _no_share
    """Tells what it makes of one wheel from what it would make for others, beside the recipe."""
