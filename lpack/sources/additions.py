"""What the user declares of functions that were found elsewhere: it is added, and it wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.config.reading import Reading
    from lpack.config.settings import Declaration
    from lpack.model import Where
    from lpack.sources.base import Source
    from lpack.toml_lines import KeyPath

_WHOLE = frozenset({"handler", "source", "format"})
"""Keys that say where a function is, which those of a template do not need."""
NO_DEPENDENCIES = "no dependencies: "
"""How what is assumed begins where nothing declares any."""

Tables = dict[str, dict[str, Any]]


def with_template(declared: Declaration, reading: Reading, find: Source) -> Declaration:
    """Add the functions of the project's template, where all that is declared is more of them."""
    own = _own(declared)
    if not own or any(not table or _WHOLE & table.keys() for table in own.values()):
        return declared
    found = find(reading)
    if found is None or not own.keys() <= found.table["functions"].keys():
        return declared
    return joined(declared, found)


def joined(declared: Declaration | None, implied: Declaration) -> Declaration:
    """Put functions that were found under what the user declared besides."""
    if declared is None:
        return implied
    known: Tables = {name: dict(table) for name, table in implied.table["functions"].items()}
    own = {name: table for name, table in _own(declared).items() if name in known}
    functions = {name: {**table, **own.get(name, {})} for name, table in known.items()}
    return replace(
        declared,
        table={**declared.table, **implied.table, "functions": functions},
        assumed=implied.assumed,
        functions_where=implied.functions_where,
        places={**implied.places, **_places(declared, own)},
        more={name: _more(one, own.get(name, {})) for name, one in implied.more.items()},
        others=implied.others,
    )


def _own(declared: Declaration) -> Tables:
    """Give the tables of functions that the user declares."""
    found = declared.table.get("functions")
    tables = found.items() if isinstance(found, dict) else ()
    return {name: table for name, table in tables if isinstance(table, dict)}


def _places(declared: Declaration, own: Tables) -> dict[KeyPath, Where]:
    """Give the places of what the user declares of functions that were found."""
    paths = (whole[len(declared.prefix) :] for whole in declared.lines)
    keys = {("functions", name, key) for name, table in own.items() for key in table}
    return {path: declared.where(path) for path in paths if path[:3] in keys}


def _more(found: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take back what was assumed of dependencies, where the user declares them."""
    if "requirements" not in own:
        return found
    kept = (one for one in found.get("assumed", ()) if not one.startswith(NO_DEPENDENCIES))
    return {**found, "assumed": tuple(kept)}
