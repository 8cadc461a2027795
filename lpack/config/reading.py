"""One reading of a project: the files that were looked at, and the mistakes that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import parse_toml, read_text
from lpack.model import Diagnostic, Where
from lpack.toml_lines import KeyPath, dotted, key_lines
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads a project's files, and remembers which, so that a change of any is noticed."""

    root: Path
    """Absolute, without symbolic links."""
    _seen: dict[Path, str | None] = field(default_factory=dict)
    """Each file that was looked for, with its text if it was read."""
    _tables: dict[Path, dict[str, Any]] = field(default_factory=dict)
    _mistakes: list[Diagnostic] = field(default_factory=list)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was read, or whose absence decided something."""
        return tuple(sorted(self._seen))

    @property
    def mistakes(self) -> tuple[Diagnostic, ...]:
        """All mistakes so far, file by file from top to bottom."""
        return tuple(sorted(dict.fromkeys(self._mistakes), key=_place))

    def has(self, path: Path) -> bool:
        """Tell whether a regular file is there."""
        self._seen.setdefault(path, None)
        return is_file(path)

    def text(self, path: Path) -> str | None:
        """Read a file, or give None when there is none.

        Raises UsageError LP004 when it is there and cannot be read as text.
        """
        if not self.has(path):
            return None
        text = self._seen[path]
        if text is None:
            text = self._seen[path] = read_text(path, self.shown(path))
        return text

    def toml(self, path: Path) -> dict[str, Any]:
        """Read a TOML file; one that is missing is an empty table.

        Raises UsageError LP004 or LP005.
        """
        if path not in self._tables:
            self._tables[path] = parse_toml(self.text(path) or "", self.shown(path))
        return self._tables[path]

    def project_table(self, folder: Path) -> dict[str, Any]:
        """Give `[project]` of the folder's pyproject.toml, empty where there is none."""
        table = self.toml(folder / "pyproject.toml").get("project")
        return table if isinstance(table, dict) else {}

    def where(self, path: Path, key: KeyPath) -> Where:
        """Give the place of a key in a TOML file that was read."""
        lines = key_lines(self.text(path) or "")
        return Where(self.shown(path), lines.get(key), dotted(key))

    def shown(self, path: Path) -> str:
        """Write a path as the user would, relative to the project where it lies inside."""
        return path.relative_to(self.root).as_posix() if self.holds(path) else path.as_posix()

    def holds(self, path: Path) -> bool:
        """Tell whether an absolute path, its links resolved, is the project or lies inside."""
        return path == self.root or self.root in path.parents

    def report(
        self, code: str, message: str, where: Where | None = None, hint: str | None = None
    ) -> None:
        """Note a mistake, to be reported with all others."""
        self.add((Diagnostic(code, "error", message, where, hint),))

    def add(self, mistakes: tuple[Diagnostic, ...]) -> None:
        """Note mistakes that were found elsewhere."""
        self._mistakes.extend(mistakes)


def is_file(path: Path) -> bool:
    """Tell whether a regular file is there; a path that the system refuses is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there; a path that the system refuses is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def resolved(path: Path) -> Path | None:
    """Give the path without symbolic links, or None when the system refuses it."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links is a RuntimeError before 3.13
        return None


def _place(mistake: Diagnostic) -> tuple[str, int, str]:
    where = mistake.where or Where("")
    return where.file, where.line or 0, where.key or ""
