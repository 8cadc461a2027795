"""A package index on the loopback, over a folder of wheels: PEP 691 JSON, or PEP 503 HTML."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import zipfile
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from packaging.metadata import parse_email
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

_JSON = "application/vnd.pypi.simple.v1+json"


@dataclass
class IndexServer:
    """Serves `folder`; what it says of a file can be bent by the other fields at any time."""

    folder: Path
    yanked: set[str] = field(default_factory=set)
    """File names."""
    statuses: dict[str, int] = field(default_factory=dict)
    """Project name to the status that its page answers with."""
    password: str | None = None
    """Of the user `someone`, when the index is private."""
    html_only: bool = False
    tells_hashes: bool = True
    tells_metadata: bool = True
    """Whether the index serves the METADATA of its wheels (PEP 658)."""
    requests: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """What index settings hold."""
        return f"{self.origin}/simple/"

    def url_with(self, user: str, password: str) -> str:
        """Give the index URL with credentials in it."""
        return self.url.replace("://", f"://{user}:{password}@")

    def files_of(self, project: str) -> list[dict[str, Any]]:
        """Describe the files of a project as PEP 691 does."""
        paths = sorted(path for path in self.folder.iterdir() if _project_of(path) == project)
        return [self._file(path) for path in paths]

    def _file(self, path: Path) -> dict[str, Any]:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        is_wheel = path.suffix == ".whl"
        metadata = metadata_of(path) if is_wheel else b""
        has_metadata = is_wheel and self.tells_metadata
        return {
            "filename": path.name,
            "url": f"{self.origin}/files/{quote(path.name)}",
            "hashes": {"sha256": digest} if self.tells_hashes else {},
            "size": path.stat().st_size,
            "requires-python": parse_email(metadata)[0].get("requires_python"),
            "yanked": path.name in self.yanked,
            "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()}
            if has_metadata
            else False,
        }


def write_wheel(  # noqa: PLR0913 - each is a field of the wheel
    folder: Path,
    name: str,
    version: str,
    *,
    tag: str = "py3-none-any",
    requires: Sequence[str] = (),
    extras: Sequence[str] = (),
    requires_python: str | None = None,
) -> Path:
    """Write a wheel that a resolver can read; nothing can be installed from it."""
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *([f"Requires-Python: {requires_python}"] if requires_python else []),
        *(f"Provides-Extra: {extra}" for extra in extras),
        *(f"Requires-Dist: {requirement}" for requirement in requires),
    ]
    path = folder / f"{name.replace('-', '_')}-{version}-{tag}.whl"
    inside = f"{name.replace('-', '_')}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{inside}/METADATA", "\n".join([*lines, "", ""]))
        wheel.writestr(f"{inside}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        wheel.writestr(f"{inside}/RECORD", "")
    return path


def metadata_of(path: Path) -> bytes:
    """Read the METADATA of a wheel."""
    with zipfile.ZipFile(path) as wheel:
        name = next(one for one in wheel.namelist() if one.endswith(".dist-info/METADATA"))
        return wheel.read(name)


def _project_of(path: Path) -> str | None:
    if path.suffix == ".whl":
        return parse_wheel_filename(path.name)[0]
    return parse_sdist_filename(path.name)[0] if path.name.endswith(".tar.gz") else None


def _html(files: list[dict[str, Any]]) -> bytes:
    anchors = []
    for file in files:
        digest = file["hashes"].get("sha256")
        href = file["url"] + (f"#sha256={digest}" if digest else "")
        requires = file["requires-python"]
        extra = f' data-requires-python="{escape(requires)}"' if requires else ""
        extra += ' data-yanked=""' if file["yanked"] else ""
        anchors.append(f'<a href="{escape(href)}"{extra}>{escape(file["filename"])}</a>')
    return f"<!DOCTYPE html><html><body>{''.join(anchors)}</body></html>".encode()


class _Server(ThreadingHTTPServer):
    """Hands the index to the requests' handlers."""

    def __init__(self, index: IndexServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.index = index


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        index = self.server.index
        path = unquote(urlsplit(self.path).path)
        index.requests.append(path)
        if not self._is_allowed(index):
            self._send(401)
        elif path.startswith("/files/"):
            self._send_file(index, path.removeprefix("/files/"))
        else:
            self._send_page(index, path.removeprefix("/simple/").strip("/"))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _is_allowed(self, index: IndexServer) -> bool:
        token = base64.b64encode(f"someone:{index.password}".encode()).decode()
        return index.password is None or self.headers["Authorization"] == f"Basic {token}"

    def _send_file(self, index: IndexServer, name: str) -> None:
        path = index.folder / name.removesuffix(".metadata")
        if not path.is_file():
            self._send(404)
        elif name.endswith(".metadata"):
            self._send(200, metadata_of(path), "application/octet-stream")
        else:
            self._send(200, path.read_bytes(), "application/octet-stream")

    def _send_page(self, index: IndexServer, project: str) -> None:
        files = index.files_of(canonicalize_name(project))
        status = index.statuses.get(project, 200 if files else 404)
        if status != 200:
            self._send(status)
        elif index.html_only or _JSON not in self.headers.get("Accept", ""):
            self._send(200, _html(files), "text/html")
        else:
            page = {"meta": {"api-version": "1.0"}, "name": project, "files": files}
            self._send(200, json.dumps(page).encode(), _JSON)

    def _send(self, status: int, body: bytes = b"", kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="index"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        del format, args
