"""Distributions whose `*.dist-info` somebody has removed, to make the package smaller.

Zappa and the `slim` of serverless-python-requirements do, for example. What is left tells enough:
libraries that auditwheel has put beside a package, and modules that everybody knows.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from lpack.facts.standard_modules import distribution_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet

_LIBRARIES = ".libs"
_ROOT = re.compile(r"(?:python/(?:lib/python3\.\d{1,2}/site-packages/)?)?")


def stripped(paths: AbstractSet[str], owned: Mapping[str, str]) -> dict[str, list[str]]:
    """Give the files of distributions that nothing lists, by a name that is probably theirs.

    Only packages at the root of a function, or of a layer, that have an `__init__.py`.
    """
    tops = {root + name for path in paths if (found := _split(path)) for root, name in [found]}
    names: dict[str, str] = {}
    for top in tops:
        init = f"{top}/__init__.py"
        if init in paths and init not in owned:
            module = posixpath.basename(top)
            name = distribution_of(module) or (module if top + _LIBRARIES in tops else "")
            if name:
                names[top] = names[top + _LIBRARIES] = _normalised(name)
    return _grouped(paths, owned, names)


def _grouped(
    paths: Collection[str], owned: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths if names else ():
        place = _split(path)
        name = names.get("".join(place)) if place else None
        if name is not None and path not in owned:
            found.setdefault(name, []).append(path)
    return found


def _split(path: str) -> tuple[str, str] | None:
    """Give the root that a file lies below, and its folder there; None for a file of the root."""
    match = _ROOT.match(path)
    root = match[0] if match else ""
    name, slash, _ = path[len(root) :].partition("/")
    return (root, name) if slash else None


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
