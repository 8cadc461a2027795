"""What another tool's lock has wheels of, and none for the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError, LpackError
from lpack.model import Where
from lpack.resolvers.bounds import bounds_on, locked_to, where_required
from lpack.resolvers.explain import Asked, describe, explain
from lpack.resolvers.project_page import File, ProjectPage, read_project_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.specifiers import SpecifierSet

    from lpack.model import LockedPackage
    from lpack.resolvers.bounds import Bound
    from lpack.resolvers.failures import Inquiry

# An index is asked for so many; more have one cause, such as another runtime than was locked for.
_LOOKED_UP = 4


def none_fits(packages: Sequence[LockedPackage], inquiry: Inquiry) -> LpackError:
    """Make LP107 for all of them, each with what would fit."""
    errors = [
        _error(one, inquiry, looks_up=number < _LOOKED_UP) for number, one in enumerate(packages)
    ]
    return BuildError.of(tuple(error.diagnostics[0] for error in errors))


def _error(package: LockedPackage, inquiry: Inquiry, *, looks_up: bool) -> BuildError:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - 50 ms, only for a failure

    question = inquiry.question
    lock = question.requirements.pinned_by
    pin = f"{package.name}=={package.version}"
    wanted = SpecifierSet(f"=={package.version}")
    bound = locked_to(question, pin, wanted)
    where = where_required(question, package.name) or Where(lock)
    asked = Asked(
        wanted,
        question.target,
        inquiry.today,
        where,
        bounds=(bound, *_of_the_user(package, inquiry)),
    )
    found = explain(_page(package, inquiry, wanted, looks_up=looks_up), asked)
    return found or BuildError(
        "LP107",
        f"no wheel of `{pin}` fits {describe(question.target)}",
        where=where,
        hint=bound.change,
    )


def _of_the_user(package: LockedPackage, inquiry: Inquiry) -> tuple[Bound, ...]:
    return tuple(one for one in bounds_on(inquiry.question, package.name) if not one.lock)


def _page(
    package: LockedPackage, inquiry: Inquiry, locked: SpecifierSet, *, looks_up: bool
) -> ProjectPage:
    """Give the files that the lock has of its version, and those that indexes have of others."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - as above

    page = _asked(package, inquiry) if looks_up else None
    others = (
        one
        for one in (page.files if page else ())
        if not locked.contains(one.version, prereleases=True)
    )
    files = (*_files(package), *others)
    return ProjectPage(canonicalize_name(package.name), files)


def _asked(package: LockedPackage, inquiry: Inquiry) -> ProjectPage | None:
    question = inquiry.question
    try:
        return read_project_page(
            package.name, inquiry.indexes, inquiry.settings, offline=question.offline
        )
    except BuildError:
        # The lock alone tells what is wrong; who may ask the index is another matter.
        return None


def _files(package: LockedPackage) -> tuple[File, ...]:
    from packaging.version import Version  # noqa: PLC0415 - as above

    version = Version(package.version)
    wheels = (File(one.filename, version, None, yanked=False) for one in package.wheels)
    source = package.source
    if source is None:
        return tuple(wheels)
    return (*wheels, File(f"{package.name}.tar.gz", version, None, yanked=False))
