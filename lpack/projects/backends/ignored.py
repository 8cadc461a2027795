"""The files that version control ignores, which some backends leave out of a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.data import read_bytes, read_text
from lpack.printed import path_in_project
from lpack.projects.files import Unlisted, parents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lpack.projects.sources import Sources

_INDEX_BYTES = 100_000_000
_INDEX_VERSIONS = (2, 3)
_NAME_LENGTH = 0xFFF


def nearest(sources: Sources, name: str, boundary: str) -> str | None:
    """Read the nearest file of a name, upwards to the top of its repository."""
    for folder in _upwards(sources.folder):
        text = _text(sources, folder / name)
        if text is not None or (folder / boundary).exists():
            return text
    return None


def ignored_by_git(sources: Sources, paths: Iterable[str]) -> set[str]:
    """Give those of the project's paths that git ignores and has not been told to keep.

    Raises Unlisted where git's index, which tells the latter, cannot be read.
    """
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where a wheel is made

    above = _upwards(sources.folder.resolve())
    repository = next((folder for folder in above if (folder / ".git").exists()), None)
    if repository is None:
        return set()
    prefix = sources.folder.resolve().relative_to(repository).as_posix()
    start = "" if prefix == "." else f"{prefix}/"
    whole = {path: start + path for path in paths}
    folders = {folder for path in whole.values() for folder in parents(path)}
    lines = [*(_text(sources, repository / ".git/info/exclude") or "").splitlines()]
    for folder in sorted(folders):
        text = _text(sources, repository / folder / ".gitignore") or ""
        lines += [moved for line in text.splitlines() for moved in _moved(line, folder)]
    spec = GitIgnoreSpec.from_lines(lines)
    ignored = {path: full for path, full in whole.items() if spec.match_file(full)}
    kept = _kept(repository, ignored.values()) if ignored else set()
    return {path for path, full in ignored.items() if full not in kept}


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def _text(sources: Sources, path: Path) -> str | None:
    sources.seen[path] = None
    return read_text(path, path_in_project(path, sources.root)) if path.is_file() else None


def _moved(line: str, folder: str) -> Iterator[str]:
    """Write a pattern of a .gitignore file as one that counts from the top."""
    pattern = line.rstrip()
    if not pattern or pattern.startswith("#"):
        return
    sign = "!" if pattern.startswith("!") else ""
    pattern = pattern[len(sign) :]
    is_anchored = "/" in pattern.rstrip("/")
    between = "/" if is_anchored else "/**/"
    yield f"{sign}{f'/{folder}' if folder else ''}{between}{pattern.lstrip('/')}"


def _kept(repository: Path, paths: Iterable[str]) -> set[str]:
    """Give those of the paths that are in git's index: it keeps them although it ignores them.

    https://git-scm.com/docs/index-format
    """
    place = repository / ".git" / "index"
    if (repository / ".git").is_dir() and not place.is_file():
        return set()
    index = read_bytes(place, ".git/index", _INDEX_BYTES) if place.is_file() else b""
    if index[:4] != b"DIRC" or int.from_bytes(index[4:8], "big") not in _INDEX_VERSIONS:
        raise Unlisted("git's index cannot be read, and ignored files may be in it")
    return {path for path in paths if _is_in(index, path.encode())}


def _is_in(index: bytes, path: bytes) -> bool:
    """Whether a name stands in the index, with its length before it."""
    place = index.find(path + b"\0")
    while place > 0:
        for before in (place - 2, place - 4):
            flags = int.from_bytes(index[before : before + 2], "big")
            if flags & _NAME_LENGTH == min(len(path), _NAME_LENGTH):
                return True
        place = index.find(path + b"\0", place + 1)
    return False
