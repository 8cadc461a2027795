"""`lpack diff`: why the hash of a package changed."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.comparing.causes import sizes
from lpack.comparing.difference import Difference, OwnerSize, difference
from lpack.comparing.names import brief
from lpack.comparing.sides import Side, open_side
from lpack.printed import megabytes, safe
from lpack.values import asdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpack.cli.context import Context
    from lpack.comparing.files import Change
    from lpack.comparing.recorded import Recorded
    from lpack.comparing.sides import Item

_LINES = 10
"""Of each part, unless `--all` asks for more."""
_YOURS = "your own files"
_ALL = "all, with headers"


def diff(context: Context) -> int:
    """Compare two packages; exit status 1 if they differ."""
    options = context.options
    with ExitStack() as stack:
        before, after = (
            open_side(one, options.manifest, Path(options.project), context.system, stack)
            for one in (options.before, options.after)
        )
        found = difference(before, after)
        if options.output == "json":
            sys.stdout.write(json.dumps({"diff": _document(found)}, indent=2) + "\n")
        elif not context.style.quiet:
            limit = len(found.changes) + len(found.owners) + _LINES if options.all else _LINES
            lines = (*_text(found, limit), *_layers(found, limit))
            sys.stdout.write("".join(f"{safe(line)}\n" for line in lines))
    return 0 if found.same else 1


def _text(found: Difference, limit: int) -> Iterator[str]:
    if found.same_hash:
        yield f"the hash is the same: {found.after.sha256}"
    else:
        same = any(found.changes) and all(one.kind == "packed" for one in found.changes)
        yield ("every file has the same content; " if same else "") + "the hash differs because"
        yield from _limited([f"  {one.text}" for one in found.causes], limit)
    if found.recorded:
        yield "the manifests record besides"
        yield from _limited([f"  {_recorded(one)}" for one in found.recorded], limit)
    if not found.same_hash:
        yield "zipped by owner"
        yield from _sizes(found, limit)
    changes = [one for one in found.changes if one.kind != "packed"]
    if changes:
        yield "files"
        yield from _limited([f"  {_change(one)}" for one in changes], limit)


def _layers(found: Difference, limit: int) -> Iterator[str]:
    """Tell of the layers beside the two packages."""
    before, after = found.before.layer, found.after.layer
    if found.layer is not None:
        yield f"of the layer, {brief(_name(found.layer.after))}"
        yield from (f"  {line}" for line in _text(found.layer, limit))
    elif after is not None:
        yield f"the layer {brief(_name(after))} is new: {megabytes(after.size)}"
    elif before is not None:
        yield f"the layer {brief(_name(before))} is gone: {megabytes(before.size)}"


def _name(layer: Side) -> str:
    return layer.manifest.file if layer.manifest else layer.given


def _limited(lines: Sequence[str], limit: int) -> Iterator[str]:
    yield from lines[:limit]
    if len(lines) > limit:
        yield f"  and {len(lines) - limit:,} more; `--all` shows them"


def _recorded(one: Recorded) -> str:
    if one.key == "lock.sha256":
        return "the lock has other content"
    return f"{brief(one.key)}: {_value(one.before)} -> {_value(one.after)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return brief(text)


def _sizes(found: Difference, limit: int) -> Iterator[str]:
    rows = [_row(one) for one in found.owners if _differs(one) or limit > _LINES]
    total = (_ALL, found.before.size, found.after.size)
    chosen = [*rows[:limit], total]
    width = max(len(label) for label, _, _ in chosen)
    lines = [f"  {label:<{width}}  {_before_after(old, new)}" for label, old, new in chosen]
    yield from lines[:-1]
    if len(rows) > limit:
        yield f"  and {len(rows) - limit:,} more; `--all` shows them"
    yield lines[-1]


def _differs(one: OwnerSize) -> bool:
    return (one.before, one.files_before) != (one.after, one.files_after)


def _row(one: OwnerSize) -> tuple[str, int, int]:
    return brief(one.owner) or _YOURS, one.before, one.after


def _before_after(old: int, new: int) -> str:
    if old == new:
        return f"{megabytes(new)} as before"
    sign = "+" if new > old else "-"
    return f"{megabytes(old)} -> {megabytes(new)}  ({sign}{megabytes(abs(new - old))})"


def _change(one: Change) -> str:
    label = {"added": "new", "removed": "gone"}.get(one.kind, one.kind)
    return f"{label:<7}  {brief(one.path)}  {sizes(one.before, one.after)}"


def _document(found: Difference) -> dict[str, Any]:
    return {
        "same": found.same,
        "same_hash": found.same_hash,
        "before": _side(found.before),
        "after": _side(found.after),
        "layer": _layer_document(found),
        "causes": [asdict(one) for one in found.causes],
        "recorded": [asdict(one) for one in found.recorded],
        "distributions": [
            {
                "name": one.name,
                "move": one.move,
                "before": asdict(one.before) if one.before else None,
                "after": asdict(one.after) if one.after else None,
            }
            for one in found.distributions
        ],
        "owners": [asdict(one) for one in found.owners],
        "files": [
            {
                "path": one.path,
                "owner": one.owner,
                "change": one.kind,
                "packing": list(one.ways),
                "before": _item(one.before),
                "after": _item(one.after),
            }
            for one in found.changes
        ],
    }


def _layer_document(found: Difference) -> dict[str, Any] | None:
    if found.layer is not None:
        return _document(found.layer)
    sides = {"before": found.before.layer, "after": found.after.layer}
    if not any(sides.values()):
        return None
    return {"same": False, **{key: _side(one) if one else None for key, one in sides.items()}}


def _side(side: Side) -> dict[str, Any]:
    return {
        "given": side.given,
        "sha256": side.sha256,
        "size": side.size,
        "files": len(side.items),
        "has_zip": side.data is not None,
        "has_manifest": side.manifest is not None,
    }


def _item(item: Item | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "size": item.size,
        "compressed": item.compressed,
        "crc32": f"{item.crc:08x}",
        "mode": None if item.mode is None else f"{item.mode:04o}",
        "date": item.date,
    }
