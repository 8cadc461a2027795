"""An index on the loopback that uv asks for what comes from one index only, for as long as it runs.

uv has `[tool.uv.sources]` for that, which count only for what the user requires directly; what
others require would be taken from any index, and from a stranger. So uv is given one more index,
the first to be asked. It has the assigned projects, each from its own index, and its files lead
through it too, so that credentials stay here. A secret in its address keeps other users out.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from lpack.resolvers import index_errors, pages
from lpack.resolvers.locations import clean_url, is_remote, local_path
from lpack.resolvers.remote_metadata import read_metadata, remote_wheel

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from lpack.errors import BuildError
    from lpack.index.session import Session
    from lpack.index.settings import Indexes, IndexSettings

_CHUNK = 1 << 17
_PASSED_ON = ("Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "ETag")


class Relay:
    """Serves the projects that are assigned to an index, or all where uv is to merge indexes."""

    def __init__(self, settings: IndexSettings, indexes: Indexes, *, serves_all: bool) -> None:
        """Keep what decides where a project comes from; nothing is asked yet."""
        self.settings, self.indexes, self.serves_all = settings, indexes, serves_all
        self.problem: BuildError | None = None
        """The first index that could not be asked."""
        self._files: list[dict[str, Any]] = []
        self._noting = threading.Lock()
        self._session: Session | None = None
        self._secret = secrets.token_urlsafe(24)

    def __enter__(self) -> Self:
        """Listen on a free port."""
        from lpack.index.session import Session  # noqa: PLC0415 - 100 ms, and seldom needed

        self._session = Session(self.settings)
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The index that uv is to ask first."""
        return f"{self._prefix}/simple/"

    @property
    def _prefix(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{self._secret}"

    def real_location(self, location: str) -> str:
        """Give the address of a file that the relay has lent one of its own."""
        here = f"{self._prefix}/files/"
        if not location.startswith(here):
            return location
        number = int(location.removeprefix(here).partition("/")[0])
        return clean_url(self._files[number]["url"])

    def answer(self, path: str, request: _Request) -> None:
        """Answer a request."""
        mark, kind, *rest = (*path.strip("/").split("/"), "", "")
        if not secrets.compare_digest(mark, self._secret):
            request.reply(pages.NOT_FOUND)
        elif kind == "simple":
            self._page(unquote(rest[0]), request)
        elif kind == "files" and rest[0].isdigit() and int(rest[0]) < len(self._files):
            self._file(self._files[int(rest[0])], request, is_metadata=path.endswith(".metadata"))
        else:
            request.reply(pages.NOT_FOUND)

    def _page(self, name: str, request: _Request) -> None:
        assigned = name in dict(self.indexes.assigned)
        if not (assigned or self.serves_all):
            request.reply(pages.NOT_FOUND)
            return
        found: dict[str, dict[str, Any]] = {}
        for index in self.indexes.urls_for(name):
            for one in self._listed(name, index):
                found.setdefault(str(one.get("filename")), one)
        if not found and not assigned:
            request.reply(pages.NOT_FOUND)
            return
        # An assigned project without files is a page without files: uv goes on after a 404.
        files = [self._lent(one) for one in found.values()]
        document = {"meta": {"api-version": "1.0"}, "name": name, "files": files}
        kind = "application/vnd.pypi.simple.v1+json"
        request.reply(pages.OK, {"Content-Type": kind}, json.dumps(document).encode())

    def _listed(self, name: str, index: str) -> list[dict[str, Any]]:
        if not is_remote(index):
            return pages.local_files(name, index)
        page = (
            None if self._session is None else pages.ask(self._session, pages.page_url(index, name))
        )
        if page is None:
            self._note(index_errors.unreachable(index, "it gives no answer that can be used"))
        elif page.status in (pages.UNAUTHORIZED, pages.FORBIDDEN):
            self._note(index_errors.refused(index, page.status))
        return [] if page is None else pages.files_of(page)

    def _note(self, problem: BuildError) -> None:
        self.problem = self.problem or problem

    def _lent(self, file: dict[str, Any]) -> dict[str, Any]:
        """Give a file an address here, where its METADATA is to be had in any case."""
        with self._noting:
            self._files.append(file)
            number = len(self._files) - 1
        name = str(file.get("filename"))
        lent = {**file, "url": f"{self._prefix}/files/{number}/{quote(name)}"}
        return {**lent, "core-metadata": name.endswith(".whl")}

    def _file(self, file: dict[str, Any], request: _Request, *, is_metadata: bool) -> None:
        local = local_path(file["url"])
        if is_metadata:
            content = (
                None
                if self._session is None or local
                else read_metadata(self._session, remote_wheel(file), whole=True)
            )
            request.reply(pages.NOT_FOUND if content is None else pages.OK, {}, content or b"")
        elif local is not None:
            content = local.read_bytes() if local.is_file() else None
            request.reply(pages.NOT_FOUND if content is None else pages.OK, {}, content or b"")
        elif self._session is not None:
            asked = {"Accept-Encoding": "identity", **request.range()}
            with self._session.get(clean_url(file["url"]), asked) as response:
                heads = {
                    name: response.headers[name] for name in _PASSED_ON if name in response.headers
                }
                request.begin(response.status_code, heads)
                for piece in response.raw.stream(_CHUNK, decode_content=False):
                    request.wfile.write(piece)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, relay: Relay) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.relay = relay

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: uv hangs up when it has read enough, and reports what it lacks."""
        del request, client_address


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer."""
        self.server.relay.answer(urlsplit(self.path).path, self)

    def range(self) -> dict[str, str]:
        """Give the bytes that are asked for, as a header."""
        asked = self.headers.get("Range")
        return {"Range": asked} if asked else {}

    def begin(self, status: int, headers: dict[str, str]) -> None:
        """Send the head of an answer; without a length the connection ends with it."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Connection", "close")
        self.end_headers()

    def reply(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        """Send a whole answer."""
        self.begin(status, {**(headers or {}), "Content-Length": str(len(body))})
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Log nothing: paths hold the secret."""
        del format, args
