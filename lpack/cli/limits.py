"""`lpack limits`: Lambda's numbers, each with the page that states it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from lpack.facts.limits import read_limits
from lpack.printed import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.cli.context import Context

_NOT_LIMITS = {"description", "source", "items", "properties", "type"}


def limits(context: Context) -> int:
    """Print a profile of limits as a table."""
    profile = read_limits(context.options.limits)
    rows = [(name, row) for name, row in profile.rows() if row.keys() - _NOT_LIMITS]
    if context.options.output == "json":
        listed = [
            {"name": name, **{key: row[key] for key in row if key not in ("items", "properties")}}
            for name, row in rows
        ]
        document = {"profile": profile.profile, "limits": listed}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
        return 0
    names, values = max(len(name) for name, _ in rows), max(len(_limit(row)) for _, row in rows)
    for name, row in rows:
        sys.stdout.write(f"{name:<{names}}  {_limit(row):<{values}}  {row['description']}\n")
        sys.stdout.write(f"{'':<{names}}  {row['source']}\n")
    return 0


def _limit(row: Mapping[str, Any]) -> str:
    """Write the numbers of a limit in few words; a pattern or a list of names by its kind."""
    least = row.get("minimum", row.get("minLength"))
    most = row.get("maximum", row.get("maxLength", row.get("maxItems")))
    step = f" in steps of {row['multipleOf']}" if "multipleOf" in row else ""
    if least is not None and most is not None:
        return f"{least:,} to {most:,}{step}"
    if most is not None:
        return f"at most {most:,}"
    if least is not None:
        return f"at least {least:,}"
    names = row.get("enum") or row.get("not", {}).get("enum", ())
    return f"{count(len(names), 'name')}" if names else "a pattern"
