"""Put the artifacts and what describes them in their places, only where something has changed."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from lpack.publish import alone_in, refusals, written_beside
from lpack.store.wheels import digest_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from lpack.writers import Packed

_MANIFEST_BYTES = 32 << 20
_SCRIPT_HEAD = 4096
_SCRIPT_MARK = b"Written by lpack: change the project, not this file."


def publish(
    packed: tuple[Packed, ...], texts: dict[Path, str], superseded: Collection[Path] = ()
) -> frozenset[Path]:
    """Publish the zips with their manifest and invocation, and give those files that are new.

    All are written before the first is put in place, so that a full disk leaves the old ones.
    The old manifest goes first and the new one comes last, so that no manifest ever stands beside
    a zip that it does not describe; nor does a build that runs at the same time put one there.
    Of the `superseded` files, which a build in another format may have left, those go that lpack
    wrote. Raises BuildError LP230.
    """
    path = packed[0].artifact.path
    with refusals(path), alone_in(path.parent):
        return _publish(packed, texts, superseded)


def _publish(
    packed: tuple[Packed, ...], texts: dict[Path, str], superseded: Collection[Path]
) -> frozenset[Path]:
    new = tuple(one for one in packed if not _is(one))
    *_, manifest = texts
    leftovers = tuple(file for file in superseded if _is_own(file, manifest))
    is_new = bool(new or leftovers)
    stale = {file: text for file, text in texts.items() if is_new or _differs(file, text)}
    if not stale:
        return frozenset()
    with contextlib.ExitStack() as stack:
        written = {
            file: stack.enter_context(written_beside(file, text)) for file, text in stale.items()
        }
        if is_new:
            _replace_zips(new, tuple(texts), leftovers)
        for file, one in written.items():
            with refusals(file):
                one.replace(file)
    return frozenset((*(one.artifact.path for one in new), *stale))


def _replace_zips(
    new: tuple[Packed, ...], describing: tuple[Path, ...], leftovers: tuple[Path, ...]
) -> None:
    with refusals(describing[-1]):
        for one in new:
            _sync(one.waiting)
        for file in (*(one.artifact.path for one in new), *describing):
            _refuse_folder(file)
        for file in (*describing, *leftovers):
            file.unlink(missing_ok=True)
        for one in new:
            one.waiting.replace(one.artifact.path)


def _refuse_folder(path: Path) -> None:
    """Find out before anything is removed that the last step would fail."""
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(None, "there is a folder of that name", str(path))


def _is(packed: Packed) -> bool:
    """Tell whether the zip is in its place already."""
    artifact = packed.artifact
    return _has(artifact.path, artifact.sha256, artifact.size)


def _has(path: Path, sha256: Any, size: Any) -> bool:
    with contextlib.suppress(OSError):
        return bool(path.stat().st_size == size and digest_of(path)[1] == sha256)
    return False


def _is_own(path: Path, manifest: Path) -> bool:
    """Tell whether an earlier build wrote a file, and nobody has changed it since.

    A zip is known by the manifest of that build, a script by what it says of itself.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        if path.is_symlink() or not path.is_file():
            return False
        if path.suffix == ".py":
            with path.open("rb") as file:
                return _SCRIPT_MARK in file.read(_SCRIPT_HEAD)
        with manifest.open("rb") as file:
            layer = json.loads(file.read(_MANIFEST_BYTES))["layer"]
        return layer["file"] == path.name and _has(path, layer["sha256"], layer["size"])
    return False


def _differs(path: Path, text: str) -> bool:
    with contextlib.suppress(OSError):
        return not path.is_file() or path.read_bytes() != text.encode()
    return True


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
