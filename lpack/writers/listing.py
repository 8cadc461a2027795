"""The package as text: every file with its size and its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    lines += [f"{'-':>{width}}  left out: {safe(one.path)} ({one.rule})" for one in bundle.excluded]
    return "\n".join(lines) + "\n"
