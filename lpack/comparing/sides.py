"""The two things that are compared: whatever the user named, brought into one form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.comparing.manifests import (
    MANIFEST_BYTES,
    Distribution,
    Manifest,
    Unreadable,
    parsed,
    read_manifest,
    refuse_newer,
)
from lpack.comparing.names import brief
from lpack.comparing.revisions import committed
from lpack.data import read_bytes
from lpack.errors import BuildError, UsageError
from lpack.model import Where
from lpack.values import dataclass, field, replace
from lpack.wheels.opened import OpenFile, sha256_of
from lpack.wheels.package import Package, PackageEntry, read_package
from lpack.wheels.package_owners import distributions_in, owners_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from lpack.system import System

MANIFEST_SUFFIX = ".manifest.json"
_SUFFIX, _LAYER_SUFFIX = ".zip", ".layer.zip"
_HINT_PATH = "write `REVISION:PATH`, or say which manifest with `--manifest PATH`"
_HINT = "name a zip, a NAME.manifest.json, or a revision of git"


@dataclass(frozen=True, slots=True)
class Item:
    """A file of one side, as far as that is known."""

    path: str
    owner: str | None
    """None where nothing tells; empty for the function's own files."""
    size: int
    compressed: int
    crc: int
    mode: int | None
    date: str
    entry: PackageEntry | None
    """None where only a manifest is at hand."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    given: str
    """As it was typed."""
    sha256: str
    size: int
    items: tuple[Item, ...]
    """In the order of the package; without folders."""
    distributions: Mapping[str, Distribution]
    folders: tuple[str, ...] = ()
    """Entries of the zip without content."""
    manifest: Manifest | None = None
    data: OpenFile | None = field(default=None, hash=False)
    """The zip, where it is at hand."""
    layer: Side | None = None
    """The layer beside the zip, where a manifest of both was named."""


def open_side(
    given: str, manifest: str | None, folder: Path, system: System, stack: ExitStack
) -> Side:
    """Open what the user named: a zip or a manifest, else a revision of git.

    `manifest` is the path that `--manifest` gives to a revision that names none. A zip stays
    open until the stack is left. Raises UsageError LP004 or LP403.
    """
    path = Path(given)
    if not _is_there(path):
        if manifest is None and ":" not in given:
            raise _nothing(given, "is neither a file nor a revision with a path", _HINT_PATH)
        content = committed(given, manifest, folder, system)
        return _of_record(given, _read(content, given), None, stack)
    if not given.endswith(".json") and _starts_as_zip(path):
        return _of_zip(given, path, stack)
    record = _read(read_bytes(path, given, MANIFEST_BYTES), given)
    return _of_record(given, record, path.parent, stack)


def _of_record(given: str, record: Manifest, folder: Path | None, stack: ExitStack) -> Side:
    """Take what a manifest says, with the zips of it that lie in the folder."""
    layer = _of_record(given, record.layer, folder, stack) if record.layer else None
    beside = folder / record.file if folder else None
    is_there = beside and Path(record.file).name == record.file and beside.is_file()
    data = _opened(beside, stack) if beside and is_there else None
    if data is None or sha256_of(data) != record.sha256:
        return replace(_of_manifest(given, record), layer=layer)
    return replace(_of_both(given, record, data), layer=layer)


def open_zip(path: Path, stack: ExitStack) -> OpenFile:
    """Open a file until the stack is left, or raise UsageError LP403."""
    if not path.is_file():
        raise _nothing(str(path), "is no regular file")
    data = _opened(path, stack)
    if len(data) == 0:
        raise _nothing(str(path), "is empty")
    return data


def manifest_of(path: Path) -> Path:
    """Name the manifest that lpack writes beside a zip or a layer."""
    stem = path.name.removesuffix(_LAYER_SUFFIX).removesuffix(_SUFFIX)
    return path.with_name(stem + MANIFEST_SUFFIX)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _starts_as_zip(path: Path) -> bool:
    """Whether a file can be no manifest: those start with a brace."""
    if not path.is_file():
        raise _nothing(str(path), "is no regular file")
    try:
        with path.open("rb") as file:
            return file.read(1) != b"{"
    except OSError as error:
        raise _unreadable(path, error) from error


def _opened(path: Path, stack: ExitStack) -> OpenFile:
    try:
        return stack.enter_context(OpenFile(str(path)))
    except OSError as error:
        raise _unreadable(path, error) from error


def _of_zip(given: str, path: Path, stack: ExitStack) -> Side:
    """Take a zip with its manifest, if that lies beside it and is of this very zip."""
    data = open_zip(path, stack)
    digest, beside = sha256_of(data), manifest_of(path)
    if beside.is_file():
        try:
            content = read_bytes(beside, str(beside), MANIFEST_BYTES)
            record = read_manifest(parsed(content)[1]).of(path.name, digest)
        except (UsageError, Unreadable):
            record = None
        if record is not None and record.sha256 == digest:
            return _of_both(given, record, data)
    package = _package(given, data)
    owners = owners_in(data, package)
    return Side(
        given,
        digest,
        len(data),
        tuple(
            _item(entry, owners.get(entry.path)) for entry in package.entries if not entry.is_folder
        ),
        {name: Distribution(name, version) for name, version in distributions_in(package).items()},
        tuple(entry.path for entry in package.entries if entry.is_folder),
        None,
        data,
    )


def _of_both(given: str, record: Manifest, data: OpenFile) -> Side:
    package = _package(given, data)
    owners = {one.path: one.owner for one in record.entries}
    items = tuple(_item(one, owners.get(one.path)) for one in package.entries if not one.is_folder)
    folders = tuple(one.path for one in package.entries if one.is_folder)
    return Side(given, record.sha256, len(data), items, _by_name(record), folders, record, data)


def _of_manifest(given: str, record: Manifest) -> Side:
    items = tuple(
        Item(one.path, one.owner, one.size, one.compressed, one.crc, one.mode, record.date, None)
        for one in record.entries
    )
    return Side(given, record.sha256, record.size, items, _by_name(record), (), record)


def _by_name(record: Manifest) -> dict[str, Distribution]:
    return {one.name: one for one in record.distributions}


def _item(entry: PackageEntry, owner: str | None) -> Item:
    stream = entry.stream
    sizes = (stream.size, stream.compressed, stream.crc)
    return Item(entry.path, owner, *sizes, entry.mode, str(entry.moment), entry)


def _read(content: bytes, given: str) -> Manifest:
    try:
        _, document = parsed(content)
        refuse_newer(document, given)
        record = read_manifest(document)
    except Unreadable as error:
        raise _nothing(given, f"is no manifest: {error}") from error
    for one in filter(None, (record, record.layer)):
        _refuse_twice([entry.path for entry in one.entries], given)
    return record


def _package(given: str, data: OpenFile) -> Package:
    try:
        package = read_package(data)
    except BuildError as error:
        reason = error.diagnostics[0].message
        raise _nothing(given, f"is no zip that can be compared: {reason}") from error
    _refuse_twice([entry.path for entry in package.entries], given)
    return package


def _refuse_twice(paths: list[str], given: str) -> None:
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            raise _nothing(given, f"holds `{brief(path)}` twice, so that readers disagree")
        seen.add(path)


def _unreadable(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or type(error).__name__
    return UsageError(
        "LP004", f"`{brief(str(path))}` cannot be read: {reason}", where=Where(str(path))
    )


def _nothing(given: str, reason: str, hint: str = _HINT) -> UsageError:
    return UsageError("LP403", f"`{brief(given)}` {reason}", where=Where(given), hint=hint)
