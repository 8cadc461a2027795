"""The staging folder: the package's files as Lambda would unpack them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Bundle, Entry, Where
from lpack.wheels.content import read_member

if TYPE_CHECKING:
    from pathlib import Path


def write_folder(bundle: Bundle, folder: Path, *, replace: bool) -> None:
    """Write every entry below `folder`, which appears whole or not at all.

    An existing folder is replaced only if `replace` says that it is lpack's own.
    Raises BuildError LP226 (the folder is not empty), LP221 or LP230.
    """
    if folder.is_symlink() or (folder.exists() and not replace and any(folder.iterdir())):
        raise BuildError(
            "LP226",
            f"`{folder}` is there already, and is not lpack's to replace",
            hint="name an empty or a new folder",
        )
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir(parents=True)
        for entry in bundle.entries:
            _write(entry, bundle, temporary)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    except OSError as error:
        raise BuildError(
            "LP230",
            f"`{folder.name}` cannot be written: {error.strerror or type(error).__name__}",
            where=Where(str(error.filename or folder)),
            hint="choose another folder",
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write(entry: Entry, bundle: Bundle, folder: Path) -> None:
    path = folder / entry.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content_of(entry, bundle))
    path.chmod(entry.mode)


def content_of(entry: Entry, bundle: Bundle) -> bytes:
    """Give the uncompressed bytes of an entry."""
    generated = bundle.generated.get(entry.path)
    if generated is not None:
        return generated
    if entry.member is not None:
        return read_member(entry.origin, entry.member)
    return entry.origin.read_bytes()
