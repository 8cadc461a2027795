"""Where wheels are remade: in the cache once for all, or for one run where nothing can be kept."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.publish import temporary
from lpack.remaking import container
from lpack.remaking.making import make
from lpack.store.placements import refuse_damaged
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lpack.model import StoredWheel
    from lpack.remaking.base import Change
    from lpack.remaking.making import Made
    from lpack.store.placements import Laid
    from lpack.store.segments import Segments

_KIND = "remade"


@dataclass(frozen=True, slots=True)
class Workshop:
    """Applies changes to wheels, each wheel at most once as long as the cache lasts."""

    changes: tuple[Change, ...]
    segments: Segments
    threads: int
    step: Callable[[str], None]
    """Is told when something long begins."""
    progress: Callable[[int, int, str], None]
    """Is told bytes that are done, bytes in all, and what is being done."""

    def remade(self, laid: Laid, wheel: StoredWheel, opened: contextlib.ExitStack) -> Laid:
        """Give what a wheel puts into the package after all changes.

        What cannot be kept lasts until `opened` is closed. Raises BuildError LP204, LP224 or
        LP231, and OSError where not even a temporary file can be written.
        """
        kept = self.kept(laid, wheel)
        if kept is not None:
            return kept
        folder = opened.enter_context(temporary(Path(tempfile.gettempdir()), is_folder=True))
        digests = container.write(self._made(laid, wheel), folder)
        return container.made_now(laid, wheel, folder, digests)

    def kept(self, laid: Laid, wheel: StoredWheel) -> Laid | None:
        """Give the same; None where it cannot be kept, after as little work as possible."""
        found = self._found(laid, wheel)
        if found is not None:
            return found
        refuse_damaged(wheel, self.segments)
        try:
            with self.segments.new() as folder:
                facts = container.write(self._made(laid, wheel), folder)
                # Another process may have been faster: then nothing is taken from under it.
                if self._found(laid, wheel) is None:
                    self.segments.keep(folder, facts, _KIND, *self._about(laid, wheel))
        except OSError:
            return None
        return self._found(laid, wheel)

    def _found(self, laid: Laid, wheel: StoredWheel) -> Laid | None:
        kept = self.segments.find(_KIND, *self._about(laid, wheel))
        if kept is not None:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                return container.found(laid, wheel, kept, self._recipe(laid))
        return None

    def _about(self, laid: Laid, wheel: StoredWheel) -> tuple[str, ...]:
        return wheel.sha256, wheel.filename, self._recipe(laid)

    def _recipe(self, laid: Laid) -> str:
        recipes = ((change.recipe, change.share(laid.entries)) for change in self.changes)
        return json.dumps([" ".join(filter(None, one)) for one in recipes])

    def _made(self, laid: Laid, wheel: StoredWheel) -> Iterator[Made]:
        doing = f"{' and '.join(change.doing for change in self.changes)} {wheel.name}"
        self.step(doing)
        return make(
            laid, self.changes, lambda done, total: self.progress(done, total, doing), self.threads
        )
