"""What of a configuration file concerns one function: all that is not certain to be of others."""

from __future__ import annotations

from typing import Any

from lpack.data import parse_toml
from lpack.errors import LpackError

FILES = ("lpack.toml", "pyproject.toml")
_FUNCTIONS = "functions"
# Tools that look at the source while it is written; no builder and no installer reads them.
_ASIDE = frozenset(
    {
        *("bandit", "basedpyright", "black", "codespell", "commitizen", "coverage", "deptry"),
        *("flake8", "importlinter", "interrogate", "isort", "mypy", "nox", "pydocstyle"),
        *("pylint", "pyright", "pytest", "ruff", "semantic_release", "tox", "ty", "vulture"),
    }
)


def concerning(content: bytes, file: str, function: str) -> dict[str, Any] | None:
    """Give the document of a configuration file without what is of other functions or tools.

    None for one that cannot be read.
    """
    try:
        document = parse_toml(content.decode("utf-8-sig"), file)
    except (LpackError, ValueError):
        return None
    if file == FILES[0]:
        return _of_function(document, function)
    tools = document.get("tool", {})
    if not isinstance(tools, dict):
        return document
    kept = {name: table for name, table in tools.items() if name not in _ASIDE}
    if isinstance(kept.get("lpack"), dict):
        kept["lpack"] = _of_function(kept["lpack"], function)
    return {**document, "tool": kept}


def _of_function(table: dict[str, Any], function: str) -> dict[str, Any]:
    """Leave the tables of other functions out; where it has none, it is found by convention."""
    functions = table.get(_FUNCTIONS)
    if not isinstance(functions, dict) or function not in functions:
        return table
    return {**table, _FUNCTIONS: {function: functions[function]}}
