"""The answer to a function's requirements: another tool's lock has it, or a resolver finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import LockedPackage, Resolution
from lpack.resolvers import choose
from lpack.resolvers.fitting import fitting, resolution

if TYPE_CHECKING:
    from lpack.resolvers.base import Question
    from lpack.system import System


def complete(resolver: str, system: System, question: Question) -> Resolution:
    """Give every distribution that ships, with the wheels that fit the target.

    What only a source can give keeps its source and no wheel.
    Raises BuildError LP101, LP105 to LP107, LP112 to LP116 or LP205.
    """
    requirements = question.requirements
    if requirements.resolved is None:
        if not requirements.requirements:
            return Resolution((), resolver)
        return choose(resolver, system).resolve(system, question)
    return _of_lock(system, question)


def _of_lock(system: System, question: Question) -> Resolution:
    """Take what another tool locked, and find where its files lie if it does not say."""
    from lpack.index.settings import read_index_settings  # noqa: PLC0415 - only here
    from lpack.resolvers.addresses import with_addresses  # noqa: PLC0415 - only here
    from lpack.resolvers.places import places_of  # noqa: PLC0415 - only here

    requirements = question.requirements
    ships = [
        one
        for one in requirements.resolved or ()
        if one.source is None or one.source.kind != "folder"
    ]
    settings = read_index_settings(system.environ, question.folder, system)
    settings = settings.also_stated(requirements.index)
    indexes = places_of(question, settings.indexes_for("uv"))
    located = with_addresses(tuple(ships), indexes, settings, offline=question.offline)
    misfits = [one for one in located if _is_misfit(one, question)]
    if misfits:
        # Only a failure needs them.
        from lpack.resolvers.failures import Inquiry  # noqa: PLC0415
        from lpack.resolvers.misfits import none_fits  # noqa: PLC0415

        raise none_fits(misfits, Inquiry(question, settings, indexes, system.today()))
    placed = [_fitting(one, question) for one in located]
    found = resolution(question, [one for one in placed if one.wheels], requirements.pinned_by)
    packages = (*found.packages, *(one for one in placed if not one.wheels))
    return Resolution(tuple(sorted(packages, key=lambda one: one.name)), requirements.pinned_by)


def _is_misfit(package: LockedPackage, question: Question) -> bool:
    """Tell whether there are wheels for other targets only; its source is no better unasked."""
    if fitting(package.wheels, question.target):
        return False
    may_build = package.name in question.requirements.build_from_source
    return package.source is None or bool(package.wheels and not may_build)


def _fitting(package: LockedPackage, question: Question) -> LockedPackage:
    wheels = fitting(package.wheels, question.target)
    return LockedPackage(package.name, package.version, wheels, None if wheels else package.source)
