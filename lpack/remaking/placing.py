"""Where bytecode ships: beside the source that it was made of, and never without or before it.

It is not held against its source when it is loaded, so that one of another file would win over it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.model import Compiled, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Function
    from lpack.remaking.compiling import Compiler
    from lpack.store.placements import Laid

_MODE = 0o644


class Bytecode:
    """The bytecode of one package."""

    def __init__(
        self, own: dict[str, Entry], laid: Mapping[str, Laid], compiler: Compiler | None
    ) -> None:
        """Take the own files by path, to which theirs is added, and the distributions."""
        self._own = own
        self._compiler = compiler
        # What an include pattern names ships as it is.
        found = [] if compiler is None else [(path, compiler.pyc(path)) for path in own]
        self._sources = {path: pyc for path, pyc in found if path.endswith(".py")}
        self._added = {path for one in laid.values() for path in one.added}
        self._taken: dict[str, Entry] = {}

    @property
    def of_own_files(self) -> set[str]:
        """Paths at which own files would have theirs, so that no distribution may."""
        return set(self._sources.values())

    def take_out(self, placed: dict[str, Entry]) -> None:
        """Take that of distributions out of their files, so that nobody has to mind it."""
        self._taken = {path: placed.pop(path) for path in self._added}

    def put_back(self, placed: dict[str, Entry]) -> dict[str, Entry]:
        """Put that in again whose source is still there; in the order of the package."""
        compiler = self._compiler
        if compiler is None or not self._taken:
            return placed
        staying = {
            pyc: self._taken[pyc]
            for path, entry in placed.items()
            if path.endswith(".py") and (pyc := compiler.pyc(path)) in self._taken
            if self._taken[pyc].owner == entry.owner and pyc not in self._own
        }
        both = (*placed.values(), *staying.values())
        ordered = sorted(both, key=lambda entry: (entry.owner, entry.path.encode()))
        return {entry.path: entry for entry in ordered}

    def compile_own(self) -> dict[str, bytes]:
        """Add that of the own files, and give its content with that of its sources.

        They are read once, so that they fit each other. Raises BuildError LP234.
        """
        if self._compiler is None:
            return {}
        sources: dict[str, bytes] = {}
        for path in self._compiler.chosen(self._sources):
            if self._sources[path] not in self._own and self._compiler.takes(self._own[path]):
                # What cannot be read is reported when it is packed.
                with contextlib.suppress(OSError):
                    sources[path] = self._own[path].origin.read_bytes()
        found = self._compiler.compiled_once(sources)
        read = {path: content for path, content in sources.items() if self._sources[path] in found}
        for path, content in read.items():
            self._own[path] = self._own[path]._replace(size=len(content))
            pyc = self._sources[path]
            self._own[pyc] = Entry(pyc, "", len(found[pyc]), _MODE, self._own[path].origin)
        return {**found, **read}

    def told(
        self, function: Function, placed: Mapping[str, Entry], own: Mapping[str, bytes]
    ) -> Compiled | None:
        """Sum up what there is of it; None where nobody asked for any."""
        if self._compiler is None:
            return None
        sizes = [placed[path].size for path in self._added if path in placed]
        sizes += [len(own[path]) for path in self._sources.values() if path in own]
        version = self._compiler.interpreter.version
        return Compiled(function.bytecode, version, len(sizes), sum(sizes))
