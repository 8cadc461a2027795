"""A project that is for another Python than the runtime's is refused, as an installer would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.projects.pythons import fitting_runtimes
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import RequiredPython, Runtime


def refuse_other_python(python: RequiredPython, whose: str, runtime: Runtime) -> None:
    """Raise BuildError LP106 where no release of the runtime's Python fits."""
    try:
        fitting = fitting_runtimes(python.specifiers)
    except ValueError:
        return  # nobody can say which Python that is
    if runtime in fitting:
        return
    nearest = _nearest(runtime, fitting)
    raise BuildError(
        "LP106",
        f"{whose} requires Python {shown(python.text)}, and the runtime is {runtime.name}",
        where=python.where,
        hint=f"choose a runtime that fits, such as `{nearest.name}`"
        if nearest
        else "correct it: Lambda has no runtime that fits",
    )


def _nearest(runtime: Runtime, fitting: Iterable[Runtime]) -> Runtime | None:
    """Give the nearest that is no preview where there is one, and of two the newer."""

    def distance(other: Runtime) -> tuple[bool, int, int]:
        return other.preview, abs(other.python[1] - runtime.python[1]), -other.python[1]

    return min(fitting, key=distance, default=None)
