"""Admitted wheels by digest: what is found is verified, what is broken is a miss."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import LockedPackage, LockedWheel, StoredWheel, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

# Changes when the rules of admission or the layout change, so that no old object is trusted.
VERSION = "wheels-1"
_CHUNK = 1 << 20


class WheelStore:
    """The store's folder of wheels: `wheels-1/ab/abcd…/name.whl`, shared by many processes."""

    def __init__(self, cache: Path) -> None:
        """Name the folder; it is created when something is stored."""
        self.root = cache / VERSION

    def find(self, package: LockedPackage) -> StoredWheel | None:
        """Give the wheel if it is there with the locked digest; a broken one is thrown away."""
        wheel = package.wheels[0]
        path = self._path(wheel)
        try:
            size, sha256 = digest_of(path)
        except OSError:
            return None
        if sha256 != wheel.sha256:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        return StoredWheel(package.name, package.version, wheel.filename, path, sha256, size)

    @contextlib.contextmanager
    def incoming(self) -> Iterator[Path]:
        """Give the name of a new private file in the store, removed in the end if still there.

        Raises BuildError LP210 when the store cannot be written.
        """
        folder = self.root / "incoming"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder)
        except OSError as error:
            raise self._cannot_write(error) from error
        os.close(handle)
        path = Path(name)
        try:
            yield path
        except OSError as error:
            raise self._cannot_write(error) from error
        finally:
            with contextlib.suppress(OSError):
                path.unlink()

    def publish(self, arrived: Path, package: LockedPackage) -> StoredWheel:
        """Admit a verified download and move it to its place; raises BuildError LP204."""
        from lpack.wheels.admission import admit  # noqa: PLC0415 - only for what is new

        wheel = package.wheels[0]
        admit(arrived, filename=wheel.filename, name=package.name, version=package.version)
        path = self._path(wheel)
        path.parent.mkdir(parents=True, exist_ok=True)
        arrived.chmod(0o644)
        size = arrived.stat().st_size
        arrived.replace(path)
        return StoredWheel(package.name, package.version, wheel.filename, path, wheel.sha256, size)

    def _path(self, wheel: LockedWheel) -> Path:
        # The lock's file name was parsed as a wheel's; a separator in it would leave the store.
        name = wheel.filename.replace("/", "_").replace("\\", "_")
        return self.root / wheel.sha256[:2] / wheel.sha256 / name

    def _cannot_write(self, error: OSError) -> BuildError:
        return BuildError(
            "LP210",
            f"the cache cannot be written: {error.strerror or type(error).__name__}",
            where=Where(str(error.filename or self.root)),
            hint="free some space, or choose another folder with LPACK_CACHE_DIR",
        )


def digest_of(path: Path) -> tuple[int, str]:
    """Give a file's size in bytes and its sha256; raises OSError."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
