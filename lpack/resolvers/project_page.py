"""What the indexes have of one project, asked for only to explain a failure or to correct uv."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from lpack.resolvers import pages
from lpack.resolvers.index_errors import refused
from lpack.resolvers.locations import is_remote, local_path
from lpack.resolvers.remote_metadata import remote_wheel
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from lpack.index.settings import Indexes, IndexSettings


@dataclass(frozen=True, slots=True)
class File:
    """One file of a project in an index."""

    filename: str
    version: Version
    requires_python: str | None
    yanked: bool
    url: str = ""
    """Where it is, without credentials."""
    sha256: str = ""
    """Hexadecimal, as far as the index tells it."""
    size: int | None = None

    @property
    def is_wheel(self) -> bool:
        """Whether it can be used without running a build."""
        return self.filename.endswith(".whl")


@dataclass(frozen=True)
class ProjectPage:
    """All files that the indexes have of one project."""

    name: NormalizedName
    files: tuple[File, ...]
    only_index: str = ""
    """URL of the one index that it may come from, where one is assigned to it."""

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """Every version, the newest first."""
        return tuple(sorted({file.version for file in self.files}, reverse=True))

    def of(self, version: Version) -> tuple[File, ...]:
        """Give the files of one version."""
        return tuple(file for file in self.files if file.version == version)


def read_project_page(
    name: str, indexes: Indexes, settings: IndexSettings, *, offline: bool = False
) -> ProjectPage | None:
    """Ask every index that serves a project for it; None when one of them could not be asked.

    Raises BuildError LP205 when an index wants credentials. 403 counts only when no other index has
    the project: it is also how an index on S3 says that it does not have it.
    """
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - only failures come here

    canonical = canonicalize_name(name)
    files: list[File] = []
    for link in indexes.links_for(canonical):
        files += _files_in_folder(canonical, link)
    forbidden = ""
    for url in indexes.urls_for(canonical):
        if not is_remote(url):
            files += _files_of_local_index(canonical, url)
            continue
        page = None if offline else _ask(canonical, url, settings)
        if page is None:
            return None
        if page.status == pages.FORBIDDEN:
            forbidden = url
        files += _parsed(canonical, pages.files_of(page))
    if forbidden and not files:
        raise refused(forbidden, pages.FORBIDDEN)
    only = "" if indexes.no_index else dict(indexes.assigned).get(canonical, "")
    return ProjectPage(canonical, tuple({file.filename: file for file in files}.values()), only)


def check_access(name: str, indexes: Indexes, settings: IndexSettings) -> None:
    """Raise BuildError LP205 when one of several indexes wants other credentials."""
    remote = [url for url in indexes.urls_for(name) if is_remote(url)]
    for url in remote if len(remote) > 1 else ():
        _ask(name, url, settings)


def _files_in_folder(name: NormalizedName, link: str) -> list[File]:
    folder = local_path(link)
    if folder is None or not folder.is_dir():
        return []
    return _parsed(
        name,
        ({"filename": path.name, "url": path.absolute().as_uri()} for path in folder.iterdir()),
    )


def _files_of_local_index(name: NormalizedName, url: str) -> list[File]:
    return _parsed(name, pages.local_files(name, url))


def _ask(name: str, index: str, settings: IndexSettings) -> pages.Page | None:
    """Get the page that an index has, or its word that it has none; None when neither came."""
    from requests import RequestException  # noqa: PLC0415 - 70 ms, and seldom needed

    from lpack.index.session import Session  # noqa: PLC0415 - as above

    try:
        session = Session(settings)
    except RequestException:
        return None
    try:
        page = pages.ask(session, pages.page_url(index, name))
    finally:
        session.close()
    if page is not None and page.status == pages.UNAUTHORIZED:
        raise refused(index, page.status)
    return page


def _parsed(name: NormalizedName, listed: Iterable[Any]) -> list[File]:
    return [file for one in listed if (file := _file(name, one))]


def _file(name: NormalizedName, entry: dict[str, Any]) -> File | None:
    # packaging costs 50 ms to import, which an unchanged build does not pay.
    from packaging.utils import (  # noqa: PLC0415
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )
    from packaging.version import InvalidVersion  # noqa: PLC0415

    filename = str(entry.get("filename") or "")
    try:
        if filename.endswith(".whl"):
            found, version = parse_wheel_filename(filename)[:2]
        else:
            found, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    if found != name:
        return None
    requires, told = entry.get("requires-python"), remote_wheel(entry)
    yanked = entry.get("yanked") not in (None, False)
    python = requires if isinstance(requires, str) else None
    return File(filename, version, python, yanked, told.url, told.sha256, told.size)
