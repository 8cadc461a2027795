"""The reasons for another hash, one sentence each."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from lpack.comparing.files import Kind, headers
from lpack.comparing.names import brief
from lpack.comparing.remade import (
    about_bytecode,
    about_stripping,
    is_bytecode,
    is_library,
)
from lpack.printed import count, megabytes
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lpack.comparing.distributions import Moved
    from lpack.comparing.files import Change
    from lpack.comparing.sides import Item, Side

CauseKind = Literal[
    "distribution",
    "own-file",
    "bytecode",
    "stripping",
    "compression",
    "order",
    "mode",
    "date",
    "headers",
    "folders",
    "unknown",
]

_WORDS: dict[Kind, str] = {"changed": "changed", "added": "new", "removed": "gone"}


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why two packages are not the same bytes."""

    kind: CauseKind
    subject: str
    """Distribution or own file, or empty."""
    text: str
    files: int
    bytes: int
    """Compressed bytes of the files that have other bytes for this reason."""


def causes(
    before: Side, after: Side, changes: Sequence[Change], moves: Mapping[str, Moved]
) -> tuple[Cause, ...]:
    """Give every reason, the one with the most bytes first."""
    remade = _remade(before, after, changes, moves)
    told = {one.path for _, _, files in remade for one in files}
    found = [
        *(_of_files(kind, said, files) for kind, said, files in remade if files),
        *_contents([one for one in changes if one.path not in told], moves),
        *_ways(changes),
        *_order(before, after),
        *_folders(before, after),
    ]
    if not found:
        found = [_unknown(before, after)]
    return tuple(sorted(found, key=lambda one: (-one.bytes, -one.files, one.text)))


def _remade(
    before: Side, after: Side, changes: Sequence[Change], moves: Mapping[str, Moved]
) -> list[tuple[CauseKind, str, list[Change]]]:
    """Give what differs because of what lpack makes of distributions, and which files those are."""
    compiled = [one for one in changes if is_bytecode(one) and one.kind != "packed"]
    found: list[tuple[CauseKind, str, list[Change]]] = []
    found.append(("bytecode", about_bytecode(before, after), compiled))
    if said := about_stripping(before, after):
        libraries = [one for one in changes if is_library(one) and one.owner not in moves]
        found.append(("stripping", said, libraries))
    return found


def _of_files(kind: CauseKind, said: str, files: Sequence[Change]) -> Cause:
    size = sum(one.bytes for one in files)
    return Cause(kind, "", f"{said}: {_counted(files)}", len(files), size)


def _contents(changes: Sequence[Change], moves: Mapping[str, Moved]) -> Iterator[Cause]:
    by_owner: defaultdict[str, list[Change]] = defaultdict(list)
    for one in changes:
        if one.kind == "packed":
            continue
        if one.owner:
            by_owner[one.owner].append(one)
        else:
            yield Cause("own-file", one.path, _own_file(one), 1, one.bytes)
    for owner, files in by_owner.items():
        said = f"{_distribution(owner, moves.get(owner))}: {_counted(files)}"
        yield Cause("distribution", owner, said, len(files), sum(one.bytes for one in files))


def _own_file(change: Change) -> str:
    verb = {"added": "is new", "removed": "is gone"}.get(change.kind, change.kind)
    return f"your file `{brief(change.path)}` {verb}: {sizes(change.before, change.after)}"


def sizes(before: Item | None, after: Item | None) -> str:
    """Tell the size of a file that came or went, or both sizes of one that changed."""
    if before is None or after is None:
        return count(sum(one.size for one in (before, after) if one), "byte")
    if before.size == after.size:
        return f"{count(after.size, 'byte')} as before"
    return f"{before.size:,} -> {count(after.size, 'byte')}"


def _distribution(name: str, moved: Moved | None) -> str:
    quoted = f"`{brief(name)}`"
    if moved is None:
        return f"{quoted} holds other files, though its version is the same"
    old = brief(moved.before.version) if moved.before else ""
    new = brief(moved.after.version) if moved.after else ""
    if moved.move == "added":
        return f"{quoted} {new} is new"
    if moved.move == "removed":
        return f"{quoted} {old} is gone"
    if moved.move == "another wheel":
        return f"{quoted} {new} {_wheels(moved)}"
    direction = f"went {moved.move}" if moved.move in ("up", "down") else "changed"
    return f"{quoted} {direction} from {old} to {new}"


