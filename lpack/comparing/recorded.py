"""What two manifests record differently beside files: settings, target, lock, lpack itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.comparing.sides import Side

# Told as files and distributions, or a consequence of these.
_TOLD_ELSEWHERE = frozenset(
    {
        "$schema",
        "artifact",
        "diagnostics",
        "distributions",
        "entries",
        "layer",
        "left_out",
        "own_files",
        "seal",
        "slimmed",
    }
)
_CONSEQUENCES = frozenset(
    {"compressed.saved", "bytecode.files", "bytecode.bytes", "stripped.bytes"}
)
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Recorded:
    """A value that two manifests do not share."""

    key: str
    """Dotted, such as `function.memory`."""
    before: Any
    """None where it is not there."""
    after: Any


def recorded(before: Side, after: Side) -> tuple[Recorded, ...]:
    """Compare what the manifests record, if both sides have one; in the order of the manifest."""
    if before.manifest is None or after.manifest is None:
        return ()
    old = dict(_flat(before.manifest.document))
    new = dict(_flat(after.manifest.document))
    return tuple(
        Recorded(key, old.get(key), new.get(key))
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    )


def _flat(table: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if (not prefix and key in _TOLD_ELSEWHERE) or f"{prefix}{key}" in _CONSEQUENCES:
            continue
        if isinstance(value, dict) and depth < _DEPTH:
            yield from _flat(value, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", value
