"""The package as text: every file with its size and its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.printed import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.model import Bundle, Entry


def render_listing(parts: Mapping[str, Bundle]) -> str:
    """Give one line per file, in the order of the archive, and what stays out below.

    `parts` are what the package is cut into, by file name, which stands above each if there are
    several.
    """
    everything = [entry for bundle in parts.values() for entry in bundle.entries]
    width = max((len(f"{entry.size:,}") for entry in everything), default=1)
    owners = max((len(entry.owner or "(own)") for entry in everything), default=1)
    lines: list[str] = []
    for name, bundle in parts.items():
        lines += [f"{name}:"] if len(parts) > 1 else []
        lines += [_line(entry, bundle, width, owners) for entry in bundle.entries]
        lines.append(f"{bundle.unzipped:>{width},}  {len(bundle.entries):,} files")
    first = next(iter(parts.values()))
    lines += (f"{'-':>{width}}  left out: {one}" for one in _left_out(first))
    return "\n".join(lines) + "\n"


def _line(entry: Entry, bundle: Bundle, width: int, owners: int) -> str:
    path = safe(bundle.prefix + entry.path)
    return f"{entry.size:>{width},}  {entry.owner or '(own)':<{owners}}  {path}"


def _left_out(bundle: Bundle) -> Iterator[str]:
    for one in bundle.excluded:
        of_owner = f" of {one.owner}" if one.owner else ""
        yield f"{safe(one.path)}{of_owner} ({one.rule})"


def listed(parts: Mapping[str, Bundle]) -> dict[str, Any]:
    """Give the same as JSON values."""
    return {
        "unzipped": sum(bundle.unzipped for bundle in parts.values()),
        "files": [
            {
                "path": bundle.prefix + one.path,
                "owner": one.owner,
                "size": one.size,
                "mode": f"{one.mode:04o}",
                **({"in": name} if len(parts) > 1 else {}),
            }
            for name, bundle in parts.items()
            for one in bundle.entries
        ],
        "left_out": [
            {"path": one.path, "owner": one.owner, "rule": one.rule}
            for one in next(iter(parts.values())).excluded
        ],
    }
