"""What is stated of one project: by the user's own lines, and by what bounds them from beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.platforms import marker_environment
from lpack.resolvers.chains import Chain, Link
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.requirements import Requirement as Parsed
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    from lpack.model import Requirement, Where
    from lpack.resolvers.base import Question

# pdm and pipenv update by name only what the project itself requires.
_LOCKS_ANEW = {
    "uv.lock": "uv lock --upgrade-package {}",
    "poetry.lock": "poetry update --lock {}",
    "pdm.lock": "pdm lock",
    "Pipfile.lock": "pipenv lock",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A constraint on a project: a line of a constraints file, or a version of a lock."""

    text: str
    """Name and versions, without the marker."""
    specifier: SpecifierSet
    place: str
    """Where it stands."""
    change: str
    """What changes it, as a hint."""
    lock: str = ""
    """The other tool's lock that says so, if it is not the user."""
    own: SpecifierSet | None = None
    """What the user's own lines allow, which a lock follows."""

    def __str__(self) -> str:
        return f"{self.place} allows only {self.text}"

    def allows(self, version: Version) -> bool:
        """Tell whether a version is within the bound."""
        return self.specifier.contains(version, prereleases=True)

    def change_to(self, version: Version) -> str:
        """Say how this version comes into the package."""
        if self.own is None or self.own.contains(version, prereleases=True):
            return self.change
        name = name_of(self.text)
        return f"ask for `{name}=={version}`, and lock it: `{_command(name, self.lock)}`"


def bounds_on(question: Question, name: str) -> tuple[Bound, ...]:
    """Give the constraints on a project that hold on the target."""
    stated = question.requirements
    return tuple(
        locked_to(question, without_marker(line.text), parsed.specifier)
        if line.where.file == stated.pinned_by
        else Bound(
            without_marker(line.text),
            parsed.specifier,
            str(line.where),
            f"allow another version of `{name}` in {line.where}",
        )
        for line, parsed in _holding(question, name, stated.constraints)
    )


def locked_to(question: Question, text: str, specifier: SpecifierSet) -> Bound:
    """Give the bound that another tool's lock is."""
    lock, name = question.requirements.pinned_by, name_of(text)
    own = specifier_of(question, name, question.requirements.requirements)
    change = f"lock another version of `{name}`: `{_command(name, lock)}`"
    return Bound(text, specifier, lock, change, lock, own)


def _command(name: str, lock: str) -> str:
    return _LOCKS_ANEW[lock.rpartition("/")[2]].format(name)


def as_stated(question: Question, chain: Chain) -> Chain:
    """Take out of a chain what constraints say: uv tells it as if somebody required it."""
    return tuple(_as_stated(question, link) for link in chain)


def _as_stated(question: Question, link: Link) -> Link:
    name = name_of(link.needs)
    bounds = bounds_on(question, name)
    if not bounds:
        return link
    own = about(name, question.requirements.requirements)
    if not link.asker and own:
        return Link("", own[0].text if " @ " not in own[0].text else name)
    if any(_specifier(link.needs) == bound.specifier for bound in bounds):
        return Link(link.asker, re.sub(r"\s*[<>=!~].*", "", link.needs))
    return link


def _specifier(text: str) -> SpecifierSet | None:
    parsed = _parsed(text)
    return None if parsed is None else parsed.specifier


def specifier_of(question: Question, name: str, lines: Sequence[Requirement]) -> SpecifierSet:
    """Combine what lines want of a project on the target."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - only failures come here

    found = SpecifierSet()
    for _, parsed in _holding(question, name, lines):
        found &= parsed.specifier
    return found


def _holding(
    question: Question, name: str, lines: Sequence[Requirement]
) -> Iterator[tuple[Requirement, Parsed]]:
    """Give the lines about a project whose marker holds on the target."""
    environment = {**marker_environment(question.target), "extra": ""}
    for line in about(name, lines):
        parsed = _parsed(line.text)
        if parsed and (parsed.marker is None or parsed.marker.evaluate(environment)):
            yield line, parsed


def _parsed(text: str) -> Parsed | None:
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - as above
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - as above

    try:
        return Parsed(text)
    except InvalidRequirement:
        return None


def about(name: str, stated: Sequence[Requirement]) -> list[Requirement]:
    """Find the lines about a project."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - as above

    wanted = canonicalize_name(name)
    return [one for one in stated if canonicalize_name(name_of(one.text)) == wanted]


def where_required(question: Question, name: str) -> Where | None:
    """Find the line that asks for a project directly."""
    return next((one.where for one in about(name, question.requirements.requirements)), None)


def by_address(question: Question, name: str) -> Requirement | None:
    """Find the line that says where a project is to be had, so that no index is asked for it."""
    own = about(name, question.requirements.requirements)
    return next((one for one in own if " @ " in one.text), None)


def name_of(text: str) -> str:
    """Give the project that a requirement names."""
    found = re.match(r"[A-Za-z0-9._-]+", text)
    return found[0] if found else ""


def without_marker(text: str) -> str:
    """Give a requirement without the condition under which it counts."""
    return text.partition(";")[0].strip()
