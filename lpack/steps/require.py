"""Read what a function depends on, from the one place that its project declares it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lpack.data import parse_toml, read_text
from lpack.errors import BuildError
from lpack.model import (
    Function,
    Requirement,
    RequirementSet,
    RequirementsInput,
    Target,
    Where,
)
from lpack.printed import path_in_project
from lpack.requirements import READERS, Reader
from lpack.requirements.locks import LOCKS, Pins, locks_beside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


# https://docs.aws.amazon.com/cdk/v2/guide/work-with-cdk-python.html#work-with-cdk-python-libraries
_DEPLOYS = re.compile(r"aws[-_.]cdk[-_.](?:lib|core)\b", re.IGNORECASE)

_UNREAD = (
    ("Pipfile", "packages", 'set `requirements = "Pipfile"`'),
    ("pyproject.toml", "tool.poetry.dependencies", 'set `requirements = "pyproject.toml"`'),
    ("setup.cfg", "install_requires", "write them to requirements.txt"),
    ("setup.py", "install_requires", "write them to requirements.txt"),
)
"""Where dependencies may be declared that are not read unless asked for: file, key, hint."""


def require(function: Function, root: Path, environ: Mapping[str, str]) -> RequirementSet:
    """Gather the requirements of a function.

    Raises BuildError LP101 to LP104; UsageError when a file cannot be read.
    """
    wanted = function.requirements
    if wanted.is_empty:
        if "requirements" in function.origins:
            return RequirementSet((), origin="no requirements")
        _refuse_unread_declarations(root)
        looked_for = tuple(root / name for name, _, _ in _UNREAD)
        return RequirementSet((), origin="no requirements", files=looked_for)
    sets = [
        _reader(path, function, root)(path, root, wanted, environ) for path in _files(wanted, root)
    ]
    if "requirements" not in function.origins:
        _refuse_deployment(sets)
        sets = [_the_one(sets)] if len(sets) > 1 else sets
    merged = _merged(sets, wanted, function)
    return _pinned(merged, function.target, root, inline=bool(wanted.packages))


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


def _pinned(merged: RequirementSet, target: Target, root: Path, *, inline: bool) -> RequirementSet:
    """Hold the requirements to the versions of the lock that another tool wrote beside them.

    `inline` says that the configuration asks for packages that this lock cannot know.
    """
    locks = [lock for declaration in merged.files for lock in locks_beside(declaration)]
    # Those that are not there as well: one that appears decides the versions.
    looked_for = tuple(
        declaration.parent / name
        for declaration in merged.files
        for name, _ in LOCKS.get(declaration.name, ())
    )
    merged = replace(merged, files=(*merged.files, *looked_for))
    if not locks:
        return merged
    read = [(path_in_project(path, root), path, reader) for path, reader in locks]
    pins = [(shown, reader(path, shown, target)) for shown, path, reader in read]
    _refuse_other_versions(pins)
    shown, first = pins[0]
    return replace(
        merged,
        constraints=(*merged.constraints, *first.constraints),
        hashes=merged.hashes or first.hashes,
        hashes_are_complete=not inline,
        unpublished=first.unpublished,
        pinned_by=shown,
    )


def _refuse_other_versions(pins: list[tuple[str, Pins]]) -> None:
    (first_lock, first), *others = pins
    versions = {line.text.partition("==")[0]: line.text for line in first.constraints}
    for other_lock, other in others:
        for line in other.constraints:
            known = versions.get(line.text.partition("==")[0], line.text)
            if known != line.text:
                raise BuildError(
                    "LP103",
                    f"{first_lock} and {other_lock} disagree: `{known}`, `{line.text}`",
                    where=line.where,
                    hint="delete the one that is no longer used",
                )


def _files(wanted: RequirementsInput, root: Path) -> tuple[Path, ...]:
    pyproject = root / "pyproject.toml"
    if (wanted.extras or wanted.groups) and pyproject not in wanted.files:
        return (pyproject, *wanted.files)
    return wanted.files


def _reader(path: Path, function: Function, root: Path) -> Reader:
    for ending, reader in READERS:
        if path.name.endswith(ending):
            return reader
    raise BuildError(
        "LP104",
        f"`{path_in_project(path, root)}` is not a file that dependencies can be read from",
        where=function.where("requirements"),
        hint="name a pyproject.toml, a Pipfile, or a requirements file ending in .txt or .in",
    )


def _merged(
    sets: list[RequirementSet], wanted: RequirementsInput, function: Function
) -> RequirementSet:
    where = function.where("requirements")
    inline = tuple(Requirement(text, where) for text in wanted.packages)
    origins = [one.origin for one in sets] + (["the configuration"] if inline else [])
    merged = RequirementSet(
        (*(line for one in sets for line in one.requirements), *inline),
        tuple(line for one in sets for line in one.constraints),
        {name: values for one in sets for name, values in one.hashes.items()},
        origin=", ".join(origins),
        files=tuple(path for one in sets for path in one.files),
        uses_variables=any(one.uses_variables for one in sets),
    )
    for one in sets:
        index = one.index
        merged = replace(
            merged,
            index=replace(
                merged.index,
                index_url=index.index_url or merged.index.index_url,
                extra_index_urls=merged.index.extra_index_urls + index.extra_index_urls,
                find_links=merged.index.find_links + index.find_links,
                no_index=index.no_index or merged.index.no_index,
                prereleases=index.prereleases or merged.index.prereleases,
            ),
        )
    return merged


def _the_one(sets: list[RequirementSet]) -> RequirementSet:
    """Choose among declarations that were found, not named: they must say the same."""
    general, *others = sorted(sets, key=lambda one: len(one.requirements))
    for other in others:
        difference = _disagreement(general, other)
        if difference:
            raise BuildError(
                "LP103",
                f"{general.origin} and {other.origin} disagree: {difference}",
                where=other.requirements[0].where if other.requirements else None,
                hint=f'choose one in the configuration: `requirements = "{other.files[0].name}"`',
            )
    return others[-1]


def _disagreement(general: RequirementSet, precise: RequirementSet) -> str | None:
    """Tell why `precise` cannot be `general` with its dependencies pinned."""
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - 100 ms
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - 100 ms

    try:
        asked = [Parsed(line.text) for line in general.requirements]
        given = {
            canonicalize_name(parsed.name): parsed
            for parsed in (Parsed(line.text) for line in precise.requirements)
        }
    except (InvalidRequirement, RecursionError):
        return None  # the resolver's reading of it gives the better message
    for one in asked:
        other = given.get(canonicalize_name(one.name))
        if other is None:
            return f"only {general.origin} asks for `{one.name}`"
        if one.specifier == other.specifier:
            continue
        pins = [pin.version for pin in other.specifier if pin.operator == "=="]
        if not pins or not one.specifier.contains(pins[0], prereleases=True):
            return f"`{one}` in {general.origin}, `{other}` in {precise.origin}"
    return None


def _refuse_unread_declarations(root: Path) -> None:
    """Raise rather than ship a package without the dependencies that a project declares."""
    for name, key, hint in _UNREAD:
        path = root / name
        if path.is_file() and _declares(path, name, key):
            raise BuildError(
                "LP104",
                f"`{name}` declares dependencies that are not read",
                where=Where(name, key=key),
                hint=f"{hint}, or set `requirements = []` for none",
            )


def _declares(path: Path, name: str, key: str) -> bool:
    text = read_text(path, name)
    if name.startswith("setup"):
        return key in text
    value: Any = parse_toml(text, name)
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return isinstance(value, dict) and bool(set(value) - {"python"})
