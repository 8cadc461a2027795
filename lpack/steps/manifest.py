"""Record what was built from what: the same inputs give the same record, byte for byte."""

from __future__ import annotations

import json
from itertools import islice
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from lpack import __version__
from lpack.comparing.seal import sealed
from lpack.lockfile import portable_location
from lpack.model import LIMITS
from lpack.rules import REGISTRY
from lpack.values import asdict
from lpack.writers import Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import BuiltFrom, Bundle, Diagnostic, Function, Lock, Verdict
    from lpack.outcome import TestsOutcome
    from lpack.writers import Packed

_ENTRIES = '"the entries"'
_ROWS = 1_000
_DEPEND_ON_THE_DATE = frozenset({*(row.code for row in REGISTRY if row.by_date), "LP348"})


def manifest(  # noqa: PLR0913 - a record of everything
    function: Function,
    lock: Lock,
    bundle: Bundle,
    archives: tuple[Packed, ...],
    verdict: Verdict,
    root: Path,
    *,
    checked: bool,
    tests: TestsOutcome | None = None,
) -> str:
    """Render the manifest, valid against `schemas/manifest.schema.json`.

    It holds no time of the build, no host, no absolute path and no value of a variable.
    """
    document: dict[str, Any] = {
        "$schema": "https://lpack.dev/schemas/manifest.schema.json",
        "manifest_version": 1,
        "lpack": __version__,
        "function": _function(function),
        "target": _target(function),
        "lock": _lock(lock),
        "format": function.format,
        "artifact": _archive(archives[0], bundle),
        "layer": _layer(function, archives, bundle),
        "checked": checked,
        "diagnostics": [_diagnostic(one) for one in verdict.diagnostics if _lasts(one)],
        **_ignored(verdict),
        **({} if tests is None else {"tests": {"passed": list(tests.passed)}}),
        "distributions": _distributions(lock, bundle, archives, root),
        "own_files": _share(_part(archives, "")),
        "left_out": [
            {"distribution": one.owner, "path": one.path, "rule": one.rule}
            for one in bundle.excluded
            if one.owner
        ],
        "slimmed": [
            {"rule": one.rule, "files": one.files, "bytes": one.bytes} for one in bundle.saved
        ],
        "compressed": {"level": bundle.compress, "saved": bundle.squeezed},
        "bytecode": bundle.compiled and asdict(bundle.compiled),
        "stripped": bundle.stripped and asdict(bundle.stripped),
        "entries": "the entries",
    }
    head, _, tail = json.dumps(document, indent=2, ensure_ascii=False).rpartition(_ENTRIES)
    return sealed(head, *_entries(archives), tail, "\n")


def _archive(packed: Packed, bundle: Bundle) -> dict[str, Any]:
    artifact = packed.artifact
    return {
        "file": artifact.path.name,
        "size": artifact.size,
        "unzipped": artifact.unzipped,
        "files": len(packed.planned),
        "sha256": artifact.sha256,
        "code_sha256": artifact.code_sha256,
        "date": str(bundle.moment),
    }


def _layer(
    function: Function, archives: tuple[Packed, ...], bundle: Bundle
) -> dict[str, Any] | None:
    """Describe the layer in the words of Lambda's PublishLayerVersion.

    https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
    """
    layer = next((one for one in archives if one.is_layer), None)
    if layer is None:
        return None
    return {
        **_archive(layer, bundle),
        "path": function.layer_folder,
        "compatible_runtimes": [function.target.runtime.name],
        "compatible_architectures": [function.target.architecture],
    }


def _function(function: Function) -> dict[str, Any]:
    values = dict(function.environment)
    compact = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return {
        "name": function.name,
        "handler": function.handler_text,
        "description": function.description,
        "memory": function.memory,
        "timeout": function.timeout,
        "ephemeral_storage": function.ephemeral_storage,
        "layers": list(function.layers),
        "triggers": [trigger.kind for trigger in function.triggers],
        "environment": {
            "names": sorted(values),
            "bytes": len(compact.encode("utf-8", "surrogatepass")) if values else 0,
        },
        **({"project_layers": list(used)} if (used := function.project_layers) else {}),
        **({"settings": dict(function.settings)} if function.settings else {}),
        **({"limits": function.limits} if function.limits != LIMITS[0] else {}),
    }


