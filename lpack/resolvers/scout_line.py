"""The line between pip's process and the scout: a socket, a question a line, an answer each."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.resolvers.pages import Page


class Answering(Protocol):
    """Whoever answers."""

    def page(self, url: str) -> Page | None:
        """Give a project's page."""

    def metadata(self, url: str) -> bytes | None:
        """Give the METADATA of a wheel."""


@contextlib.contextmanager
def listening(scout: Answering, folder: Path) -> Iterator[str]:
    """Answer one caller in a thread; give the place to call, or nothing where that cannot be."""
    path = str(folder / "scout")
    try:
        # Only this user can get into the folder, which is a temporary one.
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
    except (OSError, AttributeError):
        # The path is too long, or the system has no such sockets.
        yield ""
        return
    threading.Thread(target=_answer_all, args=(listener, scout), daemon=True).start()
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            # Ends a wait for a caller that has never called.
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _answer_all(listener: socket.socket, scout: Answering) -> None:
    # A caller that hangs up, or was killed, needs no answer.
    with contextlib.suppress(OSError, ValueError):
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as line:
            for question in line:
                kind, url = json.loads(question)
                head, body = _answer(scout, kind, url)
                line.write(json.dumps(head).encode() + b"\n" + body)
                line.flush()


def _answer(scout: Answering, kind: str, url: str) -> tuple[dict[str, Any], bytes]:
    if kind == "page":
        page = scout.page(url)
        if page is not None:
            told = {"status": page.status, "url": page.url, "kind": page.kind}
            return {**told, "length": len(page.body)}, page.body
    else:
        content = scout.metadata(url)
        if content is not None:
            return {"status": 200, "length": len(content)}, content
    return {"status": 0, "length": 0}, b""


class Caller:
    """The other end of the line."""

    def __init__(self, path: str) -> None:
        """Call; raises OSError when nobody answers."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._line = self._socket.makefile("rwb")

    def ask(self, kind: str, url: str) -> tuple[dict[str, Any], bytes]:
        """Give the answer's head, whose status is 0 when there is no answer, and its body."""
        try:
            self._line.write(json.dumps([kind, url]).encode() + b"\n")
            self._line.flush()
            head = json.loads(self._line.readline())
            return head, self._line.read(head["length"])
        except (OSError, ValueError):
            return {"status": 0}, b""
