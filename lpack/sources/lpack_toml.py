"""Functions declared in lpack.toml, whose top level is what `[tool.lpack]` is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.config.settings import Declaration
from lpack.toml_lines import key_lines

if TYPE_CHECKING:
    from lpack.config.reading import Reading

_FILE = "lpack.toml"


def read_lpack_toml(reading: Reading) -> Declaration | None:
    """Read lpack.toml, or give None where there is none.

    Raises UsageError LP004 or LP005.
    """
    path = reading.root / _FILE
    text = reading.text(path)
    if text is None:
        return None
    return Declaration(_FILE, reading.toml(path), (), key_lines(text))
