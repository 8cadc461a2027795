"""Poetry's version constraints, in the words of PEP 440 and of markers.

https://python-poetry.org/docs/dependency-specification/#version-constraints
"""

from __future__ import annotations

import re

Constraint = tuple[str, str]
"""Operator of PEP 440, and version."""

_PART = re.compile(r"(\^|~=|~|===|==|!=|>=|<=|>|<|=)?\s*[vV]?(\*|\d[\w.*+!-]*)")
_RELEASE = re.compile(r"(?:\d+!)?(\d+(?:\.\d+)*)")
_LONGEST = 500


class UnreadableConstraintError(ValueError):
    """The text is no constraint, or one that PEP 440 has no words for."""


def specifier(text: str) -> str:
    """Write a constraint as PEP 440 does; raises UnreadableConstraintError."""
    alternatives = _alternatives(text)
    if len(alternatives) != 1:
        raise UnreadableConstraintError("PEP 440 has no `or`")
    return ",".join(f"{operator}{version}" for operator, version in alternatives[0])


def python_marker(text: str) -> str:
    """Write a constraint on Python as a marker; raises UnreadableConstraintError."""
    alternatives = [
        " and ".join(_compared(*one) for one in conditions) for conditions in _alternatives(text)
    ]
    if "" in alternatives:
        return ""
    return (
        alternatives[0] if len(alternatives) == 1 else " or ".join(f"({a})" for a in alternatives)
    )


def platform_marker(text: str) -> str:
    """Write `linux`, `!=win32` or `linux || darwin` as a marker."""
    names = [re.fullmatch(r"\s*(==|!=)?\s*([\w-]+)\s*", one) for one in re.split(r"\|\|?", text)]
    compared = [f"sys_platform {one[1] or '=='} '{one[2]}'" for one in names if one]
    return " or ".join(compared) if all(names) else f"sys_platform == '{text}'"


def _alternatives(text: str) -> list[list[Constraint]]:
    if len(text) > _LONGEST:
        raise UnreadableConstraintError("it is too long")
    return [_conditions(one) for one in re.split(r"\s*\|\|?\s*", text.strip())]


def _conditions(text: str) -> list[Constraint]:
    """Read parts that must all hold, with commas or spaces between them."""
    rest, found = text.strip(), []
    while rest:
        part = _PART.match(rest)
        if not part:
            raise UnreadableConstraintError("it is no version constraint")
        found += _expanded(part[1] or "", part[2])
        rest = rest[part.end() :].lstrip(" \t,")
    return found


def _expanded(operator: str, version: str) -> list[Constraint]:
    if version == "*":
        return []
    if version.endswith(".*"):
        return _of_wildcard(operator, version.removesuffix(".*"))
    if "*" in version:
        raise UnreadableConstraintError("a star stands at the end only")
    if operator in ("^", "~"):
        return [(">=", version), ("<", _caret(version) if operator == "^" else _tilde(version))]
    return [("==" if operator in ("", "=") else operator, version)]


def _of_wildcard(operator: str, version: str) -> list[Constraint]:
    if operator in ("", "=", "=="):
        return [("==", f"{version}.*")]
    if operator == "!=":
        return [("!=", f"{version}.*")]
    return _expanded(operator, version)


def _caret(version: str) -> str:
    """Raise the leftmost number that is not zero, or the last one that is given."""
    numbers = _numbers(version)
    place = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
    return _raised(numbers, place)


def _tilde(version: str) -> str:
    """Raise the second number, or the first one where it is alone."""
    numbers = _numbers(version)
    return _raised(numbers, min(1, len(numbers) - 1))


def _numbers(version: str) -> list[int]:
    release = _RELEASE.match(version)
    if not release:
        raise UnreadableConstraintError("it is no version")
    return [int(number[:50]) for number in release[1].split(".")]


def _raised(numbers: list[int], place: int) -> str:
    kept = [*numbers[:place], numbers[place] + 1]
    padding = [0] * (len(numbers) - len(kept))
    return ".".join(map(str, [*kept, *padding])) + (".0" if len(numbers) == 1 else "")


def _compared(operator: str, version: str) -> str:
    """Compare with the minor version, as all releases of one have the same features."""
    bare = version.removesuffix(".*")
    if bare != version and "." not in bare:
        return f"python_version >= '{bare}.0' and python_version < '{_caret(bare)}'"
    if bare.count(".") > 1 and operator in (">=", "<", ">", "<=", "==", "!="):
        return f"python_full_version {operator} '{version}'"
    if bare.count(".") == 0:
        bare = f"{bare}.0" if operator in (">=", "<") else bare
    return f"python_version {operator} '{bare}'"
