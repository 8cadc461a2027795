"""Writing files so that a reader sees the whole old one or the whole new one, never a part."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a new name in the same folder, and remove what is left there in the end.

    Raises BuildError LP230 when the disk refuses what is done inside.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once; raises BuildError LP230."""
    with beside(path) as temporary:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


def _cannot_write(path: Path, error: OSError) -> BuildError:
    reason = error.strerror or type(error).__name__
    return BuildError(
        "LP230",
        f"`{path.name}` cannot be written: {reason}",
        where=Where(str(error.filename or path.parent)),
        hint="free some space, or choose another folder with `--output-dir`"
        if error.errno == 28  # noqa: PLR2004 - ENOSPC
        else "choose another folder with `--output-dir`",
    )
