"""What indexes have said, kept below the cache folder: METADATA for good, pages to be revalidated.

The layout is `index-v1/metadata/KEY` and `index-v1/pages/KEY`. A key is a digest of the address
without credentials, so that what one index says is never taken for the word of another, and of the
wheel's sha256, without which METADATA is not kept at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING

from lpack.resolvers.locations import clean_url
from lpack.resolvers.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "index-v1"
_LARGEST = 100_000_000


class IndexCache:
    """A folder of answers; what cannot be read or written is as if it were not there."""

    def __init__(self, folder: Path | None) -> None:
        """Keep the place; None keeps nothing."""
        self._folder = None if folder is None else folder / FOLDER

    def metadata(self, url: str, sha256: str) -> bytes | None:
        """Give the METADATA of a wheel."""
        kept = self._read("metadata", _key(url, sha256)) if sha256 else None
        digest, _, content = (kept or b"").partition(b"\n")
        return content if hashlib.sha256(content).hexdigest().encode() == digest else None

    def keep_metadata(self, url: str, sha256: str, content: bytes) -> None:
        """Keep the METADATA of a wheel, with its own digest against torn files."""
        if sha256:
            digest = hashlib.sha256(content).hexdigest().encode()
            self._write("metadata", _key(url, sha256), digest + b"\n" + content)

    def page(self, url: str, reading: str) -> Page | None:
        """Give a page as it was kept, to be used only when the index sends or confirms the same.

        `reading` names what was left out of it.
        """
        head, _, body = (self._read("pages", _key(url, reading)) or b"").partition(b"\n")
        try:
            told = json.loads(head)
            page = Page(
                told["status"], told["url"], told["kind"], body, told["tag"], told["digest"]
            )
        except (ValueError, KeyError, TypeError):
            return None
        return page if told.get("sha256") == hashlib.sha256(body).hexdigest() else None

    def keep_page(self, url: str, reading: str, page: Page) -> None:
        """Keep a page."""
        told = {
            "status": page.status,
            "url": page.url,
            "kind": page.kind,
            "tag": page.tag,
            "digest": page.digest,
            "sha256": hashlib.sha256(page.body).hexdigest(),
        }
        self._write("pages", _key(url, reading), json.dumps(told).encode() + b"\n" + page.body)

    def _read(self, kind: str, key: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            path = self._folder / kind / key
            return path.read_bytes() if path.stat().st_size < _LARGEST else None
        except OSError:
            return None

    def _write(self, kind: str, key: str, content: bytes) -> None:
        if self._folder is None:
            return
        path = self._folder / kind / key
        new = path.with_name(f".{key}.{secrets.token_hex(8)}.tmp")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                new.write_bytes(content)
                os.replace(new, path)  # noqa: PTH105 - atomic, and on every system
            finally:
                new.unlink(missing_ok=True)


def _key(url: str, more: str) -> str:
    return hashlib.sha256(f"{clean_url(url)}\n{more}".encode()).hexdigest()
