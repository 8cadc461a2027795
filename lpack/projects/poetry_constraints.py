"""Poetry's version constraints, written as PEP 440 and PEP 508 do.

https://python-poetry.org/docs/dependency-specification/
"""

from __future__ import annotations

import re

from lpack.lazily import pattern

_OR = pattern(r"\s*\|\|?\s*")
_PART = pattern(
    r"(?P<operator>\^|~=|~|>=|<=|>|<|===?|=|!=)?\s*v?(?P<version>\d[^\s,]*|\*)\s*(?:,\s*|\s+|\Z)"
)
_RELEASE = pattern(r"(\d{1,9}(?:\.\d{1,9}){0,9})(.*)", re.DOTALL)
_LONGEST = 500


def specifiers(constraint: str) -> str:
    """Write a constraint as the specifiers of PEP 440, empty for any version.

    Raises ValueError where it cannot be: it has alternatives, or is malformed.
    """
    found = alternatives(constraint)
    if len(found) > 1:
        raise ValueError("it has alternatives")
    return found[0]


def alternatives(constraint: str) -> tuple[str, ...]:
    """Write each alternative of a constraint as specifiers; raises ValueError."""
    return tuple(",".join(_conditions(one)) for one in _OR.split(constraint.strip()))


def python_marker(constraint: str) -> str:
    """Write a constraint on Python as a marker, empty for any Python; raises ValueError."""
    found = [_conditions(one) for one in _OR.split(constraint.strip())]
    if not all(found):
        return ""
    written = [" and ".join(_marker(one) for one in conditions) for conditions in found]
    if len(written) == 1:
        return written[0]
    return " or ".join(f"({one})" for one in written)


def _conditions(constraint: str) -> list[str]:
    """Give the conditions that all have to hold."""
    found: list[str] = []
    position = 0
    text = constraint.strip()
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise ValueError("it is malformed")
        found += _condition(part["operator"] or "", part["version"])
        position = part.end()
    return found


def _condition(operator: str, version: str) -> list[str]:
    if version == "*":
        return []
    if operator in ("^", "~"):
        return [f">={version}", f"<{_next(operator, version)}"]
    if operator in ("", "=", "=="):
        return [f"=={version}"]
    return [f"{operator}{version}"]


def _next(operator: str, version: str) -> str:
    """Give the first version that `^` or `~` leaves out, with as many parts."""
    release = _RELEASE.fullmatch(version)
    if release is None:
        raise ValueError("it is malformed")
    parts = [int(part) for part in release[1].split(".")]
    if operator == "~":
        place = min(1, len(parts) - 1)
    else:
        place = next((index for index, part in enumerate(parts) if part), len(parts) - 1)
    raised = [*parts[:place], parts[place] + 1]
    return ".".join(str(part) for part in raised + [0] * (len(parts) - len(raised)))


def _marker(condition: str) -> str:
    found = re.fullmatch(r"([<>=!~]+)(.*)", condition)
    if found is None:
        raise ValueError("it is malformed")
    operator, version = found[1], found[2]
    key = "python_full_version" if version.count(".") > 1 else "python_version"
    return f'{key} {operator} "{version}"'
