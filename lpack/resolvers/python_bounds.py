"""A distribution that is named by address, and wants another Python than the target has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.platforms import RUNTIMES
from lpack.resolvers.bounds import by_address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from lpack.model import Requirement, Runtime, Target
    from lpack.resolvers.base import Question

# `demo==1.0 depends on Python>=3.14,<4` says uv, `demo 1.0 needs Python <4,>=3.14` says pip-tools.
_WANTS = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._-]*?)(?:\[[^\]]*\])?(?:==| )([^\s,=]+)"
    r" (?:depends on|needs) Python ?((?:[<>=!~][^\s,]+(?:,(?=\s*[<>=!~])\s*)?)+)"
)


def wants_other_python(question: Question, today: date, reason: Iterable[str]) -> BuildError | None:
    """Make LP107 of a resolver's words about a distribution that no index is asked for."""
    for line in reason:
        for name, version, wanted in _WANTS.findall(line):
            asked = by_address(question, name)
            if asked is not None and not _allows(wanted, question.target.runtime):
                return _error(question.target, today, asked, (f"{name}=={version}", wanted))
    return None


def _error(target: Target, today: date, asked: Requirement, found: tuple[str, str]) -> BuildError:
    pin, wanted = found
    has = f"{target} may have Python {target.runtime.full_version}"
    serving = [
        one
        for one in RUNTIMES
        if not one.preview
        and (one.deprecated is None or today <= one.deprecated)
        and _allows(wanted, one)
    ]
    hint = f"choose the runtime `{serving[0].name}`" if serving else None
    return BuildError(
        "LP107",
        f"`{pin}` requires Python {wanted}, and {has}",
        where=asked.where,
        hint=hint or "name another version of it, for a Python that Lambda has",
    )


def _allows(wanted: str, runtime: Runtime) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - seldom

    try:
        return SpecifierSet(wanted).contains(runtime.full_version, prereleases=True)
    except InvalidSpecifier:
        return True
