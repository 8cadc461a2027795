"""`[tool.poetry.dependencies]`: the names that a poetry.lock then gives versions to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import Requirement, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# https://python-poetry.org/docs/dependency-specification/ - caret and tilde requirements.
_CARET = re.compile(r"^\^\s*(\d+)(?:\.(\d+))?")
_TILDE = re.compile(r"^~\s*(\d+)(?:\.(\d+))?")


def poetry_requirements(table: Mapping[str, Any], where: Where) -> Iterator[Requirement]:
    """Give the main dependencies, without versions; raises BuildError LP104."""
    for name, value in table.items():
        if name.lower() == "python":
            continue
        for one in value if isinstance(value, list) else [value]:
            requirement = _requirement(name, one if isinstance(one, dict) else {}, where)
            if requirement is not None:
                yield requirement


def _requirement(name: str, details: Mapping[str, Any], where: Where) -> Requirement | None:
    if any(key in details for key in ("git", "path", "url", "file")):
        raise BuildError(
            "LP104",
            f"`{name}` comes from a repository, a folder or an address",
            where=where,
            hint="publish it to an index, or put its files below `source`",
        )
    if details.get("optional"):
        return None
    extras = ",".join(details.get("extras", ()))
    conditions = [f"({details['markers']})"] if details.get("markers") else []
    conditions += _python_conditions(str(details.get("python", "")))
    marker = f" ; {' and '.join(conditions)}" if conditions else ""
    return Requirement(f"{name}{f'[{extras}]' if extras else ''}{marker}", where)


def _python_conditions(constraint: str) -> list[str]:
    """Turn `>=3.8,<3.11`, `^3.8` or `~3.8` into markers."""
    conditions = []
    for part in filter(None, (part.strip() for part in constraint.split(","))):
        caret = _CARET.match(part)
        matched = caret or _TILDE.match(part)
        if matched:
            major, minor = int(matched[1]), int(matched[2] or 0)
            upper = f"{major + 1}.0" if caret else f"{major}.{minor + 1}"
            conditions.append(f"python_version >= '{major}.{minor}'")
            conditions.append(f"python_version < '{upper}'")
        else:
            found = re.fullmatch(r"(>=|<=|<|>|==|!=)?\s*(\d+(?:\.\d+)*)(?:\.\*)?", part)
            if found:
                conditions.append(f"python_version {found[1] or '=='} '{found[2]}'")
    return conditions
