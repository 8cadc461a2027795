"""The staging folder: the package's files as Lambda would unpack them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.publish import make_folder, refusals, temporary, write_whole
from lpack.wheels.content import member_pieces
from lpack.writers.long_files import own_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    own = entry.member is None and entry.path not in bundle.generated
    if not (own and _is_cloned(entry.origin, path)):
        with path.open("wb") as file:
            for piece in pieces_of(entry, bundle):
                file.write(piece)
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


def pieces_of(entry: Entry, bundle: Bundle) -> Iterator[bytes]:
    """Give the uncompressed bytes of an entry, in pieces that bound the memory.

    Raises BuildError LP204, LP221 or LP224.
    """
    generated = bundle.generated.get(entry.path)
    if generated is not None:
        yield generated
    elif entry.member is not None:
        yield from member_pieces(entry.origin, entry.member)
    else:
        yield from own_pieces(entry)
