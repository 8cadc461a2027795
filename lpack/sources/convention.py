"""A function that nothing declares: the project has one handler where handlers usually are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.config.settings import Declaration
from lpack.errors import UsageError
from lpack.model import Where
from lpack.sources.handlers import candidates_listed, find_in_project, place_to_declare

if TYPE_CHECKING:
    from lpack.config.reading import Reading

_LONGEST_NAME = 64


def find_by_convention(reading: Reading) -> Declaration | None:
    """Find the project's only handler, or give None where there is none.

    Raises UsageError LP009 when there are several.
    """
    candidates = find_in_project(reading)
    if not candidates:
        return None
    if len(candidates) > 1:
        raise UsageError(
            "LP009",
            f"there are several handlers: {candidates_listed(candidates)}",
            where=Where(reading.shown(candidates[0].file)),
            hint=f"declare the functions: `handler = …` in {place_to_declare(reading)}",
        )
    found = candidates[0]
    function = {"handler": found.text, "source": reading.shown(found.source)}
    return Declaration(
        reading.shown(found.file),
        {"functions": {_function_name(reading): function}},
        assumed=(found.sentence(reading),),
        functions_where=Where(reading.shown(found.file)),
    )


def _function_name(reading: Reading) -> str:
    name = reading.project_table(reading.root).get("name")
    name = name if isinstance(name, str) else reading.root.name
    allowed = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    return allowed[:_LONGEST_NAME] or "function"
