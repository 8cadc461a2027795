"""Which files differ because bytecode or stripping does, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.comparing.names import brief

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.comparing.files import Change
    from lpack.comparing.sides import Side

_WHICH = {"all": "all modules", "imported": "imported modules"}


def is_bytecode(change: Change) -> bool:
    """Tell whether a file is compiled Python code beside its source."""
    folder, _, name = change.path.rpartition("/")
    return name.endswith(".pyc") and f"/{folder}".endswith("/__pycache__")


def about_bytecode(before: Side, after: Side) -> str:
    """Say what differs about bytecode as such, or that its sources do."""
    old, new = _table(before, "bytecode"), _table(after, "bytecode")
    if old is None and new is not None:
        return f"bytecode of {_WHICH.get(str(new.get('modules')), 'modules')} is new"
    if old is not None and new is None:
        return "bytecode is gone"
    if old is None or new is None or old.get("modules") != new.get("modules"):
        return "bytecode is of other modules"
    if old.get("python") != new.get("python"):
        pythons = (brief(str(one.get("python"))) for one in (old, new))
        return "bytecode is of Python {1} instead of {0}".format(*pythons)
    return "bytecode changed with its modules"


def about_stripping(before: Side, after: Side) -> str:
    """Say that only one side has stripped libraries; empty if that is not so, or not known."""
    if before.manifest is None or after.manifest is None:
        return ""
    old, new = _table(before, "stripped"), _table(after, "stripped")
    if (old is None) == (new is None):
        return ""
    return "shared libraries are stripped" if old is None else "no libraries are stripped any more"


def is_library(change: Change) -> bool:
    """Tell whether a file is one that stripping may have changed."""
    name = change.path.rpartition("/")[2]
    return change.kind == "changed" and (name.endswith(".so") or ".so." in name)


def _table(side: Side, key: str) -> Mapping[str, Any] | None:
    found = None if side.manifest is None else side.manifest.document.get(key)
    return found if isinstance(found, dict) else None
