"""Which lines of a function Lambda does not log, where its log is JSON and has a level.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html: a line that
is an object with the member `level` has that level, and every other line is of the level INFO.
"""

from __future__ import annotations

import json

from lpack.runtime.frames import Record

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
# What `logging` calls two of them; whoever writes JSON by its means writes these.
_ALSO = {"WARNING": "WARN", "CRITICAL": "FATAL"}
_LONGEST = 1 << 20
"""Bytes of a line whose end is waited for."""


def is_wanted(level: str, least: str) -> bool:
    """Whether what has a level is logged, where `least` is the lowest one that is."""
    return LEVELS.index(level) >= LEVELS.index(least)


class Levels:
    """Leaves out the lines of a log that have less than a level."""

    def __init__(self, least: str) -> None:
        """Name the lowest level that is logged."""
        self.least = least
        self._rest = b""

    def feed(self, piece: bytes) -> bytes:
        """Take what was written, and give what of it is logged, as far as its lines are whole."""
        if isinstance(piece, Record):
            return self.flush() + (piece if self._is_wanted(piece) else b"")
        whole, newline, self._rest = (self._rest + piece).rpartition(b"\n")
        if len(self._rest) > _LONGEST:
            return whole + newline + self.flush()
        lines = (whole + newline).splitlines(keepends=True)
        return b"".join(line for line in lines if self._is_wanted(line))

    def flush(self) -> bytes:
        """Give what has no end."""
        rest, self._rest = self._rest, b""
        return rest if self._is_wanted(rest) else b""

    def _is_wanted(self, line: bytes) -> bool:
        return is_wanted(_level(line), self.least)


def _level(line: bytes) -> str:
    if line.lstrip().startswith(b"{"):
        try:
            level = str(json.loads(line)["level"]).upper()
        except (ValueError, KeyError, RecursionError):
            return "INFO"
        level = _ALSO.get(level, level)
        if level in LEVELS:
            return level
    return "INFO"
