"""Talking to the person: progress on a terminal, failures in one form."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from lpack.printed import megabytes

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Diagnostic
    from lpack.outcome import Report
    from lpack.reporters.base import Style

_ERASE = "\r\x1b[K"
_BETWEEN = 0.05
"""Seconds between two drawings of the same line."""


class LineProgress:
    """One line on the terminal that says what goes on, and is gone in the end."""

    def __init__(self) -> None:
        """Start without anything to say."""
        self._function = ""
        self._drawn = 0.0
        self._process = os.getpid()

    def step(self, function: str, doing: str) -> None:
        """Show that a step of a function begins."""
        self._function = function
        self._draw(f"{function}  {doing}")

    def bytes(self, done: int, total: int, doing: str = "fetching") -> None:
        """Show how much has been downloaded, or done otherwise."""
        if time.monotonic() - self._drawn > _BETWEEN:
            of = f" of {megabytes(total)}" if total else ""
            self._draw(f"{self._function}  {doing}  {megabytes(done)}{of}")

    def count(self, function: str, done: int, total: int) -> None:
        """Show that a function is done, and how many of all are."""
        if total > 1 and (done == total or time.monotonic() - self._drawn > _BETWEEN):
            self._draw(f"{done} of {total} functions  {function}")

    def clear(self) -> None:
        """Take the line away."""
        sys.stderr.write(_ERASE)
        sys.stderr.flush()

    def _draw(self, text: str) -> None:
        if os.getpid() != self._process:
            return  # one of several that work at a time, and share the line
        from shutil import get_terminal_size  # noqa: PLC0415 - only where somebody watches

        self._drawn = time.monotonic()
        width = get_terminal_size().columns
        sys.stderr.write(_ERASE + text[: width - 1])
        sys.stderr.flush()


class NoProgress:
    """Nothing, where nobody watches."""

    def step(self, function: str, doing: str) -> None:
        """Say nothing."""

    def bytes(self, done: int, total: int, doing: str = "fetching") -> None:
        """Say nothing."""

    def count(self, function: str, done: int, total: int) -> None:
        """Say nothing."""

    def clear(self) -> None:
        """Have nothing to take away."""


class LoudProgress(NoProgress):
    """A line for each step, for logs that are read later."""

    def step(self, function: str, doing: str) -> None:
        """Print the step, in one piece among those of others."""
        sys.stderr.write(f"{function}: {doing}\n")


def progress_for(style: Style) -> LineProgress | NoProgress:
    """Choose by who watches."""
    if style.quiet:
        return NoProgress()
    if sys.stderr.isatty():
        return LineProgress()
    return LoudProgress() if style.verbose else NoProgress()


def print_failures(
    diagnostics: tuple[Diagnostic, ...], style: Style, root: Path | None = None
) -> None:
    """Print what ended the command on standard error; places in files count from `root`."""
    if not diagnostics:
        return
    from lpack.reporters.source_lines import SourceLines  # noqa: PLC0415 - only on failure
    from lpack.reporters.text import render_diagnostic  # noqa: PLC0415 - only on failure

    source = SourceLines(root)
    told = (render_diagnostic(one, style, source=source) for one in diagnostics)
    sys.stderr.write("\n".join(told))


def print_report(report: Report, style: Style) -> None:
    """Print what ended a command, or the work on some functions, on standard error."""
    print_failures(report.diagnostics, style, report.root)
    if not report.failures:
        return
    from lpack.reporters.text import render_failures  # noqa: PLC0415 - only on failure

    sys.stderr.write(render_failures(report, style))
