"""Write the package beside its final place; nothing is published yet."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Artifact, Bundle, StoredWheel, Where
from lpack.publish import beside
from lpack.store.wheels import is_unchanged
from lpack.writers import Packed, plan, write_zip, zip_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.writers import Planned


@contextlib.contextmanager
def pack(bundle: Bundle, path: Path) -> Iterator[Packed]:
    """Write the zip of `path` under a temporary name, which is gone in the end unless published.

    Raises BuildError LP221, LP224 (something changed meanwhile) or LP230 to LP232.
    """
    planned = plan(bundle)
    with beside(path) as waiting:
        sha256 = write_zip(planned, waiting)
        _refuse_changed(bundle.wheels)
        yield Packed(planned, _artifact(planned, path, sha256), waiting)


def _refuse_changed(wheels: tuple[StoredWheel, ...]) -> None:
    for wheel in wheels:
        if not is_unchanged(wheel):
            raise BuildError(
                "LP224",
                f"`{wheel.filename}` changed in the cache while it was read",
                where=Where(str(wheel.path)),
                hint="run the command again",
            )


def measure(bundle: Bundle) -> int:
    """Give the size in bytes that the zip would have, without writing it."""
    return zip_size(plan(bundle))


def _artifact(planned: tuple[Planned, ...], path: Path, sha256: str) -> Artifact:
    unzipped = sum(one.entry.size for one in planned)
    return Artifact(path, zip_size(planned), sha256, unzipped)
