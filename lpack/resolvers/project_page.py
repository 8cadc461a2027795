"""What the indexes have of one project, asked for only to explain a failure or to correct uv."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from lpack.resolvers.index_errors import refused
from lpack.resolvers.locations import is_remote, local_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.utils import NormalizedName
    from packaging.version import Version
    from requests import Response, Session

    from lpack.index.settings import Indexes, IndexSettings

_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
_PAGE_BYTES = 100_000_000
_SECONDS = 15.0
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class File:
    """One file of a project in an index."""

    filename: str
    version: Version
    requires_python: str | None
    yanked: bool

    @property
    def is_wheel(self) -> bool:
        """Whether it can be used without running a build."""
        return self.filename.endswith(".whl")


@dataclass(frozen=True)
class ProjectPage:
    """All files that the indexes have of one project."""

    name: NormalizedName
    files: tuple[File, ...]

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
    """Ask every index for a project; None when one of them could not be asked.

    Raises BuildError LP205 when an index wants credentials. 403 counts only when no other index has
    the project: it is also how an index on S3 says that it does not have it.
    """
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - only failures come here

    canonical = canonicalize_name(name)
    files: list[File] = []
    for link in indexes.find_links:
        files += _files_in_folder(canonical, link)
    forbidden = ""
    for url in indexes.urls():
        if not is_remote(url):
            files += _files_of_local_index(canonical, url)
            continue
        response = None if offline else _ask(canonical, url, settings)
        if response is None:
            return None
        if response.status_code == _FORBIDDEN:
            forbidden = url
        files += _read(canonical, response)
    if forbidden and not files:
        raise refused(forbidden, _FORBIDDEN)
    return ProjectPage(canonical, tuple({file.filename: file for file in files}.values()))


def check_access(name: str, indexes: Indexes, settings: IndexSettings) -> None:
    """Raise BuildError LP205 when one of several indexes wants other credentials."""
    remote = [url for url in indexes.urls() if is_remote(url)]
    for url in remote if len(remote) > 1 else ():
        _ask(name, url, settings)


def _files_in_folder(name: NormalizedName, link: str) -> list[File]:
    folder = local_path(link)
    if folder is None or not folder.is_dir():
        return []
    return _parsed(name, ({"filename": path.name} for path in folder.iterdir()))


def _files_of_local_index(name: NormalizedName, url: str) -> list[File]:
    folder = local_path(url)
    page = None if folder is None else folder / name / "index.html"
    if page is None or not page.is_file():
        return []
    return _parsed(name, _anchors(page.read_text(encoding="utf-8", errors="replace")))


def _ask(name: str, index: str, settings: IndexSettings) -> Response | None:
    """Get the page that an index has, or its word that it has none; None when neither came."""
    import requests  # noqa: PLC0415 - 100 ms, and seldom needed

    url = urljoin(index.rstrip("/") + "/", quote(name) + "/")
    with requests.Session() as session:
        _prepare(session, index, settings)
        try:
            response = session.get(
                url, headers={"Accept": _ACCEPT}, timeout=settings.timeout or _SECONDS
            )
        except requests.RequestException:
            return None
    if response.status_code == _UNAUTHORIZED:
        raise refused(index, _UNAUTHORIZED)
    understood = response.ok or response.status_code in (_FORBIDDEN, _NOT_FOUND)
    return response if understood and len(response.content) <= _PAGE_BYTES else None


def _prepare(session: Session, index: str, settings: IndexSettings) -> None:
    host = urlsplit(index).hostname
    if host in settings.trusted_hosts:
        session.verify = False
    elif settings.certificate:
        session.verify = settings.certificate
    if settings.client_certificate:
        session.cert = settings.client_certificate
    if settings.proxy:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    credentials = settings.credentials_for(index)
    if credentials:
        session.auth = credentials


def _read(name: NormalizedName, response: Response) -> list[File]:
    if not response.ok:
        return []
    if "json" not in response.headers.get("Content-Type", ""):
        return _parsed(name, _anchors(response.text))
    try:
        document = response.json()
    except ValueError:
        return []
    listed = document.get("files") if isinstance(document, dict) else None
    return _parsed(name, listed if isinstance(listed, list) else [])


def _parsed(name: NormalizedName, listed: Iterable[Any]) -> list[File]:
    return [file for one in listed if isinstance(one, dict) and (file := _file(name, one))]


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
    requires = entry.get("requires-python")
    yanked = entry.get("yanked") not in (None, False)
    return File(filename, version, requires if isinstance(requires, str) else None, yanked)


def _anchors(html: str) -> list[dict[str, Any]]:
    parser = _Anchors()
    parser.feed(html)
    return parser.found


class _Anchors(HTMLParser):
    """Collects the files of a page of the older kind (PEP 503)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an anchor."""
        attributes = dict(attrs)
        if tag == "a" and attributes.get("href"):
            path = urlsplit(attributes["href"] or "").path
            self.found.append(
                {
                    "filename": unquote(path.rpartition("/")[2]),
                    "requires-python": attributes.get("data-requires-python"),
                    "yanked": "data-yanked" in attributes,
                }
            )
