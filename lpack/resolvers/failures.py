"""A resolver's refusal, turned into one error that says what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.platforms import marker_environment
from lpack.resolvers.explain import explain
from lpack.resolvers.locations import scrub
from lpack.resolvers.project_page import read_project_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.specifiers import SpecifierSet

    from lpack.index.settings import Indexes, IndexSettings
    from lpack.model import Where
    from lpack.resolvers.base import Question

_LINES_SHOWN = 8
_CHARACTERS_SHOWN = 300
_SUSPECTS_ASKED = 4


@dataclass(frozen=True, slots=True)
class Suspect:
    """A project that may be the cause, and what the resolver wanted of it."""

    name: str
    specifier: str = ""
    askers: int = 1
    """How many want something of it: what two want may be had one by one, but not together."""


def unsatisfiable(
    question: Question,
    settings: IndexSettings,
    indexes: Indexes,
    suspects: Sequence[Suspect],
    reason: Sequence[str],
) -> BuildError:
    """Make the error for requirements without a solution.

    Where one project has nothing for the target, that is what the error says (LP106, LP107 or
    LP115); otherwise it is LP106 with the resolver's own reason.
    """
    for suspect in suspects[:_SUSPECTS_ASKED]:
        page = read_project_page(suspect.name, indexes, settings, offline=question.offline)
        if page is None:
            continue
        wanted = _wanted(question, suspect)
        contradictory = suspect.askers > 1 and not any(
            wanted.contains(version, prereleases=True) for version in page.versions
        )
        if contradictory and page.files:
            continue
        where = where_required(question, page.name)
        error = explain(page, wanted, question.target, where)
        if error is not None:
            return error
    return conflict(question, reason)


def conflict(question: Question, reason: Sequence[str]) -> BuildError:
    """Make the error for requirements that contradict each other."""
    lines = [_short(scrub(line).strip()) for line in reason if line.strip()]
    if len(lines) > _LINES_SHOWN:
        lines = [*lines[:_LINES_SHOWN], f"and {len(lines) - _LINES_SHOWN} more lines"]
    where = next(
        (
            one.where
            for one in question.requirements.requirements
            if re.search(rf"\b{re.escape(name_of(one.text))}\b", " ".join(lines), re.IGNORECASE)
        ),
        None,
    )
    return BuildError(
        "LP106",
        "\n  ".join([f"the requirements have no solution for {question.target}", *lines]),
        where=where,
        hint="loosen one of the requirements named above",
    )


def broken(resolver: str, reason: str, hint: str) -> BuildError:
    """Make the error for a resolver that cannot do its work."""
    return BuildError("LP105", f"{resolver} cannot resolve: {scrub(reason)}", hint=hint)


def where_required(question: Question, name: str) -> Where | None:
    """Find the line that asks for a project directly."""
    # packaging costs 50 ms to import, which an unchanged build does not pay.
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    for requirement in question.requirements.requirements:
        if canonicalize_name(name_of(requirement.text)) == canonicalize_name(name):
            return requirement.where
    return None


def _wanted(question: Question, suspect: Suspect) -> SpecifierSet:
    """Combine what the resolver wanted with what the user and the constraints allow."""
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - as above
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - as above
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - as above

    environment = marker_environment(question.target)
    stated = question.requirements
    try:
        wanted = SpecifierSet(suspect.specifier)
    except InvalidSpecifier:
        wanted = SpecifierSet()
    for one in (*stated.requirements, *stated.constraints):
        try:
            parsed = Requirement(one.text)
        except InvalidRequirement:
            continue
        applies = parsed.marker is None or parsed.marker.evaluate(environment)
        if applies and canonicalize_name(parsed.name) == canonicalize_name(suspect.name):
            wanted &= parsed.specifier
    return wanted


def name_of(text: str) -> str:
    """Give the project that a requirement names."""
    found = re.match(r"[A-Za-z0-9._-]+", text)
    return found[0] if found else ""


def _short(line: str) -> str:
    return line if len(line) <= _CHARACTERS_SHOWN else f"{line[:_CHARACTERS_SHOWN]}…"
