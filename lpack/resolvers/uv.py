"""Resolution by uv, told to look through the target's eyes."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.index.settings import read_index_settings
from lpack.resolvers import failures, index_errors, uv_command
from lpack.resolvers.fitting import fitting, rank_of, resolution
from lpack.resolvers.places import places_of
from lpack.resolvers.project_page import check_access, read_project_page
from lpack.resolvers.uv_failures import failure_of
from lpack.resolvers.uv_lock import read_packages
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from lpack.errors import BuildError
    from lpack.model import LockedPackage, Resolution
    from lpack.resolvers.base import Question
    from lpack.resolvers.uv_relay import Relay
    from lpack.system import System

# Each round rules out every version of some project, so this many projects may misfit in a row.
_ROUNDS = 20
_UNSATISFIABLE = "LP106"


class UvResolver:
    """Runs `uv pip compile`."""

    name = "uv"

    def is_available(self, system: System) -> bool:
        """Whether there is a uv beside Python or on PATH."""
        return system.which("uv") is not None

    def resolve(self, system: System, question: Question) -> Resolution:
        """Resolve, and again without the versions that turn out to have no fitting wheel.

        uv knows the platforms manylinux_2_17, 2_28 and 2_31 upwards. For Amazon Linux 2 (glibc
        2.26) the older one would hide wheels that fit (lxml, pyzmq and duckdb are built for 2_26),
        so uv is asked with the newer, and what does not fit is ruled out by name. The same round
        corrects that uv takes `linux_x86_64` wheels, which say nothing about glibc.
        """
        settings = read_index_settings(system.environ, question.folder, system)
        settings = settings.also_stated(question.requirements.index)
        indexes = places_of(question, settings.indexes_for(self.name))
        inquiry = failures.Inquiry(question, settings, indexes, system.today())
        with _relay(inquiry) as relay:
            return _resolve(system, inquiry, relay)


def _relay(inquiry: failures.Inquiry) -> AbstractContextManager[Relay | None]:
    """Listen where some projects come from one index only."""
    question, indexes, settings = inquiry.question, inquiry.indexes, inquiry.settings
    if not indexes.assigned or indexes.no_index:
        return nullcontext()
    if question.offline:
        raise index_errors.needs_network(
            "projects that come from one index only need the network", "run without `--offline`"
        )
    from lpack.resolvers.uv_relay import Relay  # noqa: PLC0415 - 40 ms, and seldom needed

    serves_all = not settings.uv.are_stated and uv_command.merges(indexes)
    return Relay(settings, indexes, serves_all=serves_all)


def _resolve(system: System, inquiry: failures.Inquiry, relay: Relay | None) -> Resolution:
    question, settings, indexes = inquiry.question, inquiry.settings, inquiry.indexes
    excluded: dict[str, tuple[str, ...]] = {}
    misfits: list[LockedPackage] = []
    for _ in range(_ROUNDS):
        packages = _compile(system, inquiry, excluded, misfits, relay)
        misfits = [one for one in packages if not fitting(one.wheels, question.target)]
        if not misfits:
            if packages and not settings.uv.are_stated and not question.offline:
                # Merging indexes, uv passes over one that answers 401; a stranger's package
                # of the same name on another index would be taken in silence.
                check_access(packages[0].name, indexes, settings)
            return resolution(question, packages, UvResolver.name)
        for package in misfits:
            excluded[package.name] = _unusable_versions(inquiry, package)
    raise _misfit(inquiry, misfits)


def _compile(
    system: System,
    inquiry: failures.Inquiry,
    excluded: dict[str, tuple[str, ...]],
    misfits: Sequence[LockedPackage],
    relay: Relay | None,
) -> tuple[LockedPackage, ...]:
    question = inquiry.question
    with tempfile.TemporaryDirectory(prefix="lpack-") as name:
        folder = Path(name)
        command = uv_command.prepare(
            system, question, inquiry.settings, folder, excluded, relay.url if relay else ""
        )
        try:
            done = system.run(command.words, environ=command.environ, folder=question.folder)
        except OSError as error:
            raise failures.broken(
                "uv", error.strerror or "it cannot be started", "reinstall uv"
            ) from error
        if relay and relay.problem:
            raise relay.problem
        if done.status == 0:
            packages = read_packages(folder / uv_command.OUTPUT, question.target)
            return packages if relay is None else tuple(_real(one, relay) for one in packages)
        failed = failure_of(done.stderr.decode(errors="replace"), inquiry)
        if misfits and failed.code == _UNSATISFIABLE:
            # uv would blame the versions that lpack ruled out, which the user never wrote.
            raise _misfit(inquiry, misfits)
        raise failed


def _real(package: LockedPackage, relay: Relay) -> LockedPackage:
    wheels = (
        replace(wheel, location=relay.real_location(wheel.location)) for wheel in package.wheels
    )
    return replace(package, wheels=tuple(wheels))


def _misfit(inquiry: failures.Inquiry, misfits: Sequence[LockedPackage]) -> BuildError:
    # Most misfits have another version that fits. First come those for which the user leaves none.
    suspects = [
        *(failures.Suspect(one.name) for one in misfits),
        *(failures.Suspect(one.name, f"=={one.version}") for one in misfits),
    ]
    reason = [f"`{one.name}=={one.version}` has no wheel for it" for one in misfits]
    return failures.unsatisfiable(inquiry, suspects, reason)


def _unusable_versions(inquiry: failures.Inquiry, package: LockedPackage) -> tuple[str, ...]:
    """List the versions of a project that have no wheel for the target.

    Pre-releases are left out unless they were chosen: to name one is to allow all of them.
    """
    question = inquiry.question
    page = read_project_page(
        package.name, inquiry.indexes, inquiry.settings, offline=question.offline
    )
    if page is None:
        return (package.version,)
    unusable = (
        str(version)
        for version in page.versions
        if not version.is_prerelease
        and all(rank_of(file.filename, question.target) is None for file in page.of(version))
    )
    return tuple(dict.fromkeys((package.version, *unusable)))
