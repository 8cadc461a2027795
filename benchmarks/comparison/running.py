"""Runs one command to its end, and tells how long it took and how much memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SHOWN = 800
"""Characters of a failed command's output that are worth showing."""


class CommandFailedError(Exception):
    """A command was not there, or ended with a failure."""


@dataclass(frozen=True)
class Step:
    """A command of a program's build; the parts of a build are timed apart."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Spent:
    """What a process took."""

    seconds: float
    peak: int
    """Bytes of memory of the largest single process, children included."""


def run(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Spent:
    """Run a command; raises CommandFailedError with the end of what it said."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        try:
            # Popen, because only wait4 tells the memory of this very process.
            process = subprocess.Popen(
                command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
        except OSError as error:
            raise CommandFailedError(f"{command[0]}: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        spent = Spent(time.perf_counter() - start, usage.ru_maxrss * 1024)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()[-_SHOWN:]
            raise CommandFailedError(f"exit status {process.returncode}: {text}")
    return spent


def output_of(command: Sequence[str], environ: Mapping[str, str] | None = None) -> str:
    """Give what a short command prints, or nothing where it is missing or fails."""
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def shell(name: str, *lines: str) -> Step:
    """Give a step of several commands, as a user's script would have them."""
    return Step(name, ("sh", "-ec", "\n".join(lines)))
