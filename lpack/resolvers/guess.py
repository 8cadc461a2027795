"""A guess at what a resolver will choose: the newest version that fits, and what that requires."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from packaging.markers import UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from lpack.platforms import marker_environment
from lpack.resolvers.fitting import rank_of
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.resolvers.base import Question


@dataclass(frozen=True, slots=True)
class Wanted:
    """A project, and what one requirement wants of it."""

    name: str
    """Normalised."""
    specifier: str
    extras: frozenset[str]


class Guess:
    """Knows the question, and guesses without asking anybody."""

    def __init__(self, question: Question) -> None:
        """Note what holds for every version of a project."""
        self._target = question.target
        self._environment = marker_environment(question.target)
        stated = question.requirements
        self._preferred = {canonicalize_name(name): pin for name, pin in question.preferred}
        self._prereleases = stated.index.prereleases
        self._roots = tuple(self._parsed((one.text for one in stated.requirements), ("",)))
        bounds = (*self._roots, *self._parsed((one.text for one in stated.constraints), ("",)))
        self._bounds: dict[str, SpecifierSet] = {}
        for one in bounds:
            name = canonicalize_name(one.name)
            self._bounds[name] = self._bounds.get(name, SpecifierSet()) & one.specifier

    def roots(self) -> tuple[Wanted, ...]:
        """Give what the question asks for itself, and what it was locked to before.

        A project that a URL names is on no page.
        """
        kept = tuple(Wanted(name, "", frozenset()) for name in self._preferred)
        return (*(_wanted(one) for one in self._roots if one.url is None), *kept)

    def best(self, wanted: Wanted, files: list[dict[str, Any]]) -> str | None:
        """Give the URL of the wheel that would do best."""
        by_version: dict[Version, list[dict[str, Any]]] = {}
        for one in files:
            with contextlib.suppress(InvalidVersion, IndexError):
                version = Version(str(one.get("filename")).split("-")[1])
                by_version.setdefault(version, []).append(one)
        for version in self._order(wanted, by_version):
            usable = [one for one in by_version[version] if self._is_usable(one)]
            ranked = [(rank, one) for one in usable if (rank := self._rank(one)) is not None]
            if ranked:
                return str(min(ranked, key=lambda pair: pair[0])[1]["url"])
        return None

    def requirements(self, wanted: Wanted, metadata: bytes) -> tuple[Wanted, ...]:
        """Give what a wheel requires on the target, with the extras that are wanted of it."""
        head = metadata.partition(b"\n\n")[0].decode(errors="replace").replace("\r", "")
        texts = [
            line.partition(":")[2].strip()
            for line in head.splitlines()
            if line.lower().startswith("requires-dist:")
        ]
        return tuple(_wanted(one) for one in self._parsed(texts, ("", *wanted.extras)))

    def _order(self, wanted: Wanted, versions: Iterable[Version]) -> list[Version]:
        """Sort the versions that are allowed: first the preferred one, then the newest."""
        allowed = SpecifierSet(wanted.specifier) & self._bounds.get(wanted.name, SpecifierSet())
        found = list(allowed.filter(versions, prereleases=self._prereleases or None))
        preferred = self._preferred.get(canonicalize_name(wanted.name))
        return sorted(found, key=lambda one: (str(one) == preferred, one), reverse=True)

    def _is_usable(self, file: dict[str, Any]) -> bool:
        requires = file.get("requires-python")
        try:
            python = SpecifierSet(requires if isinstance(requires, str) else "")
        except InvalidSpecifier:
            python = SpecifierSet()
        return not file.get("yanked") and python.contains(self._environment["python_full_version"])

    def _rank(self, file: dict[str, Any]) -> int | None:
        return rank_of(str(file.get("filename")), self._target)

    def _parsed(self, texts: Iterable[str], extras: tuple[str, ...]) -> Iterator[Parsed]:
        """Parse the requirements that count on the target."""
        for text in texts:
            with contextlib.suppress(InvalidRequirement, UndefinedEnvironmentName):
                one = Parsed(text)
                if one.marker is None or any(
                    one.marker.evaluate({**self._environment, "extra": extra}) for extra in extras
                ):
                    yield one


def _wanted(requirement: Parsed) -> Wanted:
    return Wanted(
        canonicalize_name(requirement.name),
        str(requirement.specifier),
        frozenset(requirement.extras),
    )
