"""A project's folder, listed so that nobody can lead the listing astray, and what of it ships."""

from __future__ import annotations

import os
import posixpath
import stat
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Where
from lpack.printed import path_in_project, safe
from lpack.publish import is_temporary
from lpack.stamps import Stamp, folder_stamp
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAXIMUM_DEPTH = 100
MAXIMUM_FILES = 200_000
_NAME_BYTES = 1024


class Unlisted(Exception):
    """What a wheel holds cannot be told without the build backend; says why."""


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """The files of a project's wheel, without its `.dist-info`."""

    entries: tuple[tuple[str, Path], ...]
    """Path in the wheel, with slashes, and the file that it is; sorted."""
    folders: tuple[tuple[Path, Stamp], ...]
    """Every folder that was listed, with its stamp before that; a new file changes one of them."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The names in one folder, sorted, without lpack's own temporary files."""

    folders: tuple[str, ...]
    files: tuple[str, ...]


class Tree:
    """The folder of a project; all paths are relative to it, with slashes, and empty for itself."""

    def __init__(self, folder: Path, root: Path) -> None:
        """Begin with nothing listed; links may lead anywhere inside `folder` and `root`."""
        self.folder = folder
        self._root = root
        self._allowed = (folder.resolve(), root.resolve())
        self._listings: dict[str, Listing] = {}
        self._folders: list[tuple[Path, Stamp]] = []
        self._count = 0

    def path(self, relative: str) -> Path:
        """Give the path on the disk."""
        return self.folder / relative if relative else self.folder

    def is_file(self, relative: str) -> bool:
        """Whether there is a file of this name, found by listing its folder."""
        folder, _, name = relative.rpartition("/")
        return self.is_folder(folder) and name in self.listing(folder).files

    def is_folder(self, relative: str) -> bool:
        """Whether there is a folder of this name, found by listing those above it."""
        if not relative:
            return True
        folder, _, name = relative.rpartition("/")
        return self.is_folder(folder) and name in self.listing(folder).folders

    def listing(self, relative: str) -> Listing:
        """List a folder, once; raises BuildError LP221, LP222 or LP225."""
        if relative not in self._listings:
            self._listings[relative] = self._listed(relative)
        return self._listings[relative]

    def walk(self, start: str, *, follow: bool) -> Iterator[tuple[str, list[str], tuple[str, ...]]]:
        """Give each folder from `start` down, its folders and its files, as `os.walk` does.

        Names that the caller takes out of the list of folders are not entered. Raises BuildError
        as `listing` does.
        """
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            listing = self.listing(folder)
            folders = list(listing.folders)
            yield folder, folders, listing.files
            below = [joined(folder, name) for name in folders]
            waiting += [one for one in reversed(below) if follow or not self.is_link(one)]

    def is_link(self, relative: str) -> bool:
        """Whether a path is a symbolic link."""
        return self.path(relative).is_symlink()

    def files_below(self, start: str, *, follow: bool) -> Iterator[str]:
        """Give the path of every file below a folder, in the order of the folders."""
        for folder, _, names in self.walk(start, follow=follow):
            yield from (joined(folder, name) for name in names)

    def shipped(self, chosen: dict[str, str]) -> ProjectFiles:
        """Check what was chosen, by path in the wheel, and say what was listed to choose it.

        Raises BuildError LP221 (not a regular file), LP222 (a link out of the project) or LP223
        (a name that no package can have).
        """
        for name, relative in chosen.items():
            self._check_name(name, relative)
            self._check_file(relative)
        entries = tuple((name, self.path(chosen[name])) for name in sorted(chosen))
        return ProjectFiles(entries, tuple(self._folders))

    def _listed(self, relative: str) -> Listing:
        path = self.path(relative)
        self._check_folder(relative)
        self._folders.append((path, folder_stamp(str(path))))
        folders: list[str] = []
        files: list[str] = []
        try:
            with os.scandir(path) as listing:
                for child in listing:
                    if is_temporary(child.name):
                        continue
                    (folders if _is_folder(child) else files).append(child.name)
        except OSError as error:
            raise self._unreadable(relative, error) from error
        self._count += len(files)
        if self._count > MAXIMUM_FILES:
            raise self._too_many(f"has more than {MAXIMUM_FILES:,} files")
        return Listing(tuple(sorted(folders)), tuple(sorted(files)))

    def _check_folder(self, relative: str) -> None:
        """Refuse to enter a folder that lies elsewhere, or in itself."""
        if relative.count("/") >= MAXIMUM_DEPTH:
            raise self._too_many(f"has more than {MAXIMUM_DEPTH} folders in each other")
        if not relative or not self.is_link(relative):
            return
        real = self._real(relative)
        above = [self.path(one).resolve() for one in parents(relative)]
        if real in above:
            raise self._refused(relative, "is a link to a folder that holds it")

    def _check_file(self, relative: str) -> None:
        path = self.path(relative)
        if any(self.is_link(one) for one in (relative, *parents(relative)) if one):
            self._real(relative)
        try:
            is_regular = stat.S_ISREG(path.stat().st_mode)
        except OSError as error:
            raise self._unreadable(relative, error) from error
        if not is_regular:
            raise BuildError(
                "LP221",
                f"`{self.shown(relative)}` is not a regular file",
                where=Where(self.shown(relative)),
                hint="remove it, or keep it out of the wheel",
            )

    def _real(self, relative: str) -> Path:
        """Follow a link as far as it goes, which has to be a place inside the project."""
        try:
            real = self.path(relative).resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise self._refused(relative, "is a link to nothing") from error
        if not any(real.is_relative_to(allowed) for allowed in self._allowed):
            raise self._refused(relative, "is a link out of the project")
        return real

    def _check_name(self, name: str, relative: str) -> None:
        try:
            size = len(name.encode("utf-8"))
        except UnicodeEncodeError:
            size = _NAME_BYTES + 1
        if size > _NAME_BYTES or not name.isprintable() or "\\" in name:
            raise BuildError(
                "LP223",
                f"the name {relative!a:.200} cannot be packaged",
                where=Where(self.shown(relative.rpartition("/")[0])),
                hint="rename the file: no control characters, no backslash, at most 1,024 bytes",
            )

    def shown(self, relative: str) -> str:
        """Write a path for a message, as the user of the project would."""
        return safe(path_in_project(self.path(relative), self._root))

    def _refused(self, relative: str, reason: str) -> BuildError:
        shown = self.shown(relative)
        return BuildError(
            "LP222",
            f"`{shown}` {reason}",
            where=Where(shown),
            hint="remove the link, or copy what it leads to into the project",
        )

    def _too_many(self, reason: str) -> BuildError:
        return BuildError(
            "LP225",
            f"the project `{self.shown('')}` {reason}",
            where=Where(self.shown("")),
            hint="state in pyproject.toml which packages its wheel holds",
        )

    def _unreadable(self, relative: str, error: OSError) -> BuildError:
        shown = self.shown(relative)
        return BuildError(
            "LP221",
            f"`{shown}` cannot be read: {error.strerror or type(error).__name__}",
            where=Where(shown),
            hint="make it readable, or keep it out of the wheel",
        )


def joined(folder: str, name: str) -> str:
    """Give the path of a name in a folder."""
    return f"{folder}/{name}" if folder else name


def parents(relative: str) -> list[str]:
    """Give the folders above a path, the nearest first, and the project's own last."""
    parts = relative.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]


def _is_folder(child: os.DirEntry[str]) -> bool:
    try:
        return child.is_dir()
    except OSError:
        return False


def inside(path: str) -> str:
    """Normalise a path that a project states of itself; raises Unlisted when it leaves it."""
    normal = posixpath.normpath(path.strip() or ".")
    if normal.startswith(("/", "../")) or normal == "..":
        raise Unlisted(f"`{path}` lies outside the project")
    return "" if normal == "." else normal
