"""Manifests of this version and of older ones, read from bytes that anybody may have written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.model import Where
from lpack.validation.wording import kind_of, shown
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST_BYTES = 64 << 20
"""A package of 200,000 files has a manifest of 40 MB."""
MANIFEST_VERSION = 1
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the package, as the manifest lists it."""

    path: str
    owner: str
    """Name of a distribution, or empty for the function's own files."""
    size: int
    compressed: int
    crc: int
    mode: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """A dependency, as the manifest lists it; what is not known is empty."""

    name: str
    version: str
    wheel: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is compared of a manifest, of one zip."""

    file: str
    """File name of the zip."""
    size: int
    sha256: str
    date: str
    """Of every file in the zip."""
    entries: tuple[Listed, ...]
    distributions: tuple[Distribution, ...]
    document: Mapping[str, Any]
    """All of it."""
    layer: Manifest | None = None
    """What it says of the layer beside the zip."""

    def of(self, name: str, sha256: str) -> Manifest:
        """Give what is of a zip with this name or digest: the layer's, or the main one's."""
        if self.layer is not None and (name == self.layer.file or sha256 == self.layer.sha256):
            return self.layer
        return self


class Unreadable(Exception):
    """Says in words why bytes are no manifest; each command makes its own failure of it."""


def parsed(content: bytes) -> tuple[str, dict[str, Any]]:
    """Give the text and the JSON object of a manifest, of whatever version.

    Raises Unreadable.
    """
    try:
        text = content.decode("utf-8")
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_not_a_value,
            parse_constant=_not_a_value,
        )
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8: byte {error.start} cannot be decoded") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"it is not JSON: {error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise Unreadable("it is not JSON of a manifest: it is nested too deeply") from error
    if not isinstance(document, dict) or "manifest_version" not in document:
        raise Unreadable("it has no `manifest_version`")
    return text, document


def refuse_newer(document: Mapping[str, Any], place: str) -> None:
    """Refuse the manifest of a newer lpack, or raise UsageError LP403."""
    version = document["manifest_version"]
    if not isinstance(version, int) or version <= MANIFEST_VERSION:
        return
    by = f", written by lpack {shown(document['lpack'])}" if "lpack" in document else ""
    raise UsageError(
        "LP403",
        f"the manifest has version {version} of its form{by}, and this lpack knows "
        f"{MANIFEST_VERSION}",
        where=Where(place),
        hint="use the lpack that wrote it, or a newer one",
    )


def read_manifest(document: Mapping[str, Any]) -> Manifest:
    """Take from the document what is compared; keys that are not known do not matter.

    Raises Unreadable.
    """
    _take(document, "artifact", dict)
    rows = _rows(document, "entries")
    apart = [one for one in rows if "in" in one]
    main = _archive(document, "artifact", [one for one in rows if "in" not in one])
    if not apart:
        return main
    layer = _archive(document, "layer", apart)
    owners = {one.owner for one in layer.entries}
    inside = tuple(one for one in main.distributions if one.name in owners)
    outside = tuple(one for one in main.distributions if one.name not in owners)
    return replace(main, distributions=outside, layer=replace(layer, distributions=inside))


def _archive(document: Mapping[str, Any], key: str, rows: list[dict[str, Any]]) -> Manifest:
    archive = _take(document, key, dict)
    return Manifest(
        _take(archive, "file", str),
        _take(archive, "size", int),
        _take(archive, "sha256", str),
        _take(archive, "date", str),
        tuple(_listed(one) for one in rows),
        tuple(_distribution(one) for one in _rows(document, "distributions")),
        document,
    )


def _listed(row: Mapping[str, Any]) -> Listed:
    crc, mode = _take(row, "crc32", str), _take(row, "mode", str)
    try:
        return Listed(
            _take(row, "path", str),
            _take(row, "owner", str),
            _take(row, "size", int),
            _take(row, "compressed", int),
            int(crc, 16),
            int(mode, 8),
        )
    except ValueError as error:
        raise Unreadable(f"`{shown(crc)}` or `{shown(mode)}` is no number") from error


def _distribution(row: Mapping[str, Any]) -> Distribution:
    return Distribution(*(_take(row, key, str) for key in ("name", "version", "wheel", "sha256")))


def _rows(document: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _take(document, key, list)
    for one in rows:
        if not isinstance(one, dict):
            raise Unreadable(f"`{key}` holds {kind_of(one)}")
    return rows


def _take(table: Mapping[str, Any], key: str, kind: type) -> Any:
    value = table.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Unreadable(
            f"its `{key}` is {kind_of(value)}" if key in table else f"it has no `{key}`"
        )
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in table if names.count(name) > 1)
        raise Unreadable(f"it has the key `{shown(twice)}` twice")
    return table


def _integer(digits: str) -> int:
    # Python takes quadratic time for long ones.
    if len(digits) > _DIGITS:
        raise Unreadable("it has a number that is too large")
    return int(digits)


def _not_a_value(word: str) -> None:
    raise Unreadable(f"it has the number `{shown(word)}`, which no manifest has")
