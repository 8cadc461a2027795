"""Declarations that were found beside each other: they must say the same, or somebody decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.lockfile import local_path
from lpack.platforms import marker_environment
from lpack.printed import path_in_project
from lpack.requirements.document import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from packaging.requirements import Requirement as Parsed

    from lpack.model import Requirement, RequirementSet, Target


def the_one(sets: list[RequirementSet], target: Target, root: Path) -> RequirementSet:
    """Choose the most precise of several declarations, which has to hold what the others say.

    Raises BuildError LP103 when they contradict each other on the target.
    """
    *general, precise = sorted(sets, key=_precision)
    for one in general:
        difference = _disagreement(one, precise, target)
        if difference:
            name = path_in_project(precise.files[0], root)
            raise BuildError(
                "LP103",
                f"{one.origin} and {precise.origin} disagree: {difference}",
                where=precise.requirements[0].where if precise.requirements else None,
                hint=f'choose one in the configuration: `requirements = "{name}"`',
            )
    return precise


def refuse_other_pins(chosen: RequirementSet, held: RequirementSet) -> None:
    """Raise BuildError LP103 when a lock beside another declaration has other versions."""
    locked = {line.text.partition("==")[0]: line for line in held.constraints}
    for line in chosen.requirements:
        name, pins, version = line.text.partition("==")
        other = locked.get(normalised(name.partition("[")[0].strip()))
        if pins and other and other.text.partition("==")[2] != version.split(";")[0].strip():
            raise BuildError(
                "LP103",
                f"{chosen.origin} and {held.pinned_by} disagree: `{line.text}`, `{other.text}`",
                where=line.where,
                hint=f'choose one in the configuration: `requirements = "{held.pinned_by}"`',
            )


def _precision(one: RequirementSet) -> tuple[int, int]:
    pinned = sum("==" in line.text for line in one.requirements)
    return pinned, len(one.requirements)


def _disagreement(general: RequirementSet, precise: RequirementSet, target: Target) -> str | None:
    """Tell why `precise` cannot be `general` with its dependencies pinned."""
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - 100 ms
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - 100 ms

    if any(_includes(line, general) for line in precise.requirements):
        return None
    try:
        lines = (line for line in general.requirements if not _includes(line, precise))
        asked = _holding(lines, target)
        given: dict[str, list[Parsed]] = {}
        for one in _holding(precise.requirements, target):
            given.setdefault(canonicalize_name(one.name), []).append(one)
    except (InvalidRequirement, RecursionError):
        return None  # the resolver's reading of it gives the better message
    for one in asked:
        others = given.get(canonicalize_name(one.name))
        if others is None:
            return f"only {general.origin} asks for `{one.name}`"
        for other in others:
            if not _may_be_same(one, other):
                return f"`{one}` in {general.origin}, `{other}` in {precise.origin}"
    return None


def _holding(lines: Iterable[Requirement], target: Target) -> list[Parsed]:
    """Parse the lines that hold on the target: what pip-compile writes has left out the others."""
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms

    environment = {**marker_environment(target), "extra": ""}
    parsed = (Parsed(line.text) for line in lines)
    return [one for one in parsed if one.marker is None or one.marker.evaluate(environment)]


def _may_be_same(asked: Parsed, given: Parsed) -> bool:
    if asked.url or given.url:
        return not (asked.url and given.url) or asked.url == given.url
    if asked.specifier == given.specifier:
        return True
    pins = [pin.version for pin in given.specifier if pin.operator == "=="]
    return bool(pins) and asked.specifier.contains(pins[0], prereleases=True)


def _includes(line: Requirement, other: RequirementSet) -> bool:
    """Whether a line requires the folder that the other declaration lies in."""
    _, at, url = line.text.partition(" @ ")
    if not at or not url.startswith("file:"):
        return False
    folder = local_path(url.partition(" ;")[0].partition("#")[0])
    return any(path.parent == folder for path in other.files)
