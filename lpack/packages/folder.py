"""A folder that is to become a zip, as a list of files: all that is in it counts."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timezone
from pathlib import Path

from lpack.model import Bundle, Entry, Flaw
from lpack.values import dataclass, field, replace
from lpack.wheels.given import MOST_ENTRIES
from lpack.wheels.refusal import shown

_DEEPEST = 100
_FIRST_DATE = datetime(1980, 1, 1, tzinfo=timezone.utc).timestamp()
"""Of a file in a zip, which has no earlier ones."""


def read_folder(path: Path, given: str) -> Bundle:
    """List all files of a folder; what cannot be read, or is no file, is a flaw."""
    walk = _Walk(path.resolve())
    walk.folder("", 0)
    return Bundle(
        tuple(walk.entries[name] for name in sorted(walk.entries, key=os.fsencode)),
        (),
        (),
        walk.generated,
        read=tuple(entry.origin for entry in walk.entries.values()),
        flaws=tuple(replace(one, archive=given) for one in walk.flaws),
        folder_modes=walk.folder_modes,
        is_given=True,
    )


@dataclass
class _Walk:
    root: Path
    entries: dict[str, Entry] = field(default_factory=dict)
    generated: dict[str, bytes] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    folder_modes: dict[str, int] = field(default_factory=dict)

    def folder(self, prefix: str, depth: int) -> None:
        """List one folder, whose path in the package ends with a slash."""
        if depth > _DEEPEST:
            self.flaws.append(Flaw("bomb", f"`{shown(prefix)}` lies below {_DEEPEST} folders"))
            return
        try:
            with os.scandir(self.root / prefix) as listing:
                children = sorted(listing, key=lambda child: os.fsencode(child.name))
        except OSError as error:
            self._unreadable(prefix, error)
            return
        for child in children:
            if len(self.entries) >= MOST_ENTRIES:
                self.flaws.append(Flaw("bomb", f"has over {MOST_ENTRIES:,} files"))
                return
            self._child(child, prefix, depth)

    def _child(self, child: os.DirEntry[str], prefix: str, depth: int) -> None:
        name = prefix + os.fsencode(child.name).decode("utf-8", "backslashreplace")
        try:
            status = child.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                self.folder_modes[name] = status.st_mode & 0o777
                self.folder(f"{name}/", depth + 1)
            else:
                self._file(child, name, status)
        except OSError as error:
            self._unreadable(name, error)

    def _file(self, child: os.DirEntry[str], name: str, status: os.stat_result) -> None:
        path, mode = Path(child.path), status.st_mode
        if stat.S_ISLNK(mode):
            self._link(path, name)
        elif not stat.S_ISREG(mode):
            self.flaws.append(Flaw("damaged", f"`{shown(name)}` is no regular file", name))
        elif not os.access(path, os.R_OK):
            self._unreadable(name, PermissionError(13, "Permission denied"))
        else:
            self.entries[name] = Entry(name, "", status.st_size, mode & 0o777, path)
            if status.st_mtime < _FIRST_DATE:
                what = f"`{shown(name)}` is older than 1980"
                self.flaws.append(Flaw("date", what, name, mild=True))

    def _link(self, path: Path, name: str) -> None:
        """Take a link with what it leads to, as makers of zips do, where that is in the folder."""
        link = os.fsencode(path.readlink()).decode("utf-8", "backslashreplace")
        target = self._inside(path)
        if target is None:
            self.entries[name] = Entry(name, "", 0, 0o777, path, code="", link=link)
            self.generated[name] = b""
        else:
            status = target.stat()
            mode = status.st_mode & 0o777
            self.entries[name] = Entry(name, "", status.st_size, mode, target, link=link)

    def _inside(self, path: Path) -> Path | None:
        """Give the file of this folder that a link leads to; None if it leads elsewhere."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # a loop of links is a RuntimeError before 3.13
            return None
        return target if self.root in target.parents and target.is_file() else None

    def _unreadable(self, name: str, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        self.flaws.append(Flaw("damaged", f"`{shown(name)}` cannot be read: {reason}", name))
