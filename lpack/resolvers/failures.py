"""A resolver's refusal, turned into one error that says what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.resolvers.bounds import (
    about,
    as_stated,
    bounds_on,
    by_address,
    name_of,
    specifier_of,
    where_required,
)
from lpack.resolvers.chains import Chain, is_direct, said
from lpack.resolvers.explain import Asked, explain
from lpack.resolvers.index_errors import needs_network
from lpack.resolvers.locations import scrub
from lpack.resolvers.project_page import read_project_page
from lpack.resolvers.python_bounds import wants_other_python
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from packaging.specifiers import SpecifierSet

    from lpack.index.settings import Indexes, IndexSettings
    from lpack.resolvers.base import Question
    from lpack.resolvers.bounds import Bound

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
    LP115; LP206 where nobody can be asked for its source); otherwise it is LP106 with those who
    want different things of the same project, or else the resolver's own reason.
    """
    other_python = wants_other_python(inquiry.question, inquiry.today, reason)
    if other_python is not None:
        return other_python
    for suspect in suspects[:_SUSPECTS_ASKED]:
        error = _explained(inquiry, suspect)
        if error is not None:
            return error
    return conflict(inquiry.question, reason, (*suspects, *disputed))


def _explained(inquiry: Inquiry, suspect: Suspect) -> BuildError | None:
    question = inquiry.question
    if by_address(question, suspect.name):
        return None
    page = read_project_page(
        suspect.name, inquiry.indexes, inquiry.settings, offline=question.offline
    )
    if page is None:
        return _unasked(question, suspect.name)
    wanted = wanted_of(question, suspect)
    bounds = bounds_on(question, suspect.name)
    bounded = suspect.chains and bounds
    contradictory = (bounded or not suspect.is_whole) and not any(
        wanted.contains(version, prereleases=True) for version in page.versions
    )
    if contradictory and page.files:
        return None
    chain = as_stated(question, suspect.chains[0]) if suspect.chains else ()
    root = name_of(chain[0].needs) if chain else page.name
    return explain(
        page,
        Asked(
            wanted,
            question.target,
            inquiry.today,
            where_required(question, page.name) or where_required(question, root),
            chain,
            bounds,
            may_build=page.name in question.requirements.build_from_source,
        ),
    )


def _unasked(question: Question, name: str) -> BuildError | None:
    """Say that a source is looked for offline, where the user allows to build it."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - only failures come here

    canonical = canonicalize_name(name)
    if not question.offline or canonical not in question.requirements.build_from_source:
        return None
    return needs_network(
        f"no index can be asked for the source of `{canonical}`",
        "run once without `--offline`",
        where_required(question, canonical),
    )


def conflict(
    question: Question, reason: Sequence[str], suspects: Sequence[Suspect] = ()
) -> BuildError:
    """Make the error for requirements that contradict each other."""
    found = (_dispute(question, one) for one in suspects)
    dispute = next((one for one in found if len(one.lines) > 1), _Dispute(tuple(reason)))
    lines = [_short(scrub(line).strip()) for line in dispute.lines if line.strip()]
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
        hint=dispute.hint,
    )


@dataclass(frozen=True, slots=True)
class _Dispute:
    """Who wants what of a project, and what would settle it."""

    lines: tuple[str, ...]
    hint: str = "loosen one of the requirements named above"


def _dispute(question: Question, suspect: Suspect) -> _Dispute:
    """Say who wants what of a project, constraints included."""
    # Other versions of the same asker mostly want the same again.
    wishes = {
        tuple((link.asker.partition(" ")[0], link.needs) for link in chain): said(chain)
        for chain in (as_stated(question, one) for one in reversed(suspect.chains))
        if not is_direct(chain)
    }
    stated = about(suspect.name, question.requirements.requirements)
    lines = [*(f"you require {one.text}" for one in stated), *reversed(wishes.values())]
    bounds = bounds_on(question, suspect.name)
    if not wishes and _agree(specifier_of(question, suspect.name, stated), bounds):
        return _Dispute(())
    told = tuple(dict.fromkeys([*lines, *map(str, bounds)]))
    locked = next((one.change for one in bounds if one.lock), None)
    return _Dispute(told) if locked is None else _Dispute(told, locked)


def _agree(own: SpecifierSet, bounds: Sequence[Bound]) -> bool:
    """Tell whether the user's lines allow what constraints pin, or anything."""
    pins = [one.version for bound in bounds for one in bound.specifier if one.operator == "=="]
    return not own or (bool(pins) and all(own.contains(pin, prereleases=True) for pin in pins))


def broken(resolver: str, reason: str, hint: str) -> BuildError:
    """Make the error for a resolver that cannot do its work."""
    return BuildError("LP105", f"{resolver} cannot resolve: {scrub(reason)}", hint=hint)


def wanted_of(question: Question, suspect: Suspect) -> SpecifierSet:
    """Combine what the resolver wanted with what the user and the constraints allow."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - as before

    try:
        wanted = SpecifierSet(suspect.specifier)
    except InvalidSpecifier:
        wanted = SpecifierSet()
    stated = question.requirements
    for lines in (stated.requirements, stated.constraints):
        wanted &= specifier_of(question, suspect.name, lines)
    return wanted


def _short(line: str) -> str:
    return line if len(line) <= _CHARACTERS_SHOWN else f"{line[:_CHARACTERS_SHOWN]}…"
