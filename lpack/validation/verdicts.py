"""Remembers which tables were found valid, so that jsonschema is loaded only for new ones.

A wrong memory could spare a table its check, never change what is built from a valid one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack import __version__
from lpack.data import own_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = "valid-1"


class Verdicts:
    """The tables that fitted their schema, in the cache: one empty file each."""

    def __init__(self, cache: str) -> None:
        """Name the cache folder."""
        self._folder = Path(cache, _FOLDER)

    def was_valid(self, table: Mapping[str, Any], schema_name: str) -> bool:
        """Whether this very table fitted this very schema before."""
        return self._file(table, schema_name).is_file()

    def remember(self, table: Mapping[str, Any], schema_name: str) -> None:
        """Note that a table is valid; a cache that cannot be written forgets it."""
        file = self._file(table, schema_name)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()

    def _file(self, table: Mapping[str, Any], schema_name: str) -> Path:
        schema = own_text("schemas", f"{schema_name}.schema.json")
        # `repr` tells apart what JSON does not: 1 and 1.0, a date and its text.
        content = json.dumps([__version__, schema, repr(table)])
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / digest[:2] / digest
