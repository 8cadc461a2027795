"""Which Pythons a project is for, as its pyproject.toml says, and which runtimes have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import RequiredPython
from lpack.platforms import RUNTIMES
from lpack.projects.poetry_constraints import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Protocol

    from packaging.specifiers import SpecifierSet

    from lpack.model import Runtime, Where

    class Place(Protocol):
        """Gives the place of a key."""

        def __call__(self, *keys: str) -> Where:
            """Give it."""


STANDARD = ("project", "requires-python")
POETRYS = ("tool", "poetry", "dependencies", "python")
# A specifier may ask for a patch release; which one the runtime has is not ours to know.
_PATCH_RELEASES = 40


def required_python(content: Mapping[str, Any], place: Place) -> RequiredPython | None:
    """Give what a pyproject.toml says; None where that is nothing, or nothing that is readable."""
    standard = text_at(content, STANDARD)
    if standard:
        return RequiredPython(standard, (standard,), place(*STANDARD))
    poetrys = text_at(content, POETRYS)
    try:
        found = alternatives(poetrys) if poetrys else ()
    except ValueError:
        return None
    return RequiredPython(poetrys, found, place(*POETRYS)) if poetrys else None


def text_at(content: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Give the text that keys lead to, or None."""
    found: Any = content
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def fitting_runtimes(specifiers: Iterable[str]) -> tuple[Runtime, ...]:
    """Give the runtimes that may have a Python which one of the specifiers allows.

    Raises ValueError for a specifier that is none.
    """
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - 20 ms that most do not need

    parsed = [SpecifierSet(one) for one in specifiers]
    return tuple(runtime for runtime in RUNTIMES if any(_fits(runtime, one) for one in parsed))


def _fits(runtime: Runtime, specifier: SpecifierSet) -> bool:
    minor = "{}.{}".format(*runtime.python)
    return any(specifier.contains(f"{minor}.{patch}") for patch in range(_PATCH_RELEASES))
