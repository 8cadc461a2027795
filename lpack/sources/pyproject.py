"""Functions declared in `[tool.lpack]` of pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.config.settings import Declaration
from lpack.errors import UsageError
from lpack.toml_lines import key_lines

if TYPE_CHECKING:
    from lpack.config.reading import Reading

_FILE = "pyproject.toml"


def read_pyproject(reading: Reading) -> Declaration | None:
    """Read `[tool.lpack]`, or give None where there is none.

    Raises UsageError LP004, LP005 (the file), or LP006 (not a table).
    """
    path = reading.root / _FILE
    tool = reading.toml(path).get("tool", {})
    if not isinstance(tool, dict) or "lpack" not in tool:
        return None
    table = tool["lpack"]
    if not isinstance(table, dict):
        where = reading.where(path, ("tool", "lpack"))
        raise UsageError("LP006", "`tool.lpack` must be a table", where=where)
    lines = key_lines(reading.text(path) or "")
    return Declaration(_FILE, table, ("tool", "lpack"), lines)
