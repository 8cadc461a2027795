"""Put the artifact and what describes it in their places, only where something has changed."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from lpack.publish import beside, write_whole
from lpack.store.wheels import digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.writers import Packed


def publish(packed: Packed, texts: dict[Path, str]) -> bool:
    """Publish the zip with its manifest and invocation; tell whether any of them is new.

    The old manifest goes first and the new one comes last, so that no manifest ever stands beside
    a zip that it does not describe. Raises BuildError LP230.
    """
    path = packed.artifact.path
    same_zip = _is(path, packed.artifact.sha256, packed.artifact.size)
    stale = {file: text for file, text in texts.items() if _differs(file, text)}
    if same_zip and not stale:
        return False
    with beside(path):
        if not same_zip:
            for file in texts:
                with contextlib.suppress(FileNotFoundError):
                    file.unlink()
            _sync(packed.waiting)
            packed.waiting.replace(path)
            stale = texts
        for file, text in stale.items():
            write_whole(file, text.encode())
    return True


def _is(path: Path, sha256: str, size: int) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_size == size and digest_of(path)[1] == sha256
    return False


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except OSError:
        return True


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
