"""Version constraints as Poetry writes them.

https://python-poetry.org/docs/dependency-specification/#version-constraints
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.specifiers import SpecifierSet

_OPERATOR = re.compile(r"(?<=[0-9a-z*])\s+(?=[<>=!~^])", re.IGNORECASE)
_LONGEST = 10_000


def allows(constraint: str, version: str) -> bool:
    """Whether a version satisfies a constraint; raises ValueError when one of them is none."""
    return any(one.contains(version, prereleases=True) for one in _parsed(constraint))


@lru_cache(maxsize=4096)
def _parsed(constraint: str) -> tuple[SpecifierSet, ...]:
    """Give the alternatives of a constraint."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - 20 ms

    if len(constraint) > _LONGEST:
        raise ValueError("it is too long")
    alternatives = (part for part in re.split(r"\|\|?", constraint))
    return tuple(SpecifierSet(",".join(_specifiers(part))) for part in alternatives)


def _specifiers(constraint: str) -> list[str]:
    parts = (part.strip() for part in _OPERATOR.sub(",", constraint).split(","))
    return [one for part in parts if part not in ("", "*") for one in _specifier(part)]


def _specifier(part: str) -> list[str]:
    if part.startswith("^"):
        return _range(part[1:].strip(), _place_of_caret)
    if part.startswith("~") and not part.startswith("~="):
        return _range(part[1:].strip(), _place_of_tilde)
    if re.match(r"=[^=]", part):
        return [f"={part}"]
    return [part if part[0] in "<>=!~" else f"=={part}"]


def _range(lowest: str, place: Callable[[tuple[int, ...]], int]) -> list[str]:
    """Give all versions that have the same numbers as the lowest before a place."""
    from packaging.version import Version  # noqa: PLC0415 - 20 ms

    release = Version(lowest).release
    kept = place(release)
    upper = ".".join(map(str, (*release[:kept], release[kept] + 1)))
    return [f">={lowest}", f"<{upper}"]


def _place_of_caret(release: tuple[int, ...]) -> int:
    """Give the place of the left-most number that is not zero."""
    return next((place for place, number in enumerate(release) if number), len(release) - 1)


def _place_of_tilde(release: tuple[int, ...]) -> int:
    return min(1, len(release) - 1)
