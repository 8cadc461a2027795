"""Read what a function depends on, from the one place that its project declares it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError, UsageError
from lpack.lazily import pattern
from lpack.model import (
    Function,
    IndexOptions,
    Requirement,
    RequirementSet,
    RequirementsInput,
    Target,
)
from lpack.printed import path_in_project
from lpack.requirements import READERS
from lpack.requirements.document import normalised
from lpack.requirements.expansion import expand
from lpack.requirements.indexes import joined
from lpack.requirements.pinning import pinned, refuse_unlocked
from lpack.sources.runtimes import say_python

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.requirements.base import Reader


# https://docs.aws.amazon.com/cdk/v2/guide/work-with-cdk-python.html#work-with-cdk-python-libraries
_DEPLOYS = pattern(r"aws[-_.]cdk[-_.](?:lib|core)\b", re.IGNORECASE)


def require(function: Function, root: Path, environ: Mapping[str, str]) -> RequirementSet:
    """Gather the requirements of a function.

    Raises BuildError LP101 to LP104; UsageError LP042, or when a file cannot be read.
    """
    wanted = function.requirements
    if wanted.is_empty:
        return RequirementSet((), origin="no requirements")
    sets = [_reader(path, function, root)(path, root, wanted, environ) for path in wanted.files]
    if "requirements" not in function.origins:
        _refuse_deployment(sets)
        sets = [_agreed(sets, wanted, function.target, root)] if len(sets) > 1 else sets
    merged = _merged(sets, wanted, function)
    if merged.requirements or merged.lock:
        _refuse_unknown_python(function)
    found = expand(pinned(merged, wanted, function.target, root), root, function.target)
    if found.projects:
        refuse_unlocked(found, function.target)
    return found


def _agreed(
    sets: list[RequirementSet], wanted: RequirementsInput, target: Target, root: Path
) -> RequirementSet:
    """Choose one of several declarations that say the same, and so do their locks."""
    from lpack.requirements.agreement import (  # noqa: PLC0415 - few have several
        refuse_other_pins,
        the_one,
    )

    chosen = the_one(sets, target, root)
    read = [(one, pinned(one, wanted, target, root)) for one in sets]
    locked = [(one, held) for one, held in read if held.pinned_by]
    for _, held in locked:
        refuse_other_pins(chosen, held)
    is_pinned = all("==" in line.text for line in chosen.requirements)
    return locked[0][0] if locked and not is_pinned else chosen


def _refuse_unknown_python(function: Function) -> None:
    """Raise where nobody says which Python wheels have to be for."""
    runtime = function.target.runtime
    if runtime.is_own and not runtime.has_python:
        raise UsageError(
            "LP042",
            f"there are dependencies, and {runtime.name} has no Python that they could be for",
            where=function.where("runtime"),
            hint=say_python(function.spelling),
        )


def _refuse_deployment(sets: list[RequirementSet]) -> None:
    """Raise when the file that was found belongs to the CDK app around the function."""
    for line in (line for one in sets for line in one.requirements):
        deploys = _DEPLOYS.match(line.text)
        if deploys:
            raise BuildError(
                "LP104",
                f"`{deploys[0]}` deploys functions and is no part of one",
                where=line.where,
                hint="set `requirements` to the function's own file, or to `false` for none",
            )


def _reader(path: Path, function: Function, root: Path) -> Reader:
    for ending, reader in READERS:
        if path.name.endswith(ending):
            return reader
    raise BuildError(
        "LP104",
        f"`{path_in_project(path, root)}` is not a file that dependencies can be read from",
        where=function.where("requirements"),
        hint="name a pyproject.toml, a Pipfile, a setup.cfg, a script, a lock, or a requirements"
        " file ending in .txt or .in",
    )


def _merged(
    sets: list[RequirementSet], wanted: RequirementsInput, function: Function
) -> RequirementSet:
    where = function.where("requirements")
    inline = tuple(Requirement(text, where) for text in wanted.packages)
    origins = [one.origin for one in sets] + (["the configuration"] if inline else [])
    return RequirementSet(
        (*(line for one in sets for line in one.requirements), *inline),
        tuple(line for one in sets for line in one.constraints),
        {name: values for one in sets for name, values in one.hashes.items()},
        origin=", ".join(origins),
        files=tuple(path for one in sets for path in one.files),
        uses_variables=any(one.uses_variables for one in sets),
        pythons=tuple(python for one in sets for python in one.pythons),
        lock=next((one.lock for one in sets if one.lock), None),
        build_from_source=frozenset(map(normalised, function.build_from_source)),
        index=joined((_assigned(wanted), *(one.index for one in sets))),
    )


def _assigned(wanted: RequirementsInput) -> IndexOptions:
    return IndexOptions(assigned=tuple((normalised(name), url) for name, url in wanted.indexes))
