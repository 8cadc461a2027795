"""Pages of an index as they arrive: asked for within bounds, and read as PEP 691 has them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from lpack.resolvers.locations import clean_url, local_path
from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.index.session import Session

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.1, text/html;q=0.01"
)
OK, NOT_MODIFIED, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 200, 304, 401, 403, 404
_UNDERSTOOD = (OK, NOT_MODIFIED, UNAUTHORIZED, FORBIDDEN, NOT_FOUND)
_PAGE_BYTES = 100_000_000
_ABSOLUTE = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Page:
    """What an index answered about one project."""

    status: int
    url: str = ""
    """Where redirects led to, without credentials."""
    kind: str = ""
    """Its media type, with parameters."""
    body: bytes = b""
    tag: str = ""
    """Its ETag."""
    digest: str = ""
    """sha256 of the body as it arrived, of a page that was reduced since."""

    @property
    def is_json(self) -> bool:
        """Whether it is of the newer kind (PEP 691)."""
        return self.kind.startswith("application/vnd.pypi.simple.v1+json")


def page_url(index: str, name: str) -> str:
    """Give the address of a project's page, as pip makes it."""
    return urljoin(index.rstrip("/") + "/", quote(name) + "/")


def ask(session: Session, url: str, tag: str = "") -> Page | None:
    """Get a page, or the index's word that it has none; None when neither came."""
    import requests  # noqa: PLC0415 - 70 ms, and seldom needed
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - as above

    headers = {"Accept": ACCEPT, **({"If-None-Match": tag} if tag else {})}
    try:
        with session.get(clean_url(url), headers) as response:
            if response.status_code not in _UNDERSTOOD:
                return None
            body = response.raw.read(_PAGE_BYTES + 1, decode_content=True)
    except (requests.RequestException, HTTPError, OSError, ValueError):
        return None
    if len(body) > _PAGE_BYTES:
        return None
    return Page(
        response.status_code,
        clean_url(response.url),
        response.headers.get("Content-Type", "").lower(),
        body,
        response.headers.get("ETag", ""),
    )


def files_of(page: Page) -> list[dict[str, Any]]:
    """List the files of a page with absolute addresses; what cannot be read is left out."""
    if page.status != OK:
        return []
    if "json" not in page.kind:
        return anchors(page.body.decode(errors="replace"), page.url)
    try:
        document = json.loads(page.body)
    except ValueError:
        return []
    listed = document.get("files") if isinstance(document, dict) else None
    return [
        # 20,000 files are usual, and `urljoin` takes 10 µs for each.
        one if one["url"].startswith(_ABSOLUTE) else {**one, "url": urljoin(page.url, one["url"])}
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and isinstance(one.get("url"), str)
    ]


def local_files(name: str, index: str) -> list[dict[str, Any]]:
    """List the files of a project in an index that is a folder of pages."""
    folder = local_path(index)
    page = None if folder is None else folder / name / "index.html"
    if page is None or not page.is_file():
        return []
    return anchors(page.read_text(encoding="utf-8", errors="replace"), page.absolute().as_uri())


def anchors(html: str, url: str) -> list[dict[str, Any]]:
    """List the files of a page of the older kind (PEP 503) as the newer kind does."""
    parser = _Anchors(url)
    parser.feed(html)
    return parser.found


class _Anchors(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = url
        self.found: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an anchor, or what its address is relative to."""
        attributes = dict(attrs)
        address = attributes.get("href") or ""
        if tag == "base" and address and not self.found:
            self.base = urljoin(self.base, address)
        if tag == "a" and address:
            url = urljoin(self.base, address)
            kind, _, digest = urlsplit(url).fragment.partition("=")
            self.found.append(
                {
                    "filename": unquote(urlsplit(url).path.rpartition("/")[2]),
                    "url": url,
                    "hashes": {"sha256": digest} if kind == "sha256" else {},
                    "requires-python": attributes.get("data-requires-python"),
                    "yanked": "data-yanked" in attributes,
                    "core-metadata": _beside(attributes),
                }
            )


def _beside(attributes: dict[str, str | None]) -> dict[str, str]:
    """Read the digest of the METADATA that lies beside a wheel (PEP 714)."""
    told = attributes.get("data-core-metadata") or attributes.get("data-dist-info-metadata") or ""
    kind, _, digest = told.partition("=")
    return {"sha256": digest} if kind == "sha256" else {}
