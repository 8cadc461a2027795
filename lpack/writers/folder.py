"""The staging folder: the package's files as Lambda would unpack them."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.publish import make_folder, refusals, temporary, write_whole
from lpack.wheels.content import read_member

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Bundle, Entry


_FICLONE = 0x40049409


def write_folder(bundle: Bundle, folder: Path, *, replace: bool) -> None:
    """Write every entry below `folder`, which appears whole or not at all.

    With `replace`, a folder that an earlier call has written is replaced; no other one is.
    Raises BuildError LP226 (something of the user's is there), LP221 or LP230.
    """
    mark = folder.with_name(f".{folder.name}.staged")
    with refusals(folder):
        if _is_taken(folder) and not (replace and _is_own(folder, mark)):
            raise BuildError(
                "LP226",
                f"`{folder}` is there already, and is not lpack's to replace",
                hint="name an empty or a new folder, or remove that one",
            )
        make_folder(folder.parent)
        with temporary(folder.parent, is_folder=True) as new:
            for entry in bundle.entries:
                _write(entry, bundle, new)
            if replace:
                # Both: a kill before the new one is in place must leave the old one lpack's.
                there = [one for one in (new, folder) if one.exists()]
                write_whole(mark, b" ".join(map(_inode, there)))
            _put_in_place(new, folder)


def _is_taken(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return folder.is_symlink() or folder.exists()
    return any(folder.iterdir())


def _is_own(folder: Path, mark: Path) -> bool:
    """Tell whether lpack wrote the folder: its inode is in the mark beside it."""
    with contextlib.suppress(OSError):
        return _inode(folder) in mark.read_bytes().split()
    return False


def _inode(folder: Path) -> bytes:
    return str(folder.lstat().st_ino).encode()


def _put_in_place(new: Path, folder: Path) -> None:
    """Rename, having put aside what is there: removing that first would take long."""
    with temporary(folder.parent, is_folder=True) as old:
        if folder.exists():
            folder.rename(old / folder.name)
        new.rename(folder)


def _write(entry: Entry, bundle: Bundle, folder: Path) -> None:
    path = folder / entry.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if entry.member is not None or entry.path in bundle.generated:
        path.write_bytes(content_of(entry, bundle))
    elif not _is_cloned(entry.origin, path):
        shutil.copyfile(entry.origin, path)
    path.chmod(entry.mode)


def _is_cloned(source: Path, target: Path) -> bool:
    """Let a new file share its bytes with the source until either changes, where that can be.

    https://man7.org/linux/man-pages/man2/FICLONE.2const.html
    """
    try:
        import fcntl  # noqa: PLC0415 - Windows has none

        with source.open("rb") as old, target.open("wb") as new:
            fcntl.ioctl(new, _FICLONE, old.fileno())
    except (ImportError, OSError):
        return False
    return True


def content_of(entry: Entry, bundle: Bundle) -> bytes:
    """Give the uncompressed bytes of an entry."""
    generated = bundle.generated.get(entry.path)
    if generated is not None:
        return generated
    if entry.member is not None:
        return read_member(entry.origin, entry.member)
    return entry.origin.read_bytes()
