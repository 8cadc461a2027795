"""Whether the user allows to build what has to be built, told of all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import BuiltFrom, RequirementSet, Where

_KINDS = {"git": "a repository", "sdist": "a source distribution", "folder": "a folder"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A distribution that has to be built."""

    name: str
    """Normalised."""
    source: BuiltFrom
    where: Where
    """What asks for it."""


def require_permission(wanted: Iterable[Wanted], requirements: RequirementSet) -> None:
    """Raise BuildError LP117 for everything that has to be built and is not allowed to be."""
    refused = {one.name: one for one in wanted if one.name not in requirements.build_from_source}
    if not refused:
        return
    names = ", ".join(f'"{name}"' for name in refused)
    what = "it" if len(refused) == 1 else "them"
    errors = [
        BuildError(
            "LP117",
            f"`{name}` comes from {_KINDS[one.source.kind]}, and building it runs its code here",
            where=one.where,
            hint=f"allow {what}: `build-from-source = [{names}]`",
        )
        for name, one in refused.items()
    ]
    raise BuildError.of(tuple(error.diagnostics[0] for error in errors))
