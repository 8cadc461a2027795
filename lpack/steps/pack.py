"""Write the archives beside their final places; nothing is published yet."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Artifact, Bundle, Measured, Where
from lpack.publish import beside
from lpack.store.segments import Segments
from lpack.store.wheels import is_unchanged
from lpack.values import dataclass
from lpack.writers import Archive, Packed, writing, zip_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.ahead import Ahead
    from lpack.writers import Plan


@dataclass(frozen=True, slots=True)
class Packing:
    """An archive that is being written: its size is known before the rest."""

    archive: Archive
    bundle: Bundle
    path: Path
    waiting: Path

    @property
    def measured(self) -> Measured:
        """How large the zip will be."""
        return _measured(self.path.name, self.archive.size, self.archive.plan, self.bundle)

    def finish(self) -> Packed:
        """Wait until all is written, and prove it.

        Raises BuildError LP224 (something changed meanwhile), LP230 or LP231.
        """
        sha256 = self.archive.finish()
        self._refuse_changed()
        plan = self.archive.plan
        artifact = Artifact(self.path, self.archive.size, sha256, plan.unzipped)
        copied = self.archive.front.copied
        return Packed(plan, artifact, self.waiting, bool(self.bundle.prefix), copied)

    def _refuse_changed(self) -> None:
        for one in self.bundle.stored:
            if not is_unchanged(one):
                raise BuildError(
                    "LP224",
                    f"`{one.filename}` changed in the cache while it was read",
                    where=Where(str(one.path)),
                    hint="run the command again",
                )


@contextlib.contextmanager
def pack(
    bundle: Bundle, path: Path, cache: Path | None = None, ahead: Ahead | None = None
) -> Iterator[Packing]:
    """Write the zip of `path` under a temporary name, which is gone in the end unless published.

    What is prepared of it is kept in `cache`, and copied while the caller does something else, if
    it has not been `ahead`.
    Raises BuildError LP221, LP224 (something changed meanwhile) or LP230 to LP232.
    """
    segments = None if cache is None else Segments(cache)
    with beside(path) as waiting, writing(bundle, waiting, segments, ahead) as archive:
        yield Packing(archive, bundle, path, waiting)


def measure(bundle: Bundle, file: str) -> Measured:
    """Give the size that the zip of this name would have, without writing it."""
    return _measured(file, *zip_size(bundle), bundle)


def _measured(file: str, size: int, plan: Plan, bundle: Bundle) -> Measured:
    zipped = {part.owner: part.zipped for part in plan.parts if part.files}
    return Measured(file, size, plan.unzipped, len(plan), zipped, is_layer=bool(bundle.prefix))
