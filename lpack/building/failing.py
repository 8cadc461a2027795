"""What a tool or a build backend said when it failed, made short and safe to print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError, without_credentials
from lpack.printed import safe

if TYPE_CHECKING:
    from lpack.model import Where
    from lpack.system import Completed

LINES_SHOWN = 12
_CHARACTERS_SHOWN = 300
_READ = 64 * 1024
# Colours and cursor movements (ECMA-48).
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def build_failed(
    message: str, where: Where, *, said: tuple[str, ...] = (), hint: str | None = None
) -> BuildError:
    """Make the error LP119, which ends with what was said last."""
    return BuildError("LP119", "\n  ".join([message, *said]), where=where, hint=hint)


def last_lines(done: Completed) -> tuple[str, ...]:
    """Give the last lines that a process said; what went wrong stands on standard error."""
    return lines_of(done.stdout[-_READ:] + b"\n" + done.stderr[-_READ:])


def lines_of(said: bytes) -> tuple[str, ...]:
    """Give the last lines of an output, without credentials and without power over a terminal."""
    lines = [
        _shown(line)
        for line in _ESCAPE.sub("", said.decode("utf-8", "replace")).splitlines()
        if line.strip()
    ]
    return tuple(lines[-LINES_SHOWN:])


def ending(status: int) -> str:
    """Say how a process ended that did not end well."""
    return f"signal {-status} ended it" if status < 0 else f"exit status {status}"


def _shown(line: str) -> str:
    text = safe(without_credentials(line.expandtabs(4).rstrip()))
    return text if len(text) <= _CHARACTERS_SHOWN else f"{text[:_CHARACTERS_SHOWN]}…"
