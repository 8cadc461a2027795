"""The files that describe a project, and which of them have been looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.data import read_text
from lpack.errors import BuildError
from lpack.model import Where
from lpack.printed import path_in_project, safe
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sources:
    """A project's folder, and every file whose content or absence has decided something."""

    folder: Path
    root: Path
    """What messages name files relative to."""
    seen: dict[Path, None] = field(default_factory=dict)
    """In the order in which they were looked at."""

    def path(self, name: str) -> Path:
        """Give the path of a file, and note that it was asked for."""
        path = self.folder / name
        self.seen[path] = None
        return path

    def is_file(self, name: str) -> bool:
        """Whether there is a file of a name, and note that it was asked for."""
        return self.path(name).is_file()

    def shown(self, name: str) -> str:
        """Write a file's name for a message."""
        return safe(path_in_project(self.folder / name, self.root))

    def where(self, name: str, line: int | None = None) -> Where:
        """Give a place in a file."""
        return Where(self.shown(name), line)

    def text(self, name: str) -> str:
        """Read a file that has to be there; raises BuildError LP120 or UsageError LP004."""
        if not self.is_file(name):
            raise BuildError(
                "LP120",
                f"`{self.shown(name)}` does not exist, and the project is described by it",
                where=self.where(""),
            )
        return read_text(self.path(name), self.shown(name))

    def texts_below(self, names: Iterable[str]) -> str:
        """Join the files of a `file:` directive that are there, which must lie in the folder.

        Raises BuildError LP120 or UsageError LP004.
        """
        texts = []
        for name in (name.strip() for name in names):
            if not (self.folder / name).resolve().is_relative_to(self.folder.resolve()):
                raise BuildError(
                    "LP120", f"`{safe(name)}` lies outside the project", where=self.where("")
                )
            if self.is_file(name):
                texts.append(self.text(name))
        return "\n".join(texts)