def _target(function: Function) -> dict[str, Any]:
    runtime = function.target.runtime
    brought = runtime.is_own and runtime.has_python
    return {
        "runtime": runtime.name,
        **({"python": "{}.{}".format(*runtime.python)} if brought else {}),
        "architecture": function.target.architecture,
        "system": runtime.system,
        "glibc": ".".join(map(str, runtime.glibc)),
    }


def _lock(lock: Lock) -> dict[str, Any] | None:
    if lock.path is None:
        return None
    return {"file": lock.path.name, "sha256": lock.digest, "resolver": lock.resolver}


def _ignored(verdict: Verdict) -> dict[str, Any]:
    """Record what the checks found all the same, where anything is ignored."""
    found = [
        {**_diagnostic(one.diagnostic), "reason": one.reason}
        for one in verdict.ignored
        if _lasts(one.diagnostic)
    ]
    return {"ignored": found} if found else {}


def _lasts(one: Diagnostic) -> bool:
    return one.code not in _DEPEND_ON_THE_DATE


def _diagnostic(one: Diagnostic) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity,
        "message": one.message,
        "where": None if one.where is None else str(one.where),
        "hint": one.hint,
    }


def _distributions(
    lock: Lock, bundle: Bundle, archives: tuple[Packed, ...], root: Path
) -> list[dict[str, Any]]:
    sources = {one.name: one.source for one in lock.packages}
    return [
        {
            "name": wheel.name,
            "version": wheel.version,
            "wheel": wheel.filename,
            "sha256": wheel.sha256,
            "size": wheel.size,
            **_share(_part(archives, wheel.name)),
            **_built_from(sources.get(wheel.name), root),
        }
        for wheel in sorted(bundle.wheels, key=lambda one: one.name)
    ]


def _built_from(source: BuiltFrom | None, root: Path) -> dict[str, Any]:
    if source is None:
        return {}
    table: dict[str, Any] = {
        "kind": source.kind,
        "location": portable_location(source.location, root).removeprefix("file:"),
    }
    if source.digest:
        table["digest"] = source.digest
    if source.requires:
        table["requires"] = list(source.requires)
    return {"built_from": table}


def _part(archives: tuple[Packed, ...], owner: str) -> Part:
    """Give the files of an owner, who has them all in one archive."""
    parts = (one.planned.part(owner) for one in archives)
    return next((part for part in parts if part.files), Part(owner, ()))


def _share(part: Part) -> dict[str, int]:
    return {"files": len(part.files), "zipped": part.zipped, "unzipped": part.unzipped}


def _entries(archives: tuple[Packed, ...]) -> Iterator[str]:
    """Write one entry a line: readable, and thirty times faster than an indented tree.

    Many lines are one piece of text: a hundred thousand on their own take twice the memory.
    """
    rows = _rows(archives)
    opening = "[\n    "
    while some := list(islice(rows, _ROWS)):
        yield opening + ",\n    ".join(some)
        opening = ",\n    "
    yield "\n  ]" if any(len(one.planned) for one in archives) else "[]"


def _rows(archives: tuple[Packed, ...]) -> Iterator[str]:
    for number, archive in enumerate(archives):
        place = '"in": "layer", ' if number else ""
        for part in archive.planned.parts:
            owner = encode_basestring(part.owner)
            for one in part.files:
                yield (
                    f'{{{place}"path": {encode_basestring(one.entry.path)}, "owner": {owner}, '
                    f'"size": {one.entry.size}, "compressed": {one.compressed}, '
                    f'"crc32": "{one.crc:08x}", "mode": "{one.entry.mode:04o}"}}'
                )
