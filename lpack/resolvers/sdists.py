"""The source distribution that would serve a requirement for which no wheel is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.index.settings import read_index_settings
from lpack.model import BuiltFrom
from lpack.resolvers.failures import Suspect, wanted_of
from lpack.resolvers.fitting import rank_of
from lpack.resolvers.places import places_of
from lpack.resolvers.project_page import read_project_page

if TYPE_CHECKING:
    from packaging.version import Version

    from lpack.resolvers.base import Question
    from lpack.resolvers.project_page import File, ProjectPage
    from lpack.system import System


def sdist_needed(name: str, question: Question, system: System) -> BuiltFrom | None:
    """Find what has to be built so that a resolver can take `name`; None where a wheel serves.

    No resolver is asked where another tool's lock tells all. The version is that of the existing
    lock, else the newest that the requirements allow.
    """
    if question.requirements.resolved is not None:
        return None
    settings = read_index_settings(system.environ, question.folder, system)
    settings = settings.also_stated(question.requirements.index)
    indexes = places_of(question, settings.indexes_for("uv"))
    page = read_project_page(name, indexes, settings, offline=question.offline)
    if page is None:
        return None
    version = _version(page, name, question)
    if version is None:
        return None
    files = page.of(version)
    if any(rank_of(file.filename, question.target) is not None for file in files):
        return None
    return next((_source(file) for file in files if _is_sdist(file)), None)


def _version(page: ProjectPage, name: str, question: Question) -> Version | None:
    wanted = wanted_of(question, Suspect(name))
    preferred = dict(question.preferred).get(name)
    prereleases = question.requirements.index.prereleases
    usable = [
        version for version in page.versions if any(not file.yanked for file in page.of(version))
    ]
    allowed = [one for one in usable if wanted.contains(one, prereleases=prereleases or None)]
    kept = [one for one in allowed if str(one) == preferred]
    final = [one for one in allowed if not one.is_prerelease]
    return next(iter([*kept, *final, *allowed]), None)


def _is_sdist(file: File) -> bool:
    return file.filename.endswith((".tar.gz", ".zip")) and not file.yanked


def _source(file: File) -> BuiltFrom:
    return BuiltFrom("sdist", file.url, file.sha256, file.size)
