"""Put the artifact and what describes it in their places, only where something has changed."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from lpack.publish import alone_in, refusals, written_beside
from lpack.store.wheels import digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.writers import Packed


def publish(packed: Packed, texts: dict[Path, str]) -> bool:
    """Publish the zip with its manifest and invocation; tell whether any of them is new.

    All are written before the first is put in place, so that a full disk leaves the old ones.
    The old manifest goes first and the new one comes last, so that no manifest ever stands beside
    a zip that it does not describe; nor does a build that runs at the same time put one there.
    Raises BuildError LP230.
    """
    path = packed.artifact.path
    with refusals(path), alone_in(path.parent):
        return _publish(packed, texts)


def _publish(packed: Packed, texts: dict[Path, str]) -> bool:
    path = packed.artifact.path
    same_zip = _is(path, packed.artifact.sha256, packed.artifact.size)
    stale = {file: text for file, text in texts.items() if not same_zip or _differs(file, text)}
    if not stale:
        return False
    with contextlib.ExitStack() as stack:
        written = {
            file: stack.enter_context(written_beside(file, text.encode()))
            for file, text in stale.items()
        }
        if not same_zip:
            _replace_zip(packed, tuple(texts))
        for file, new in written.items():
            with refusals(file):
                new.replace(file)
    return True


def _replace_zip(packed: Packed, describing: tuple[Path, ...]) -> None:
    path = packed.artifact.path
    with refusals(path):
        _sync(packed.waiting)
        for file in (path, *describing):
            _refuse_folder(file)
        for file in describing:
            file.unlink(missing_ok=True)
        packed.waiting.replace(path)


def _refuse_folder(path: Path) -> None:
    """Find out before anything is removed that the last step would fail."""
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(None, "there is a folder of that name", str(path))


def _is(path: Path, sha256: str, size: int) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_size == size and digest_of(path)[1] == sha256
    return False


def _differs(path: Path, text: str) -> bool:
    with contextlib.suppress(OSError):
        return not path.is_file() or path.read_bytes() != text.encode()
    return True


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
