"""Run one command: the one place where failures become words and an exit status."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from lpack.cli.color import wants_color
from lpack.cli.failing import told
from lpack.cli.streams import give_up_stdout
from lpack.cli.terminal import print_failures, print_report, progress_for
from lpack.outcome import Report
from lpack.reporters import REPORTERS, Style
from lpack.system import System

if TYPE_CHECKING:
    import argparse
    from types import FrameType

    from lpack.cli.context import Context
    from lpack.model import Diagnostic

TERMINATED = 143


def run(words: list[str]) -> int:
    """Parse the command line, run the command, and give the exit status.

    KeyboardInterrupt is the caller's to handle.
    """
    signal.signal(signal.SIGTERM, _terminate)
    style, form = _early_style(), _early_form(words)
    try:
        from lpack.cli.arguments import parse  # noqa: PLC0415 - its failure is handled here

        options = parse(words)
        style, form = _style(options), options.output
        return _dispatch(options, words, style)
    except BrokenPipeError:
        # The reader has gone; nobody is left to tell.
        give_up_stdout()
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a bug must not look like a crash
        return _failed(*told(error, verbose=style.verbose), style, form)


def _dispatch(options: argparse.Namespace, words: list[str], style: Style) -> int:
    from lpack.cli.commands import command  # noqa: PLC0415 - its failure is handled by the caller
    from lpack.cli.context import Context  # noqa: PLC0415 - see above

    progress = progress_for(style)
    context: Context = Context(options, words, style, System(), progress)
    try:
        report = command(options.command)(context)
    finally:
        progress.clear()
    if isinstance(report, Report):
        _write_result(REPORTERS[options.output](report, style))
        if options.output == "text":
            print_report(report, style)
        return report.exit_status
    sys.stdout.flush()
    return report


def _write_result(text: str) -> None:
    """Write to standard output; a reader who has gone still gets the exit status.

    Raises OSError when it cannot be written for another reason.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_stdout()


def _failed(diagnostics: tuple[Diagnostic, ...], exit_status: int, style: Style, form: str) -> int:
    try:
        if form == "json":
            report = Report(diagnostics=diagnostics, exit_status=exit_status)
            _write_result(REPORTERS["json"](report, style))
            return exit_status
        sys.stdout.flush()
    except OSError:
        give_up_stdout()
    # Where nothing can be told, the exit status still tells.
    with contextlib.suppress(OSError):
        print_failures(diagnostics, style)
    return exit_status


def _style(options: argparse.Namespace) -> Style:
    color = wants_color(options.color, os.environ, sys.stdout)
    return Style(color, quiet=options.quiet, verbose=options.verbose)


def _early_style() -> Style:
    """Know how to show a command line that cannot be parsed."""
    return Style(color=wants_color(None, os.environ, sys.stderr))


def _early_form(words: list[str]) -> str:
    """Know in which form a command line was meant to be answered that cannot be parsed."""
    wants_json = "--output=json" in words or ("--output", "json") in pairwise(words)
    return "json" if wants_json else "text"


def _terminate(number: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that no temporary file stays."""
    del number, frame
    sys.exit(TERMINATED)
