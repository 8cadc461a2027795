"""The function's own files: a walk of its source folders that cannot be led astray."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Entry, Excluded, Where
from lpack.publish import is_temporary
from lpack.stamps import folder_stamp
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from lpack.exclusion import Exclusion
    from lpack.stamps import Stamp

MAXIMUM_DEPTH = 100
MAXIMUM_FILES = 200_000
_ELF = b"\x7fELF"


@dataclass
class Walk:
    """What a walk of the source folders has seen."""

    root: Path
    """The project; nothing outside it is read."""
    exclusion: Exclusion
    prefix: str = ""
    """Where in the package the folder at hand goes; empty, or with a slash at its end."""
    entries: dict[str, Entry] = field(default_factory=dict)
    excluded: list[Excluded] = field(default_factory=list)
    folders: list[tuple[Path, Stamp]] = field(default_factory=list)
    """Every folder that was listed, with its stamp before that; a new file changes one of them."""


def walk(
    source: Path, root: Path, exclusion: Exclusion, into: Walk | None = None, prefix: str = ""
) -> Walk:
    """List the files of a source folder; a later folder's file replaces an earlier one's.

    They go below the folder `prefix` of the package, or to its root.

    Links that stay inside the project are followed. Raises BuildError LP221 (cannot be read or
    not a file), LP222 (a link that leaves the project, or has no end) or LP223 (bad name).
    """
    seen = into or Walk(root.resolve(), exclusion)
    seen.prefix = f"{prefix}/" if prefix else ""
    _walk_folder(source, "", seen, (source.resolve(),), None)
    return seen


def _walk_folder(
    folder: Path, prefix: str, seen: Walk, inside: tuple[Path, ...], inherited: str | None
) -> None:
    """List one folder; `inherited` is the rule that leaves out all that is not included by name."""
    seen.folders.append((folder, folder_stamp(str(folder))))
    try:
        with os.scandir(folder) as listing:
            names = (child for child in listing if not is_temporary(child.name))
            children = sorted(names, key=lambda child: child.name)
    except OSError as error:
        raise _unreadable(folder, seen, error) from error
    for child in children:
        _walk_child(child, prefix + _utf8(child.name), seen, inside, inherited)


def _walk_child(
    child: os.DirEntry[str],
    relative: str,
    seen: Walk,
    inside: tuple[Path, ...],
    inherited: str | None,
) -> None:
    path = Path(child.path)
    if _is_folder(child):
        rule = inherited or seen.exclusion.of_folder(path, relative, relative.count("/"))
        if rule is not None and not seen.exclusion.may_hold_included(relative):
            seen.excluded.append(Excluded(f"{seen.prefix}{relative}/", rule))
            return
    else:
        rule = seen.exclusion.of_file(child.name, relative, inherited)
        if rule is not None:
            seen.excluded.append(Excluded(seen.prefix + relative, rule))
            return
    _check_name(seen.prefix + relative, path, seen)
    if child.is_symlink():
        _check_link(path, seen)
    if not _is_folder(child):
        _add_file(child, relative, seen)
        return
    real = path.resolve()
    if len(inside) > MAXIMUM_DEPTH:
        raise BuildError(
            "LP225",
            f"`{_shown(path, seen)}` lies below more than {MAXIMUM_DEPTH} folders",
            hint="add its first folder to `exclude`",
        )
    if real in inside:
        raise BuildError(
            "LP222",
            f"`{_shown(path, seen)}` is a link to a folder that holds it",
            where=Where(_shown(path, seen)),
            hint=f'add "{relative}" to `exclude`',
        )
    _walk_folder(path, relative + "/", seen, (*inside, real), rule)


def _utf8(name: str) -> str:
    """Read a name as UTF-8, whatever the locale is: it must not change what is packaged."""
    return os.fsencode(name).decode("utf-8", "surrogateescape")


def _is_folder(child: os.DirEntry[str]) -> bool:
    try:
        return child.is_dir()
    except OSError:
        return False


def _add_file(child: os.DirEntry[str], relative: str, seen: Walk) -> None:
    path = Path(child.path)
    try:
        status = child.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BuildError(
                "LP221",
                f"`{_shown(path, seen)}` is not a regular file",
                where=Where(_shown(path, seen)),
                hint=f'add "{relative}" to `exclude`',
            )
        mode = _mode(child.path)
    except OSError as error:
        raise _unreadable(path, seen, error) from error
    place = seen.prefix + relative
    seen.entries[place] = Entry(place, "", status.st_size, mode, path)
    if len(seen.entries) > MAXIMUM_FILES:
        raise BuildError(
            "LP225",
            f"the source has more than {MAXIMUM_FILES:,} files",
            hint="set `source` to the folder of the function, or exclude what it does not need",
        )


def _mode(path: str) -> int:
    """Executable by content, not by the disk, which differs between machines."""
    # No Path is asked: each keeps its text then, which is much memory where there are many files.
    with open(path, "rb") as file:  # noqa: PTH123 - see above
        start = file.read(4)
    return 0o755 if start[:2] == b"#!" or start == _ELF else 0o644


def _check_name(relative: str, path: Path, seen: Walk) -> None:
    try:
        encoded = relative.encode("utf-8")
    except UnicodeEncodeError as error:
        name = ascii(relative)
        raise BuildError(
            "LP223",
            f"the name {name} is not UTF-8",
            where=Where(ascii(_shown(path, seen))),
            hint="rename the file",
        ) from error
    if len(encoded) > 1024 or not relative.isprintable() or "\\" in relative:  # noqa: PLR2004
        raise BuildError(
            "LP223",
            f"the name {relative!a:.200} cannot be packaged",
            hint="rename the file: no control characters, no backslash, at most 1,024 bytes",
        )


def _check_link(path: Path, seen: Walk) -> None:
    shown = _shown(path, seen)
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise BuildError(
            "LP222",
            f"`{shown}` is a link to nothing",
            where=Where(shown),
            hint="remove the link, or add it to `exclude`",
        ) from error
    if not real.is_relative_to(seen.root):
        raise BuildError(
            "LP222",
            f"`{shown}` is a link out of the project",
            where=Where(shown),
            hint="copy the file into the project, or add the link to `exclude`",
        )


def _unreadable(path: Path, seen: Walk, error: OSError) -> BuildError:
    shown = _shown(path, seen)
    return BuildError(
        "LP221",
        f"`{shown}` cannot be read: {error.strerror or type(error).__name__}",
        where=Where(shown),
        hint="make it readable, or add it to `exclude`",
    )


def _shown(path: Path, seen: Walk) -> str:
    try:
        return path.relative_to(seen.root).as_posix()
    except ValueError:
        return path.as_posix()
