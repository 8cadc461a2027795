"""Reading a package that somebody else has made: a zip or a folder, by what it is."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from lpack.errors import UsageError
from lpack.model import Where
from lpack.packages.archive import read_archive
from lpack.packages.folder import read_folder
from lpack.packages.owners import with_owners
from lpack.values import replace
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Bundle

_HEADERS = 30 + 46


def read_package(path: Path, given: str | None = None) -> Bundle:
    """Read a zip, or a folder that is about to become one, whoever made it.

    Every file is an entry, with size, mode, link target and the distribution that brings it, as
    `*.dist-info/RECORD` tells; what no RECORD lists is the function's own. Every stream of a zip
    is inflated once and held against its CRC, within bounds. Nothing that is in the package raises
    an error: what is odd about the archive is in `Bundle.flaws`, which the rules LP390 to LP399
    report.

    `given` is how the user wrote the path. Raises UsageError LP024 if there is no such package.
    """
    name = str(path) if given is None else given
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no path"
        raise _no_package(name, f"cannot be read: {reason}") from error
    if stat.S_ISDIR(mode):
        return with_owners(read_folder(path, name), path)
    if not stat.S_ISREG(mode):
        raise _no_package(name, "is neither a file nor a folder")
    try:
        return _weighed(with_owners(read_archive(path, name), path))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _no_package(name, f"cannot be read: {reason}") from error


def _weighed(bundle: Bundle) -> Bundle:
    """Tell what the files of each owner take in the zip, headers included (APPNOTE 4.3)."""
    zipped: dict[str, int] = {}
    for entry in bundle.entries:
        if entry.member is not None:
            size = entry.member.compressed + _HEADERS + 2 * len(entry.path.encode())
            zipped[entry.owner] = zipped.get(entry.owner, 0) + size
    return replace(bundle, archives=tuple(replace(one, zipped=zipped) for one in bundle.archives))


def _no_package(name: str, reason: str) -> UsageError:
    return UsageError(
        "LP024",
        f"`{shown(name)}` {reason}",
        where=Where(shown(name)),
        hint="name a zip, or the folder that is to be zipped",
    )
