"""A resolver's refusal, turned into one error that says what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.platforms import marker_environment
from lpack.resolvers.chains import Chain, is_direct, said
from lpack.resolvers.explain import Asked, explain
from lpack.resolvers.locations import scrub
from lpack.resolvers.project_page import read_project_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from packaging.specifiers import SpecifierSet

    from lpack.index.settings import Indexes, IndexSettings
    from lpack.model import Requirement, Where
    from lpack.resolvers.base import Question

_LINES_SHOWN = 8
_CHARACTERS_SHOWN = 300
_SUSPECTS_ASKED = 4


@dataclass(frozen=True, slots=True)
class Suspect:
    """A project that may be the cause, what the resolver wanted of it, and for whom."""

    name: str
    specifier: str = ""
    chains: tuple[Chain, ...] = ()
    is_whole: bool = True
    """Whether the specifier is one wish: parts of several may be had one by one, not together."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question without an answer, and where to ask why."""

    question: Question
    settings: IndexSettings
    indexes: Indexes
    today: date


def unsatisfiable(
    inquiry: Inquiry,
    suspects: Sequence[Suspect],
    reason: Sequence[str],
    disputed: Sequence[Suspect] = (),
) -> BuildError:
    """Make the error for requirements without a solution.

    Where one project has nothing for the target, that is what the error says (LP106, LP107 or
    LP115); otherwise it is LP106 with those who want different things of the same project, or else
    the resolver's own reason.
    """
    for suspect in suspects[:_SUSPECTS_ASKED]:
        error = _explained(inquiry, suspect)
        if error is not None:
            return error
    return conflict(inquiry.question, reason, (*suspects, *disputed))


def _explained(inquiry: Inquiry, suspect: Suspect) -> BuildError | None:
    question = inquiry.question
    page = read_project_page(
        suspect.name, inquiry.indexes, inquiry.settings, offline=question.offline
    )
    if page is None:
        return None
    wanted = wanted_of(question, suspect)
    bounded = suspect.chains and _about(suspect.name, question.requirements.constraints)
    contradictory = (bounded or not suspect.is_whole) and not any(
        wanted.contains(version, prereleases=True) for version in page.versions
    )
    if contradictory and page.files:
        return None
    chain = suspect.chains[0] if suspect.chains else ()
    root = name_of(chain[0].needs) if chain else page.name
    return explain(
        page,
        Asked(
            wanted,
            question.target,
            inquiry.today,
            where_required(question, page.name) or where_required(question, root),
            chain,
            may_build=page.name in question.requirements.build_from_source,
        ),
    )


def conflict(
    question: Question, reason: Sequence[str], suspects: Sequence[Suspect] = ()
) -> BuildError:
    """Make the error for requirements that contradict each other."""
    sides = next((found for one in suspects if len(found := _sides(question, one)) > 1), reason)
    lines = [_short(scrub(line).strip()) for line in sides if line.strip()]
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


def _sides(question: Question, suspect: Suspect) -> list[str]:
    """Say who wants what of a project, constraints included."""
    stated = question.requirements
    # Other versions of the same asker mostly want the same again.
    wishes = {
        tuple((link.asker.partition(" ")[0], link.needs) for link in chain): said(chain)
        for chain in reversed(suspect.chains)
        if not is_direct(chain)
    }
    own = [f"you require {one.text}" for one in _about(suspect.name, stated.requirements)]
    bounds = [
        f"{one.where} allows only {one.text}" for one in _about(suspect.name, stated.constraints)
    ]
    lines = [*own, *reversed(wishes.values())]
    return list(dict.fromkeys([*lines, *bounds])) if lines else []


def _about(name: str, stated: Sequence[Requirement]) -> list[Requirement]:
    """Find the lines about a project."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - only failures come here

    wanted = canonicalize_name(name)
    return [one for one in stated if canonicalize_name(name_of(one.text)) == wanted]


def broken(resolver: str, reason: str, hint: str) -> BuildError:
    """Make the error for a resolver that cannot do its work."""
    return BuildError("LP105", f"{resolver} cannot resolve: {scrub(reason)}", hint=hint)


def where_required(question: Question, name: str) -> Where | None:
    """Find the line that asks for a project directly."""
    return next((one.where for one in _about(name, question.requirements.requirements)), None)


def wanted_of(question: Question, suspect: Suspect) -> SpecifierSet:
    """Combine what the resolver wanted with what the user and the constraints allow."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - as above

    try:
        wanted = SpecifierSet(suspect.specifier)
    except InvalidSpecifier:
        wanted = SpecifierSet()
    stated = question.requirements
    for lines in (stated.requirements, stated.constraints):
        wanted &= _stated(question, suspect.name, lines)
    return wanted


def _stated(question: Question, name: str, stated: Sequence[Requirement]) -> SpecifierSet:
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - as above
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - as above
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - as above

    environment, found = marker_environment(question.target), SpecifierSet()
    for one in _about(name, stated):
        try:
            parsed = Parsed(one.text)
        except InvalidRequirement:
            continue
        if parsed.marker is None or parsed.marker.evaluate({**environment, "extra": ""}):
            found &= parsed.specifier
    return found


def name_of(text: str) -> str:
    """Give the project that a requirement names."""
    found = re.match(r"[A-Za-z0-9._-]+", text)
    return found[0] if found else ""


def _short(line: str) -> str:
    return line if len(line) <= _CHARACTERS_SHOWN else f"{line[:_CHARACTERS_SHOWN]}…"
