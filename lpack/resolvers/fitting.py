"""Which wheels a target accepts, and which of them it likes best."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import LockedPackage, LockedWheel, Resolution
from lpack.platforms import wheel_tags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.tags import Tag

    from lpack.model import Target
    from lpack.resolvers.base import Question


def fitting(wheels: Iterable[LockedWheel], target: Target) -> tuple[LockedWheel, ...]:
    """Keep the wheels that the target accepts: best tag first, then by file name, each once."""
    ranked: dict[str, tuple[int, LockedWheel]] = {}
    for wheel in wheels:
        rank = rank_of(wheel.filename, target)
        if rank is not None:
            # The index that is asked first wins, as in pip and uv.
            ranked.setdefault(wheel.filename, (rank, wheel))
    ordered = sorted(ranked.values(), key=lambda pair: (pair[0], pair[1].filename))
    return tuple(wheel for _, wheel in ordered)


def rank_of(filename: str, target: Target) -> int | None:
    """Give the place of a wheel's best tag in the target's list, 0 the best; None if none is."""
    # packaging costs 50 ms to import, which an unchanged build does not pay.
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415

    try:
        tags = parse_wheel_filename(filename)[3]
    except InvalidWheelFilename:
        return None
    ranks = _ranks(target)
    return min((ranks[tag] for tag in tags if tag in ranks), default=None)


def resolution(question: Question, packages: Iterable[LockedPackage], resolver: str) -> Resolution:
    """Make a resolution of packages: only fitting wheels, only allowed hashes, sorted by name."""
    kept = (
        LockedPackage(package.name, package.version, _allowed(package, question.target, question))
        for package in packages
    )
    return Resolution(tuple(sorted(kept, key=lambda package: package.name)), resolver)


def _allowed(package: LockedPackage, target: Target, question: Question) -> tuple[LockedWheel, ...]:
    """Keep the wheels that a requirements file allows; one stated hash binds all, as in pip."""
    wheels = fitting(package.wheels, target)
    hashes = question.requirements.hashes
    if not wheels or not hashes:
        return wheels
    pin = f"{package.name}=={package.version}"
    if package.name not in hashes and not question.requirements.hashes_are_complete:
        return wheels
    if package.name not in hashes:
        raise BuildError(
            "LP112",
            f"`{pin}` has no hash in {_stated_in(question)}, while others have one",
            hint=f"state that of {wheels[0].filename}: `--hash=sha256:{wheels[0].sha256}`",
        )
    stated = hashes[package.name]
    allowed = tuple(wheel for wheel in wheels if f"sha256:{wheel.sha256}" in stated)
    if not allowed:
        raise BuildError(
            "LP116",
            f"no hash stated for `{pin}` belongs to a wheel that fits {target}",
            hint="add the hash of such a wheel, for instance with `pip hash`: "
            f"`--hash=sha256:{wheels[0].sha256}` is that of {wheels[0].filename}",
        )
    return allowed


def _stated_in(question: Question) -> str:
    return question.requirements.pinned_by or question.requirements.origin


@lru_cache(maxsize=8)
def _ranks(target: Target) -> dict[Tag, int]:
    return {tag: rank for rank, tag in enumerate(wheel_tags(target))}
