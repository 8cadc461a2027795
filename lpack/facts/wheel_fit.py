"""Whether a wheel is for a target, by the tags in its file name (PEP 425, PEP 491).

Compares strings, because every build asks it and packaging takes 30 ms to load; a test holds it
against packaging's own list of tags.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Literal

from lpack.platforms import MACHINES, platform_tags

if TYPE_CHECKING:
    from lpack.model import Target

Fit = Literal["fits", "any", "built-here", "misfit", "unknown"]
Tag = tuple[str, str, str]
"""Interpreter, ABI and platform."""

# packaging.tags starts the stable ABI at Python 3.2 and the `py3N` tags at 3.0.
_FIRST_ABI3 = 2
_PARTS = 5


def wheel_fit(filename: str, target: Target) -> Fit:
    """Judge a wheel: `any` fits every machine, `built-here` was built for an unknown glibc.

    What is no name of a wheel is `unknown`: an installed distribution does not always tell more.
    """
    if not filename.endswith(".whl"):
        return "unknown"
    tags = _tags(filename)
    platforms = frozenset(platform_tags(target))
    fitting = [tag for tag in tags if _is_accepted(tag, target, platforms)]
    if fitting:
        return "any" if all(platform == "any" for *_, platform in tags) else "fits"
    local = frozenset({f"linux_{MACHINES[target.architecture]}"})
    built_here = any(_is_accepted(tag, target, local) for tag in tags)
    return "built-here" if built_here else "misfit"


def _is_accepted(tag: Tag, target: Target, platforms: frozenset[str]) -> bool:
    interpreter, abi, platform = tag
    major, minor = target.runtime.python
    own = f"cp{major}{minor}"
    pure = interpreter in {f"py{major}", *(f"py{major}{n}" for n in range(minor + 1))}
    if platform == "any":
        return abi == "none" and (pure or interpreter == own)
    if platform not in platforms:
        return False
    if abi == "none":
        return pure or interpreter == own
    if abi == "abi3":
        return interpreter in {f"cp{major}{n}" for n in range(_FIRST_ABI3, minor + 1)}
    return interpreter == abi == own


def _tags(filename: str) -> list[Tag]:
    """Read the tags of a wheel's name, several of which may stand for a part."""
    parts = filename.removesuffix(".whl").split("-")
    if len(parts) < _PARTS or not filename.endswith(".whl"):
        return []
    interpreters, abis, platforms = (part.lower().split(".") for part in parts[-3:])
    return list(product(interpreters, abis, platforms))
