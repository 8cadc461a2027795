"""A manifest held against itself: sums, order, and the two ways of writing one digest."""

from __future__ import annotations

import base64
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from lpack.comparing.findings import Finding
from lpack.comparing.names import brief
from lpack.comparing.seal import seal_holds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A local and a central header, the end record and what ZIP64 adds (APPNOTE 4.3 and 4.5.3).
_HEADERS = 30 + 46
_ROW = 46
_END = 22
_ZIP64_PLACE = 12
_ZIP64_END = 56 + 20
_LEAST_ZIP64_FILES = 0xFFFF
_LEAST_ZIP64_BYTES = 0xFFFFFFFF


def inconsistencies(text: str, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Tell what a manifest, valid by its schema, says in two ways; and whether it was changed."""
    entries = document["entries"]
    apart = [one for one in entries if "in" in one]
    together = [one for one in entries if "in" not in one]
    yield from _archive("the artifact", document["artifact"], together)
    if document["layer"] is not None:
        yield from _layer(document, apart or together)
    yield from _shares(document, entries)
    if "seal" in document and not seal_holds(text):
        yield Finding(
            "manifest", "", "the manifest was changed after it was written: its seal differs"
        )


def _archive(
    called: str, archive: Mapping[str, Any], entries: list[dict[str, Any]]
) -> Iterator[Finding]:
    digest = base64.b64encode(bytes.fromhex(archive["sha256"])).decode()
    if archive["code_sha256"] != digest:
        yield Finding("manifest", "", f"{called}: `code_sha256` is not the digest of `sha256`")
    yield from _sums(called, archive, _totals(entries))
    yield from _order(entries)


def _layer(document: Mapping[str, Any], entries: list[dict[str, Any]]) -> Iterator[Finding]:
    """Judge a layer, be it beside the artifact or the artifact itself."""
    layer, artifact = document["layer"], document["artifact"]
    if document["format"] == "zip+layer":
        yield from _archive("the layer", layer, entries)
    elif any(layer[key] != value for key, value in artifact.items()):
        yield Finding("manifest", "", "the layer is described otherwise than the artifact it is")
    for one in entries:
        if not one["path"].startswith(f"{layer['path']}/"):
            yield Finding("manifest", one["path"], f"is not in the folder `{brief(layer['path'])}`")


def _totals(entries: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "files": len(entries),
        "unzipped": sum(one["size"] for one in entries),
        "size": _size(entries),
    }


def _size(entries: list[dict[str, Any]]) -> int:
    """Give the size of the zip of these entries."""
    place = directory = 0
    for one in entries:
        row = _ROW + len(one["path"].encode("utf-8", "surrogatepass"))
        directory += row + (_ZIP64_PLACE if place >= _LEAST_ZIP64_BYTES else 0)
        place += _zipped(one) - row
    needs_zip64 = len(entries) >= _LEAST_ZIP64_FILES or place >= _LEAST_ZIP64_BYTES
    return place + directory + _END + (_ZIP64_END if needs_zip64 else 0)


def _zipped(entry: Mapping[str, Any]) -> int:
    name: int = len(entry["path"].encode("utf-8", "surrogatepass"))
    compressed: int = entry["compressed"]
    return _HEADERS + 2 * name + compressed


def _shares(document: Mapping[str, Any], entries: list[dict[str, Any]]) -> Iterator[Finding]:
    by_owner: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in entries:
        by_owner[one["owner"]].append(one)
    names = [one["name"] for one in document["distributions"]]
    if sorted(set(names)) != names:
        yield Finding("manifest", "", "the distributions are not in the order of their names")
    for owner in by_owner.keys() - {*names, ""}:
        yield Finding("manifest", "", f"no distribution `{brief(owner)}` is listed, yet its files")
    for one in document["distributions"]:
        yield from _sums(f"`{brief(one['name'])}`", one, _share(by_owner[one["name"]]))
    yield from _sums("your own files", document["own_files"], _share(by_owner[""]))


def _share(entries: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "files": len(entries),
        "zipped": sum(map(_zipped, entries)),
        "unzipped": sum(one["size"] for one in entries),
    }


def _sums(called: str, stated: Mapping[str, Any], summed: Mapping[str, int]) -> Iterator[Finding]:
    for key, value in summed.items():
        if stated[key] != value:
            said = f"`{key}` of {called} is {stated[key]:,}, and the entries make {value:,}"
            yield Finding("manifest", "", said)


def _order(entries: list[dict[str, Any]]) -> Iterator[Finding]:
    """Find entries out of order: distributions by name, the own files last, each by path."""
    seen: set[str] = set()
    last = (False, "", b"")
    for one in entries:
        path = one["path"]
        key = (not one["owner"], one["owner"], path.encode("utf-8", "surrogatepass"))
        if path in seen:
            yield Finding("manifest", path, "is listed twice")
        elif key < last:
            yield Finding("manifest", path, "is not listed in its place")
        seen.add(path)
        last = max(last, key)
