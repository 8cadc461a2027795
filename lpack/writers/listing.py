"""The package as text: every file with its size and its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.printed import safe

if TYPE_CHECKING:
    from lpack.model import Bundle


def render_listing(bundle: Bundle) -> str:
    """Give one line per file, in the order of the archive, and what stays out below."""
    width = max((len(f"{entry.size:,}") for entry in bundle.entries), default=1)
    owners = max((len(entry.owner or "(own)") for entry in bundle.entries), default=1)
    lines = [
        f"{entry.size:>{width},}  {entry.owner or '(own)':<{owners}}  {safe(entry.path)}"
        for entry in bundle.entries
    ]
    lines.append(f"{bundle.unzipped:>{width},}  {len(bundle.entries):,} files")
    for one in bundle.excluded:
        of_owner = f" of {one.owner}" if one.owner else ""
        lines.append(f"{'-':>{width}}  left out: {safe(one.path)}{of_owner} ({one.rule})")
    return "\n".join(lines) + "\n"


def listed(bundle: Bundle) -> dict[str, Any]:
    """Give the same as JSON values."""
    return {
        "unzipped": bundle.unzipped,
        "files": [
            {"path": one.path, "owner": one.owner, "size": one.size, "mode": f"{one.mode:04o}"}
            for one in bundle.entries
        ],
        "left_out": [
            {"path": one.path, "owner": one.owner, "rule": one.rule} for one in bundle.excluded
        ],
    }
