"""Addresses of what another tool's lock states by digest only, looked up in the indexes."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lpack.errors import BuildError
from lpack.model import BuiltFrom, LockedPackage, LockedWheel
from lpack.resolvers import pages
from lpack.resolvers.index_errors import needs_network, refused, unreachable
from lpack.resolvers.locations import as_url, clean_url, is_remote, local_path
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lpack.index.session import Session
    from lpack.index.settings import Indexes, IndexSettings

_THREADS = 8
_WHEEL = ".whl"
_SEPARATORS = re.compile(r"[-_.]+")

_Listed = tuple[list[dict[str, Any]], str]
"""Files as PEP 691 describes them, and the address that theirs are relative to."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A file that some index has."""

    filename: str
    url: str
    size: int | None


def with_addresses(
    packages: tuple[LockedPackage, ...],
    indexes: Indexes,
    settings: IndexSettings,
    *,
    offline: bool,
) -> tuple[LockedPackage, ...]:
    """Complete what lacks a location: each index is asked once for each package.

    Files are found by their sha256; those that no index has any more are left out. What turns out
    to be a source distribution becomes the source of a package, if that has no wheel.
    Raises BuildError LP113 (no answer), LP116 (no index has any of the files), LP205 (credentials)
    or LP206 (offline).
    """
    incomplete = [one for one in packages if not _is_complete(one)]
    if not incomplete:
        return packages
    from lpack.index.session import Session  # noqa: PLC0415 - 100 ms, and only for these locks

    session = Session(settings)
    search = _Search(indexes, session, offline=offline)
    try:
        with ThreadPoolExecutor(_THREADS) as threads:
            found = dict(zip(incomplete, threads.map(search.completed, incomplete), strict=True))
    finally:
        session.close()
    return tuple(found.get(one, one) for one in packages)


def _is_complete(package: LockedPackage) -> bool:
    source = package.source
    return all(one.location for one in package.wheels) and (source is None or bool(source.location))


class _Search:
    """Looks for files by digest; any number of threads may use it."""

    def __init__(self, indexes: Indexes, session: Session, *, offline: bool) -> None:
        self._indexes = indexes
        self._session = session
        self._offline = offline

    def completed(self, package: LockedPackage) -> LockedPackage:
        """Give a package with the addresses that its files have."""
        wanted = {one.sha256 for one in package.wheels if not one.location}
        if package.source is not None and not package.source.location:
            wanted.add(package.source.digest)
        found = self._find(package.name, wanted)
        completed = _with(package, found)
        if not completed.wheels and completed.source is None:
            raise BuildError(
                "LP116",
                f"no index has a file of `{package.name}=={package.version}` with a digest that "
                "was locked",
                hint="lock again with the tool that the lock belongs to, or name the index that "
                "has it",
            )
        return completed

    def _find(self, name: str, wanted: set[str]) -> dict[str, _Found]:
        """Ask one place after the other until every digest is found."""
        found: dict[str, _Found] = {}
        left_out: list[BuildError] = []
        for files, base in self._everywhere(name, left_out):
            for digest, file in _hashed(files, base, wanted):
                found.setdefault(digest, file)
            if len(found) == len(wanted):
                break
        if left_out and not found:
            raise left_out[0]
        return found

    def _everywhere(self, name: str, left_out: list[BuildError]) -> Iterator[_Listed]:
        for link in self._indexes.links_for(name):
            folder = local_path(link)
            if folder is not None:
                yield _in_folder(folder, name)
            else:
                yield self._on_page(link, link, left_out)
        for index in self._indexes.urls_for(name):
            if is_remote(index):
                yield self._on_page(index, pages.page_url(index, name), left_out)
            else:
                yield _in_local_index(index, name)

    def _on_page(self, index: str, url: str, left_out: list[BuildError]) -> _Listed:
        """List the files of a page; why it could not be asked counts when no other has the file.

        There is no other for an index that wants credentials or does not answer.
        """
        if self._offline:
            what = "the lock states no addresses, and an index has to be asked for them"
            left_out.append(needs_network(what, "run once without `--offline`"))
            return [], url
        page = pages.ask(self._session, url)
        if page is None:
            raise unreachable(index, "it does not answer")
        if page.status == pages.UNAUTHORIZED:
            raise refused(index, page.status)
        if page.status == pages.FORBIDDEN:
            # Also how an index on S3 says that it does not have a project.
            left_out.append(refused(index, page.status))
        return _files_of(page), page.url


def _with(package: LockedPackage, found: dict[str, _Found]) -> LockedPackage:
    wheels = tuple(
        one if one.location else _wheel(one, found[one.sha256])
        for one in package.wheels
        if one.location or _is_wheel(found.get(one.sha256))
    )
    source = package.source
    if source is not None and not source.location:
        source = _source(source, found.get(source.digest))
    if source is None and not wheels:
        source = next(
            (
                _source(BuiltFrom("sdist", "", digest), file)
                for digest, file in found.items()
                if not _is_wheel(file)
            ),
            None,
        )
    return replace(package, wheels=wheels, source=source)


def _is_wheel(file: _Found | None) -> bool:
    return file is not None and file.filename.endswith(_WHEEL)


def _wheel(wheel: LockedWheel, file: _Found) -> LockedWheel:
    return LockedWheel(wheel.filename or file.filename, file.url, wheel.sha256, file.size)


def _source(source: BuiltFrom, file: _Found | None) -> BuiltFrom | None:
    return None if file is None else replace(source, location=file.url, size=file.size)


def _hashed(
    files: Iterable[dict[str, Any]], base: str, wanted: set[str]
) -> Iterator[tuple[str, _Found]]:
    """Give the files with a digest that is wanted, and with an address."""
    for one in files:
        hashes, url, size = one.get("hashes"), one.get("url"), one.get("size")
        digest = str(hashes.get("sha256")).lower() if isinstance(hashes, dict) else ""
        if digest not in wanted or not isinstance(url, str):
            continue
        try:
            whole = clean_url(urljoin(base, url))
        except ValueError:
            continue
        name = unquote(urlsplit(whole).path.rpartition("/")[2])
        if name.isprintable():
            known = isinstance(size, int) and size >= 0
            yield digest, _Found(name, whole, size if known else None)


def _in_folder(folder: Path, name: str) -> _Listed:
    """List the files of a folder that may be of a project, as a page of an index would."""
    files = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _SEPARATORS.sub("-", path.name.lower()).startswith(f"{name}-") and path.is_file():
            content = path.read_bytes()
            hashes = {"sha256": hashlib.sha256(content).hexdigest()}
            url = path.absolute().as_uri()
            files.append({"url": url, "hashes": hashes, "size": len(content)})
    return files, ""


def _in_local_index(index: str, name: str) -> _Listed:
    folder = local_path(index)
    page = None if folder is None else folder / name / "index.html"
    if page is None or not page.is_file():
        return [], ""
    return _anchored(page.read_text(encoding="utf-8", errors="replace")), as_url(str(page))


def _files_of(page: pages.Page) -> list[dict[str, Any]]:
    if page.status == pages.OK and "json" not in page.kind:
        return _anchored(page.body.decode(errors="replace"))
    return pages.files_of(page)


def _anchored(html: str) -> list[dict[str, Any]]:
    parser = _Anchors()
    parser.feed(html)
    return parser.found


class _Anchors(HTMLParser):
    """Collects addresses and digests of a page of the older kind (PEP 503)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an anchor."""
        href = dict(attrs).get("href") if tag == "a" else None
        if href:
            url, fragment = urldefrag(href)
            kind, _, digest = fragment.partition("=")
            self.found.append({"url": url, "hashes": {kind: digest}})
