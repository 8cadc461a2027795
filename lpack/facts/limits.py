"""Lambda's numbers, read from the schemas under `schemas/limits/`, the only place that has them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lpack.data import own_json
from lpack.errors import UsageError
from lpack.model import LIMITS
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.facts.policies import Policy


@dataclass(frozen=True, slots=True)
class Limits:
    """A limits profile: a JSON Schema over the facts document, walked for its numbers.

    A path names properties of the document, and `items` for what a list holds.
    """

    profile: str
    schema: Mapping[str, Any]
    policies: tuple[Policy, ...] = ()
    """The team's own schemas over the same document."""

    @property
    def is_usual(self) -> bool:
        """Whether it is the profile of those who choose none."""
        return self.profile == LIMITS[0]

    def minimum(self, *path: str) -> int:
        """Give the smallest value allowed."""
        return int(self._at(path)["minimum"])

    def maximum(self, *path: str) -> int:
        """Give the largest value allowed."""
        return int(self._at(path)["maximum"])

    def step(self, *path: str) -> int:
        """Give what a value has to be a multiple of; 1 where any will do."""
        return int(self._at(path).get("multipleOf", 1))

    def max_length(self, *path: str) -> int:
        """Give the largest number of characters allowed."""
        return int(self._at(path)["maxLength"])

    def max_items(self, *path: str) -> int:
        """Give the largest number of items allowed."""
        return int(self._at(path)["maxItems"])

    def pattern(self, *path: str) -> str:
        """Give the regular expression that a text has to match."""
        return str(self._at(path)["pattern"])

    def forbidden(self, *path: str) -> frozenset[str]:
        """Give the values that are not allowed."""
        return frozenset(self._at(path)["not"]["enum"])

    def source(self, *path: str) -> str:
        """Give the address of the page that states the limit."""
        return str(self._at(path)["source"])

    @property
    def x86_only(self) -> frozenset[str]:
        """The runtimes that do not exist for arm64."""
        return frozenset(self.definition("x86_only")["enum"])

    def definition(self, name: str) -> Mapping[str, Any]:
        """Give a number that the schema names without enforcing it, or uses in a condition."""
        found: Mapping[str, Any] = self.schema["$defs"][name]
        return found

    def callers(self) -> Iterator[Mapping[str, Any]]:
        """Give what waits for an answer: `caller`, its `triggers`, and its `maximum` in seconds."""
        return (row for row in self.schema["$defs"].values() if "caller" in row)

    def rows(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give each place of the schema that states a limit, with its path."""
        yield from _stating("", self.schema)
        yield from ((name, row) for name, row in self.schema["$defs"].items())

    def _at(self, path: tuple[str, ...]) -> Mapping[str, Any]:
        place = self.schema
        for name in path:
            place = place["items"] if name == "items" else place["properties"][name]
        return place


def _stating(path: str, place: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if "source" in place:
        yield path, place
    for name, inner in place.get("properties", {}).items():
        yield from _stating(f"{path}.{name}".lstrip("."), inner)
    if "items" in place:
        yield from _stating(f"{path}[]", place["items"])


@lru_cache(maxsize=4)
def read_limits(profile: str = LIMITS[0]) -> Limits:
    """Read a limits profile, or raise UsageError LP015 when there is none of that name."""
    if profile not in LIMITS:
        raise UsageError(
            "LP015",
            f"there is no limits profile `{profile}`",
            hint=f"choose one of {', '.join(LIMITS)}",
        )
    return Limits(profile, own_json("schemas", "limits", f"{profile}.schema.json"))
