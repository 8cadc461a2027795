"""What a list of files tells by its paths and modes: what Python or Lambda trips over."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from lpack.facts.contents import Contents
    from lpack.model import Entry

_ARCHIVES = (
    *(".whl", ".egg", ".zip", ".pyz", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"),
    *(".tar.xz", ".txz", ".tar.zst", ".7z", ".rar"),
)
_TAGGED = pattern(r"(?:.*/)?__pycache__/[^/]+\.(cpython-\d+|pypy\d+)(?:\.opt-[12])?\.pyc")
_METADATA = pattern(r"([^/]+)-([^/-]+)\.(?:dist-info/METADATA|egg-info/PKG-INFO)")
_FIRST_MAGIC, _MAGIC_STEP, _FIRST_MINOR = 3_450, 50, 11
# Include/internal/pycore_magic_number.h: from 3.11 on each version begins fifty later.
_OLDER_MAGICS = {3_400: 8, 3_420: 9, 3_430: 10}
_READABLE = 0o004
_MOST_PAIRS = 1_000


@dataclass(frozen=True, slots=True)
class PathFile:
    """A `.pth` file where Lambda reads them."""

    path: str
    owner: str
    lines: int
    """Lines that are run as code."""
    folders: int
    """Lines that add a folder to the import path."""


@dataclass(frozen=True, slots=True)
class OddFile:
    """A file that is in the way of something."""

    path: str
    owner: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Bytecode:
    """Compiled code of another Python than the target's."""

    path: str
    owner: str
    python: str
    """The one that it is for, as far as can be told, such as 3.9."""
    loaded: bool
    """Whether Python would load it all the same, and fail."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is odd about the files of a package."""

    unreadable: tuple[OddFile, ...] = ()
    """Files that Lambda's user may not read."""
    links: tuple[OddFile, ...] = ()
    """Symbolic links."""
    collisions: tuple[tuple[str, str], ...] = ()
    """Two paths that differ in case alone."""
    path_files: tuple[PathFile, ...] = ()
    archives: tuple[OddFile, ...] = ()
    bytecode: tuple[Bytecode, ...] = ()
    twice: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Distributions whose metadata is there more than once, with their versions."""
    in_layers: tuple[OddFile, ...] = ()
    """Files of the function that a layer beside it has as well: Python takes the function's."""


def collisions(paths: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Give the paths, of files or folders, that a disk without case takes for one."""
    folders = {folder for path in paths for folder in _folders(path)}
    # Of two that differ in case alone, one is not all small; most packages have few of these.
    suspects = {one.lower() for one in chain(paths, folders) if one != one.lower()}
    lowered: dict[str, str] = {}
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(path for path in paths if path.lower() in suspects):
        key = path.lower()
        if key in lowered:
            found.setdefault(key, (lowered[key], path))
        else:
            lowered[key] = path
    for folder in sorted(folder for folder in folders if folder.lower() in lowered):
        found.setdefault(folder.lower(), (lowered[folder.lower()], f"{folder}/"))
    return tuple(found.values())[:_MOST_PAIRS]


def _folders(path: str) -> Iterator[str]:
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)


def unreadable(entries: Iterable[Entry]) -> tuple[OddFile, ...]:
    """Give the files that others than their owner may not read: Lambda's code runs as another.

    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
    """
    return tuple(_odd(one) for one in entries if not one.mode & _READABLE and one.link is None)


def links(entries: Iterable[Entry]) -> tuple[OddFile, ...]:
    """Give the symbolic links."""
    return tuple(_odd(one) for one in entries if one.link is not None)


def archives(entries: Iterable[Entry]) -> tuple[OddFile, ...]:
    """Give the archives among the files of a package."""
    return tuple(_odd(one) for one in entries if one.path.endswith(_ARCHIVES))


def path_files(entries: Iterable[Entry], contents: Contents) -> tuple[PathFile, ...]:
    """Give the `.pth` files at the root, which Lambda runs at every cold start.

    Its bootstrap calls `site.addsitedir`: https://docs.python.org/3/library/site.html
    """
    found = (one for one in entries if one.path.endswith(".pth") and "/" not in one.path)
    return tuple(_path_file(one, contents) for one in found)


def _path_file(entry: Entry, contents: Contents) -> PathFile:
    read = contents.read(entry.path, 64_000).splitlines()
    lines = [line for line in read if line.strip() and not line.startswith(b"#")]
    run = sum(line.startswith((b"import ", b"import\t")) for line in lines)
    return PathFile(entry.path, entry.owner, run, len(lines) - run)


def foreign_bytecode(
    entries: Iterable[Entry], contents: Contents, python: tuple[int, int]
) -> tuple[Bytecode, ...]:
    """Give the bytecode that the target's Python does not load, or fails to."""
    found = (_bytecode(one, contents, python) for one in entries if one.path.endswith(".pyc"))
    return tuple(one for one in found if one is not None)


def _bytecode(entry: Entry, contents: Contents, python: tuple[int, int]) -> Bytecode | None:
    tagged = _TAGGED.fullmatch(entry.path)
    if tagged is not None:
        if tagged[1] == "cpython-{}{}".format(*python):
            return None
        return Bytecode(entry.path, entry.owner, _version(tagged[1]), loaded=False)
    if "/__pycache__/" in f"/{entry.path}":
        return Bytecode(entry.path, entry.owner, "", loaded=False)
    minor = _minor(int.from_bytes(contents.read(entry.path, 2), "little"))
    if minor == python[1]:
        return None
    is_hidden = f"{entry.path.removesuffix('.pyc')}.py" in contents.paths
    version = "" if minor is None else f"3.{minor}"
    return Bytecode(entry.path, entry.owner, version, loaded=not is_hidden)


def _version(tag: str) -> str:
    name, digits = tag.rstrip("0123456789"), tag.lstrip("abcdefghijklmnopqrstuvwxyz-")
    return f"{digits[0]}.{digits[1:]}" if name == "cpython-" else tag


def _minor(magic: int) -> int | None:
    """Give the minor version that bytecode is of; None where it is no known one."""
    if magic >= _FIRST_MAGIC:
        minor = _FIRST_MINOR + (magic - _FIRST_MAGIC) // _MAGIC_STEP
        return minor if minor < _FIRST_MINOR + 20 else None
    known = (minor for start, minor in _OLDER_MAGICS.items() if start <= magic)
    return max(known, default=None)


def shipped_twice(paths: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the distributions with more than one folder of metadata beside each other."""
    found: dict[str, set[str]] = {}
    for path in paths:
        metadata = _METADATA.fullmatch(path)
        if metadata is not None:
            name = metadata[1].lower().replace("_", "-").replace(".", "-")
            found.setdefault(name, set()).add(metadata[2])
    return tuple(
        (name, tuple(sorted(versions)))
        for name, versions in sorted(found.items())
        if len(versions) > 1
    )


def _odd(entry: Entry) -> OddFile:
    return OddFile(entry.path, entry.owner, entry.size)


def also_in_layers(entries: Iterable[Entry], roots: Iterable[str]) -> tuple[OddFile, ...]:
    """Give the modules of a function that lie in a layer at hand too, at the same import path."""
    known = {entry.path: entry for entry in entries}
    folders = [f"{root}/" for root in roots if root.startswith("/")]
    found = (
        known[path.removeprefix(folder)]
        for folder in folders
        for path in known
        if path.startswith(folder) and path.removeprefix(folder) in known
    )
    ordered = sorted(set(found), key=lambda one: one.path)
    return tuple(_odd(one) for one in ordered if ".dist-info/" not in one.path)