def _wheels(moved: Moved) -> str:
    old = moved.before.wheel if moved.before else ""
    new = moved.after.wheel if moved.after else ""
    if old == new:
        return "is another wheel of the same name"
    return f"is another wheel, `{brief(new)}` instead of `{brief(old)}`"


def _counted(changes: Sequence[Change]) -> str:
    by_kind = Counter(one.kind for one in changes)
    parts = [(by_kind[kind], word) for kind, word in _WORDS.items() if by_kind[kind]]
    first = f"{count(parts[0][0], 'file')} {parts[0][1]}"
    return ", ".join([first, *(f"{number:,} {word}" for number, word in parts[1:])])


def _ways(changes: Sequence[Change]) -> Iterator[Cause]:
    """Tell how the same files are packed otherwise."""
    by_way: defaultdict[str, list[tuple[Item, Item]]] = defaultdict(list)
    for one in changes:
        for way in one.ways:
            if one.before and one.after:
                by_way[way].append((one.before, one.after))
    if pairs := by_way["compression"]:
        old, new = (sum(pair[side].compressed for pair in pairs) for side in (0, 1))
        noun = "file of the same content is" if len(pairs) == 1 else "files of the same content are"
        said = f"{len(pairs):,} {noun} compressed otherwise: {_from_to(old, new)}"
        yield Cause("compression", "", said, len(pairs), max(old, new))
    if pairs := by_way["mode"]:
        modes = Counter(f"{one.mode or 0:04o} -> {other.mode or 0:04o}" for one, other in pairs)
        said = f"{_have(pairs)} another mode: {_most_common(modes)}"
        yield Cause("mode", "", said, len(pairs), 0)
    if pairs := by_way["date"]:
        dates = Counter(f"{one.date} -> {other.date}" for one, other in pairs)
        said = f"{_have(pairs)} another date: {_most_common(dates)}"
        yield Cause("date", "", said, len(pairs), 0)
    if pairs := by_way["headers"]:
        said = f"{_have(pairs)} other headers: {', '.join(_fields(pairs))}"
        yield Cause("headers", "", said, len(pairs), 0)


def _have(pairs: Sequence[object]) -> str:
    return f"{count(len(pairs), 'file')} {'has' if len(pairs) == 1 else 'have'}"


def _from_to(old: int, new: int) -> str:
    if megabytes(old) == megabytes(new):
        return f"{old:,} -> {new:,} bytes" if old != new else f"{count(new, 'byte')} as before"
    return f"{megabytes(old)} -> {megabytes(new)}"


def _most_common(words: Counter[str]) -> str:
    ((most, _),) = words.most_common(1)
    more = len(words) - 1
    return f"{most} and {count(more, 'other')}" if more else most


def _fields(pairs: Sequence[tuple[Item, Item]]) -> list[str]:
    found: dict[str, None] = {}
    for one, other in pairs:
        old, new = headers(one), headers(other)
        found.update((name, None) for name in old if old[name] != new.get(name))
    return list(found)


def _order(before: Side, after: Side) -> Iterator[Cause]:
    old, new = ([one.path for one in side.items] for side in (before, after))
    common = set(old).intersection(new)
    pairs = zip_longest(
        (path for path in old if path in common), (path for path in new if path in common)
    )
    elsewhere = [one for one, other in pairs if one != other]
    if elsewhere:
        said = f"{_have(elsewhere)} another place, from `{brief(elsewhere[0])}` on"
        yield Cause("order", "", said, len(elsewhere), 0)


def _folders(before: Side, after: Side) -> Iterator[Cause]:
    if before.data is None or after.data is None or before.folders == after.folders:
        return
    old, new = set(before.folders), set(after.folders)
    for number, verb in ((len(new - old), "new"), (len(old - new), "gone")):
        if number:
            noun = "entry of a folder is" if number == 1 else "entries of folders are"
            yield Cause("folders", "", f"{number:,} {noun} {verb}", number, 0)
    if old == new:
        yield Cause("folders", "", "entries of folders have another place", len(old), 0)


def _unknown(before: Side, after: Side) -> Cause:
    if before.data is None or after.data is None:
        said = "headers or streams differ, which manifests do not tell: compare the zips"
    else:
        said = "bytes differ that are of no file, such as entries of folders"
    return Cause("unknown", "", said, 0, 0)
