"""Resolution by uv, told to look through the target's eyes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.index.settings import read_index_settings
from lpack.resolvers import failures, uv_command
from lpack.resolvers.fitting import fitting, rank_of, resolution
from lpack.resolvers.places import places_of
from lpack.resolvers.project_page import check_access, read_project_page
from lpack.resolvers.uv_failures import failure_of
from lpack.resolvers.uv_lock import read_packages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpack.errors import BuildError
    from lpack.index.settings import IndexSettings
    from lpack.model import LockedPackage, Resolution
    from lpack.resolvers.base import Question
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
        settings = read_index_settings(system.environ, question.folder)
        excluded: dict[str, tuple[str, ...]] = {}
        misfits: list[LockedPackage] = []
        for _ in range(_ROUNDS):
            packages = _compile(system, question, settings, excluded, misfits)
            misfits = [one for one in packages if not fitting(one.wheels, question.target)]
            if not misfits:
                if packages and not settings.uv.are_stated and not question.offline:
                    # Merging indexes, uv passes over one that answers 401; a stranger's package
                    # of the same name on another index would be taken in silence.
                    indexes = places_of(question, settings.indexes_for("uv"))
                    check_access(packages[0].name, indexes, settings)
                return resolution(question, packages, self.name)
            for package in misfits:
                excluded[package.name] = _unusable_versions(question, settings, package)
        raise _misfit(question, settings, misfits)


def _compile(
    system: System,
    question: Question,
    settings: IndexSettings,
    excluded: dict[str, tuple[str, ...]],
    misfits: Sequence[LockedPackage],
) -> tuple[LockedPackage, ...]:
    with tempfile.TemporaryDirectory(prefix="lpack-") as name:
        folder = Path(name)
        command = uv_command.prepare(system, question, settings, folder, excluded)
        try:
            done = system.run(command.words, environ=command.environ, folder=question.folder)
        except OSError as error:
            raise failures.broken(
                "uv", error.strerror or "it cannot be started", "reinstall uv"
            ) from error
        if done.status == 0:
            return read_packages(folder / uv_command.OUTPUT, question.target)
        failed = failure_of(done.stderr.decode(errors="replace"), question, settings)
        if misfits and failed.code == _UNSATISFIABLE:
            # uv would blame the versions that lpack ruled out, which the user never wrote.
            raise _misfit(question, settings, misfits)
        raise failed


def _misfit(
    question: Question, settings: IndexSettings, misfits: Sequence[LockedPackage]
) -> BuildError:
    # Most misfits have another version that fits. First come those for which the user leaves none.
    suspects = [
        *(failures.Suspect(one.name) for one in misfits),
        *(failures.Suspect(one.name, f"=={one.version}") for one in misfits),
    ]
    reason = [f"`{one.name}=={one.version}` has no wheel for it" for one in misfits]
    indexes = places_of(question, settings.indexes_for("uv"))
    return failures.unsatisfiable(question, settings, indexes, suspects, reason)


def _unusable_versions(
    question: Question, settings: IndexSettings, package: LockedPackage
) -> tuple[str, ...]:
    """List the versions of a project that have no wheel for the target.

    Pre-releases are left out unless they were chosen: to name one is to allow all of them.
    """
    indexes = places_of(question, settings.indexes_for("uv"))
    page = read_project_page(package.name, indexes, settings, offline=question.offline)
    if page is None:
        return (package.version,)
    unusable = (
        str(version)
        for version in page.versions
        if not version.is_prerelease
        and all(rank_of(file.filename, question.target) is None for file in page.of(version))
    )
    return tuple(dict.fromkeys((package.version, *unusable)))
