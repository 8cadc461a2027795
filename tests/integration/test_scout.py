"""The scout that runs ahead of pip: it may save time, and may change nothing else."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from lpack.resolvers import pip_shortcuts, pip_tools
from tests.index_server import IndexServer, write_wheel
from tests.resolving import NEW_INTEL, Asker, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typing_extensions import Self

_LARGE = 100_000


class RangeServer:
    """Serves one page whose file is read by parts, and confirms a page that is unchanged."""

    def __init__(self, wheel: Path) -> None:
        self.wheel = wheel
        self.requests: list[tuple[str, int]] = []
        """Paths with the status of the answer."""
        self.tag = '"1"'

    def __enter__(self) -> Self:
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content, headers, status = served.answer(self.path, dict(self.headers))
                served.requests.append((self.path, status))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """What index settings hold."""
        return f"http://127.0.0.1:{self._server.server_port}/simple/"

    def answer(self, path: str, headers: dict[str, str]) -> tuple[bytes, dict[str, str], int]:
        """Give content, headers and status."""
        body = self.wheel.read_bytes()
        if path == f"/files/{self.wheel.name}":
            asked = headers.get("Range", "")
            if not asked.startswith("bytes="):
                return body, {}, 200
            first, last = asked.removeprefix("bytes=").split("-")
            start = max(0, len(body) - int(last)) if not first else int(first)
            end = len(body) if not first or not last else int(last) + 1
            told = f"bytes {start}-{end - 1}/{len(body)}"
            return body[start:end], {"Content-Range": told}, 206
        if path != "/simple/lib/":
            return b"", {}, 404
        if headers.get("If-None-Match") == self.tag:
            return b"", {"ETag": self.tag}, 304
        digest = hashlib.sha256(body).hexdigest()
        page = (
            '{"meta": {"api-version": "1.0"}, "name": "lib", "files": [{"filename": '
            f'"{self.wheel.name}", "url": "../../files/{self.wheel.name}", '
            f'"hashes": {{"sha256": "{digest}"}}, "size": {len(body)}}}]}}'
        )
        kind = "application/vnd.pypi.simple.v1+json"
        return page.encode(), {"Content-Type": kind, "ETag": self.tag}, 200


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[RangeServer]:
    """Serve a wheel that is larger than one part, with its METADATA at the start."""
    import zipfile  # noqa: PLC0415 - adds to what the helper wrote

    wheel = write_wheel(tmp_path, "lib", "1.0")
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("lib/data.bin", b"\0" * _LARGE)
    with RangeServer(wheel) as server:
        yield server


def asking(tmp_path: Path, url: str) -> Asker:
    asker = Asker(tmp_path, url)
    asker.environ["LPACK_CACHE_DIR"] = str(tmp_path / "lpack-cache")
    return asker


def test_a_wheel_is_read_by_parts(tmp_path: Path, parts: RangeServer) -> None:
    """Its directory and its METADATA are fetched, and never all of it."""
    resolution = asking(tmp_path, parts.url).ask("pip-tools", NEW_INTEL, "lib")

    assert versions(resolution) == {"lib": "1.0"}
    of_file = [status for path, status in parts.requests if path.startswith("/files/")]
    assert set(of_file) == {206}
    assert len(of_file) <= 3


def test_a_second_lock_reads_what_was_kept(tmp_path: Path, parts: RangeServer) -> None:
    """METADATA is kept by the wheel's digest, and an unchanged page is only confirmed."""
    asker = asking(tmp_path, parts.url)
    first = asker.ask("pip-tools", NEW_INTEL, "lib")
    parts.requests.clear()

    second = asker.ask("pip-tools", NEW_INTEL, "lib")

    assert second == first
    assert parts.requests == [("/simple/lib/", 304)]


def test_a_page_that_changed_is_read_anew(tmp_path: Path, parts: RangeServer) -> None:
    """The index decides with each lock whether its page is still the same."""
    asker = asking(tmp_path, parts.url)
    asker.ask("pip-tools", NEW_INTEL, "lib")
    newer = write_wheel(tmp_path, "lib", "2.0")
    parts.wheel, parts.tag = newer, '"2"'

    resolution = asker.ask("pip-tools", NEW_INTEL, "lib")

    assert versions(resolution) == {"lib": "2.0"}


def test_damage_to_what_was_kept_is_noticed(tmp_path: Path, parts: RangeServer) -> None:
    """A torn file of the cache is as if it were not there."""
    asker = asking(tmp_path, parts.url)
    first = asker.ask("pip-tools", NEW_INTEL, "lib")
    kept = [path for path in (tmp_path / "lpack-cache").rglob("*") if path.is_file()]
    for path in kept:
        path.write_bytes(path.read_bytes()[:-20] + b"\0" * 20)

    second = asker.ask("pip-tools", NEW_INTEL, "lib")

    assert len(kept) == 2
    assert second == first


def test_nothing_that_is_kept_tells_a_password(tmp_path: Path) -> None:
    """Neither names nor contents of the cache have credentials in them."""
    (tmp_path / "wheels").mkdir()
    write_wheel(tmp_path / "wheels", "lib", "1.0")
    with IndexServer(tmp_path / "wheels", password="sesame") as private:
        asker = asking(tmp_path, private.url_with("someone", "sesame"))
        asker.ask("pip-tools", NEW_INTEL, "lib")

    kept = [path for path in (tmp_path / "lpack-cache").rglob("*") if path.is_file()]
    assert kept
    assert not [one for one in kept if b"sesame" in one.read_bytes() or "sesame" in one.name]


def test_a_child_that_breaks_is_started_again_without_shortcuts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip that changed in an unforeseen way costs time, and not the lock."""
    (tmp_path / "wheels").mkdir()
    write_wheel(tmp_path / "wheels", "lib", "1.0")
    started: list[bool] = []
    start = pip_tools._start  # noqa: SLF001 - the only place to break it

    def breaking(system, question, job, environ):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        started.append(job["quick"])
        broken = {**job, "tags": None} if job["quick"] else job
        return start(system, question, broken, environ)

    monkeypatch.setattr(pip_tools, "_start", breaking)
    with IndexServer(tmp_path / "wheels") as index:
        resolution = asking(tmp_path, index.url).ask("pip-tools", NEW_INTEL, "lib")

    assert versions(resolution) == {"lib": "1.0"}
    assert started == [True, False]


def test_shortcuts_are_left_out_where_pip_has_changed() -> None:
    """A part of pip with other parameters is not replaced."""

    def other(self: object, something: object) -> None:
        del self, something

    assert pip_shortcuts._parameters(other) == ["self", "something"]  # noqa: SLF001 - the guard
    assert pip_shortcuts._parameters(None) == []  # noqa: SLF001 - the guard
