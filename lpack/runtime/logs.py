"""The logs of calls, kept in the project as CloudWatch would name them.

Each group is a folder, and each stream a file in it.

A file has a line of JSON for each event, as GetLogEvents gives them: `timestamp` in milliseconds,
and `message`; and the request that it belongs to.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import IO

from lpack.runtime.frames import Record

# Paths are texts here: what else there is for them takes long to load, while a function starts.
# ruff: noqa: PTH103, PTH110, PTH118, PTH120, PTH123
FOLDER = ".lpack/logs"
SUFFIX = ".jsonl"
_IGNORED = "*\n"
_LONGEST = 1 << 18
"""Bytes of an event: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
API_InputLogEvent.html has 1 MB, and longer lines are cut."""


class LogFolder:
    """Writes what is logged into one stream."""

    def __init__(self, root: str, group: str, stream: str) -> None:
        """Name the project's folder, the group and the stream; nothing is written yet."""
        self.root = root
        # A group may have any of the names that lead out of a folder.
        parts = ["_" if one in ("", ".", "..") else one for one in group.strip("/").split("/")]
        self.path = os.path.join(root, FOLDER, *parts, f"{stream}{SUFFIX}")
        self._file: IO[bytes] | None = None
        self._failed = False
        self._rest = bytearray()

    def write(self, request_id: str, piece: bytes) -> None:
        """Add a piece of the log; a project that cannot be written to has no logs."""
        if isinstance(piece, Record):
            self._flush(request_id)
            self._put(request_id, [piece.removesuffix(b"\n")])
            return
        self._rest += piece
        whole, newline, rest = bytes(self._rest).rpartition(b"\n")
        if not newline:
            if len(rest) < _LONGEST:
                return
            whole, rest = rest, b""
        self._rest = bytearray(rest)
        self._put(request_id, whole.split(b"\n"))

    def close(self) -> None:
        """Write what has no end."""
        self._flush("")
        if self._file is not None:
            self._file.close()
            self._file = None

    def _flush(self, request_id: str) -> None:
        if self._rest:
            self._put(request_id, [bytes(self._rest)])
            self._rest.clear()

    def _put(self, request_id: str, messages: list[bytes]) -> None:
        if self._failed:
            return
        moment = time.time_ns() // 1_000_000
        events = b"".join(
            json.dumps(
                {
                    "timestamp": moment,
                    "message": message[:_LONGEST].decode(errors="replace"),
                    "requestId": request_id,
                }
            ).encode()
            + b"\n"
            for message in messages
        )
        try:
            if self._file is None:
                self._file = _opened(self.root, self.path)
            self._file.write(events)
            self._file.flush()
        except OSError:
            self._failed = True


def prepare(root: str) -> None:
    """Make lpack's folder in a project, which git does not see; before the project is read."""
    with contextlib.suppress(OSError):  # whoever writes to it finds out
        ignore = os.path.join(root, os.path.dirname(FOLDER), ".gitignore")
        if not os.path.exists(ignore):
            os.makedirs(os.path.dirname(ignore), exist_ok=True)
            with open(ignore, "w", encoding="utf-8") as file:
                file.write(_IGNORED)


def _opened(root: str, path: str) -> IO[bytes]:
    prepare(root)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return open(path, "ab")
