"""The bytecode of a package: of which modules there is some, and which Python writes it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING

from lpack.remaking.base import Change
from lpack.remaking.bytecode import FORM, LARGEST_SOURCE, TASK_ROOT, compiled, pyc_path
from lpack.store.segments import open_new
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.model import Entry, Target
    from lpack.remaking.base import Files, Read
    from lpack.remaking.pythons import Interpreter
    from lpack.store.segments import Kept, Segments
    from lpack.system import System

# Where the scripts of distributions go, which nobody imports.
_SCRIPTS = "bin/"
_KIND, _CODE = "bytecode", "code"


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles modules for one target.

    All of them are told that they lie in `/var/task`: where they lie otherwise, as in a layer,
    Python corrects that when it loads them. So what is made of a wheel serves every format.
    https://github.com/python/cpython/blob/main/Python/import.c (`_imp._fix_co_filename`)
    """

    target: Target
    system: System
    interpreter: Interpreter
    modules: frozenset[str] | None = None
    """Paths in the package of those that have bytecode; None for all."""
    segments: Segments | None = None
    """Where the bytecode of a function's own files is kept."""

    @property
    def change(self) -> Change:
        """What becomes of wheels."""
        return Change(
            recipe=self._recipe,
            doing="compiling",
            share=self._share,
            added=self._added,
        )

    def compiled(self, sources: Mapping[str, bytes]) -> dict[str, bytes]:
        """Give the bytecode of those sources that are to have some; raises BuildError LP234."""
        chosen = {path: sources[path] for path in self.chosen(sources)}
        return compiled(chosen, self.target, self.system, self.interpreter.path)

    def compiled_once(self, sources: Mapping[str, bytes]) -> dict[str, bytes]:
        """Give the same as `compiled`, made at most once as long as the cache lasts."""
        if self.segments is None or not sources:
            return self.compiled(sources)
        digests = [(path, hashlib.sha256(sources[path]).hexdigest()) for path in sorted(sources)]
        about = (_KIND, self._recipe, json.dumps(digests))
        kept = self.segments.find(*about)
        if kept is not None:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                return _recalled(kept)
        found = self.compiled(sources)
        with contextlib.suppress(OSError), self.segments.new() as folder:
            rows = {path: content.decode("latin-1") for path, content in found.items()}
            text = json.dumps(rows).encode()
            with open_new(folder / _CODE) as file:
                file.write(text)
            self.segments.keep(folder, {"sha256": hashlib.sha256(text).hexdigest()}, *about)
        return found

    def chosen(self, paths: Iterable[str]) -> list[str]:
        """Give those of a package's files that are to have bytecode, sorted."""
        listed = self.modules
        return sorted(
            path for path in paths if path.endswith(".py") and (listed is None or path in listed)
        )

    @staticmethod
    def takes(source: Entry) -> bool:
        """Tell whether a source is not too large."""
        return source.size <= LARGEST_SOURCE

    def pyc(self, source: str) -> str:
        """Give the path of the bytecode of a source."""
        return pyc_path(source, self.target)

    @property
    def _recipe(self) -> str:
        minor = "{}.{}".format(*self.target.runtime.python)
        return f"bytecode {FORM} {minor} {self.interpreter.version} {TASK_ROOT}"

    def _share(self, files: Files) -> str:
        """Name the modules of a wheel that were chosen."""
        if self.modules is None:
            return "all"
        names = "\n".join(self._of_wheel(files))
        return hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()

    def _added(self, files: Files, read: Read) -> Mapping[str, bytes]:
        sources = {path: read(path) for path in self._of_wheel(files)}
        return self.compiled(sources)

    def _of_wheel(self, files: Files) -> list[str]:
        return [
            path
            for path in self.chosen(files)
            if not path.startswith(_SCRIPTS) and self.takes(files[path])
        ]


def _recalled(kept: Kept) -> dict[str, bytes]:
    content = kept.read(_CODE)
    if hashlib.sha256(content).hexdigest() != kept.facts["sha256"]:
        raise ValueError
    return {path: text.encode("latin-1") for path, text in json.loads(content).items()}
