"""The manifest beside a package that lpack has built: whose its files are, and what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.comparing.manifests import MANIFEST_BYTES, Unreadable, parsed, read_manifest
from lpack.comparing.sides import manifest_of
from lpack.data import read_bytes
from lpack.errors import UsageError
from lpack.model import StoredWheel, Where
from lpack.values import dataclass, replace
from lpack.wheels.opened import OpenFile, sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.comparing.manifests import Manifest
    from lpack.model import Bundle
    from lpack.packages.said import Said

_FUNCTION = ("name", "handler", "memory", "timeout", "ephemeral_storage", "description", "limits")
_KINDS: dict[str, type] = {"memory": int, "timeout": int, "ephemeral_storage": int}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a manifest adds to the package that it is of."""

    bundle: Bundle
    said: Said
    note: str
    is_layer: bool = False
    layers: tuple[Path, ...] = ()
    """Where the layers are that were built with the package."""


def recorded(bundle: Bundle, path: Path, given: str) -> Recorded | None:
    """Take what the manifest beside a zip says, if it is of this very zip; None without one."""
    if not path.is_file() or bundle.is_broken or not (beside := manifest_of(path)).is_file():
        return None
    shown = f"{given.removesuffix(path.name)}{beside.name}"
    with OpenFile(str(path)) as data:
        digest = sha256_of(data)
    try:
        record = read_manifest(parsed(read_bytes(beside, shown, MANIFEST_BYTES))[1])
    except (UsageError, Unreadable):
        return Recorded(bundle, {}, f"{shown} cannot be read, and is not used")
    part = record.of(path.name, digest)
    if part.sha256 != digest:
        return Recorded(bundle, {}, f"{shown} is of another package, and is not used")
    is_layer = part is not record or record.document.get("format") == "layer"
    said = _said(record.document, Where(shown), is_layer=is_layer)
    layers = () if is_layer else tuple(path.with_name(name) for name in _layers(record))
    note = f"{shown} tells whose the files are"
    return Recorded(_owned(bundle, part, path), said, note, is_layer, layers)


def _layers(record: Manifest) -> list[str]:
    """Name the archives of the layers that are in `/opt` when the function is called."""
    names = _table(record.document, "function").get("project_layers")
    used = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
    made = [] if record.layer is None else [record.layer.file]
    return [*(f"{Path(one).name}.zip" for one in used), *made]


def _owned(bundle: Bundle, record: Manifest, path: Path) -> Bundle:
    owners = {one.path: one.owner for one in record.entries}
    return replace(
        bundle,
        entries=tuple(
            entry._replace(owner=owners.get(entry.path, entry.owner)) for entry in bundle.entries
        ),
        wheels=tuple(
            StoredWheel(one.name, one.version, one.wheel, path, one.sha256, 0)
            for one in record.distributions
        ),
    )


def _said(document: Mapping[str, Any], where: Where, *, is_layer: bool) -> Said:
    """Take the settings that the manifest repeats; values of variables are not among them."""
    function, target = _table(document, "function"), _table(document, "target")
    found: Said = {
        key: (function[key], where)
        for key in _FUNCTION
        if isinstance(function.get(key), _KINDS.get(key, str))
    }
    if is_layer:
        found.pop("handler", None)
    for key in ("runtime", "python", "architecture"):
        if isinstance(target.get(key), str):
            found[key] = (target[key], where)
    layers = function.get("layers")
    if isinstance(layers, list) and all(isinstance(one, str) for one in layers):
        found["layers"] = (tuple(layers), where)
    if isinstance(function.get("settings"), dict):
        found["settings"] = (function["settings"], where)
    return found


def _table(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = document.get(key)
    return table if isinstance(table, dict) else {}
