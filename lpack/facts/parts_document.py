"""What the parts of a package tell, as members of the facts document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.facts.standard_modules import distribution_of

if TYPE_CHECKING:
    from lpack.facts.part_findings import Parts
    from lpack.facts.shape import Shape


def parts_document(parts: Parts) -> dict[str, Any]:
    """Write what was found as `imports`, `contents` and `secrets`."""
    return {
        "imports": {
            "unshipped": [
                {
                    "module": one.module,
                    "standing": one.standing,
                    "distribution": distribution_of(one.module) or None,
                    "owner": one.owner,
                    "path": one.path,
                    "line": one.line,
                    "certain": one.certain,
                    "deeper": one.deeper or None,
                }
                for one in parts.unshipped
            ],
            "elsewhere": parts.elsewhere or None,
            "unused": [{"name": one.name, "bytes": one.bytes} for one in parts.unused],
        },
        "contents": _contents(parts.shape),
        "secrets": {
            "found": [
                {"path": one.path, "line": one.line or None, "kind": one.kind}
                for one in parts.secrets
            ],
            "unread": parts.unread,
        },
    }


def _contents(shape: Shape) -> dict[str, Any]:
    return {
        "unreadable": [one.path for one in shape.unreadable],
        "links": [one.path for one in shape.links],
        "collisions": [list(pair) for pair in shape.collisions],
        "path_files": [
            {"path": one.path, "owner": one.owner, "lines": one.lines, "folders": one.folders}
            for one in shape.path_files
        ],
        "archives": [
            {"path": one.path, "owner": one.owner, "bytes": one.bytes} for one in shape.archives
        ],
        "bytecode": [
            {
                "path": one.path,
                "owner": one.owner,
                "python": one.python or None,
                "loaded": one.loaded,
            }
            for one in shape.bytecode
        ],
        "in_layers": [one.path for one in shape.in_layers],
        "twice": [{"name": name, "versions": list(found)} for name, found in shape.twice],
    }
