"""Which conditions of a lock hold on a target: its markers, and the Pythons that it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.requirements.locks.base import malformed, normalised, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.model import Target, Where

# All of them together: real locks stay below a tenth of it.
_MARKER_LETTERS = 1_000_000
_PATCH_RELEASES = 40
_EXTRA = re.compile(
    r"""\bextra\s*(?P<operator>==|!=)\s*(?P<quote>["'])(?P<name>[^"']*)(?P=quote)"""
    r"""|(?P<quote_first>["'])(?P<name_first>[^"']*)(?P=quote_first)\s*(?P<then>==|!=)\s*extra\b"""
)
# What is true, and what is false, on every machine that Lambda has.
_TRUTH = {True: "os_name == 'posix'", False: "os_name != 'posix'"}


class Conditions:
    """Evaluates markers on one target, each once."""

    def __init__(self, target: Target, shown: str) -> None:
        """Take the target, and the lock's name for messages."""
        from lpack.platforms import marker_environment  # noqa: PLC0415 - only with a lock

        self.shown = shown
        self._environment = {**marker_environment(target), "extra": ""}
        self._known: dict[tuple[str, frozenset[str]], bool] = {}
        self._letters = 0

    def hold(self, marker: object, extras: frozenset[str] = frozenset()) -> bool:
        """Evaluate a marker where all of these extras are wanted; none always holds.

        Raises BuildError LP110.
        """
        if marker is None or marker == "":
            return True
        if not isinstance(marker, str):
            raise malformed(self.shown, f"{quoted(marker)} is no marker")
        asked = (marker, extras if "extra" in marker else frozenset())
        if asked not in self._known:
            self._known[asked] = self._evaluate(*asked)
        return self._known[asked]

    def _evaluate(self, marker: str, extras: frozenset[str]) -> bool:
        from packaging.markers import Marker  # noqa: PLC0415 - only with a marker

        self._letters += len(marker)
        if self._letters > _MARKER_LETTERS:
            raise malformed(self.shown, f"its markers are longer than {_MARKER_LETTERS:,} letters")
        try:
            return Marker(_without_extras(marker, extras)).evaluate(dict(self._environment))
        except (ValueError, RecursionError) as error:
            raise malformed(self.shown, f"{quoted(marker)} is no marker") from error


def _without_extras(marker: str, extras: frozenset[str]) -> str:
    """Decide what a marker says of extras: packaging knows a single extra, and uv's may be many."""
    if "extra" not in marker:
        return marker

    def decided(found: re.Match[str]) -> str:
        name = found["name"] if found["name"] is not None else found["name_first"]
        is_wanted = normalised(name) in extras
        return _TRUTH[is_wanted == ((found["operator"] or found["then"]) == "==")]

    return _EXTRA.sub(decided, marker)


def refuse_other_python(
    wanted: str, allows: Callable[[str], bool], target: Target, where: Where
) -> None:
    """Raise BuildError LP111 rather than look for wheels of a Python that was not locked for."""
    minor = "{}.{}".format(*target.runtime.python)
    # The patch release of the day is not ours to know.
    if not any(allows(f"{minor}.{patch}") for patch in range(_PATCH_RELEASES)):
        raise BuildError(
            "LP111",
            f"`{where.file}` is for Python {wanted}, and the runtime is {target.runtime.name}",
            where=where,
            hint=f"set `runtime` to one that it is for, or lock again with another `{where.key}`",
        )
