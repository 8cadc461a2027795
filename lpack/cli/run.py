"""Run one command: the one place where failures become words and an exit status."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING

from lpack.cli.color import wants_color
from lpack.cli.terminal import print_failures, progress_for
from lpack.errors import LpackError
from lpack.model import Diagnostic
from lpack.outcome import Report
from lpack.reporters import REPORTERS, Style
from lpack.system import System

if TYPE_CHECKING:
    import argparse
    from types import FrameType

    from lpack.cli.context import Context

INTERRUPTED = 130
TERMINATED = 143
BUG = 70


def run(words: list[str]) -> int:
    """Parse the command line, run the command, and give the exit status."""
    signal.signal(signal.SIGTERM, _terminate)
    style, form = _early_style(words), "json" if "--output=json" in words else "text"
    try:
        from lpack.cli.arguments import parse  # noqa: PLC0415 - its failure is handled here

        options = parse(words)
        style, form = _style(options), options.output
        return _dispatch(options, words, style)
    except LpackError as error:
        return _failed(error.diagnostics, error.exit_status, style, form)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a bug must not look like a crash
        return _bug(error, style, form)


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
        sys.stdout.write(REPORTERS[options.output](report, style))
        sys.stdout.flush()
        return report.exit_status
    return report


def _failed(diagnostics: tuple[Diagnostic, ...], exit_status: int, style: Style, form: str) -> int:
    if form == "json":
        report = Report(diagnostics=diagnostics, exit_status=exit_status)
        sys.stdout.write(REPORTERS["json"](report, style))
    else:
        print_failures(diagnostics, style)
    return exit_status


def _bug(error: Exception, style: Style, form: str) -> int:
    if style.verbose:
        traceback.print_exception(error)
    message = f"lpack has a bug: {type(error).__name__}: {error}"
    hint = "run it again with --verbose, and report what it prints"
    return _failed((Diagnostic("LP900", "error", message, None, hint),), BUG, style, form)


def _style(options: argparse.Namespace) -> Style:
    color = wants_color(options.color, os.environ, sys.stdout)
    return Style(color, quiet=options.quiet, verbose=options.verbose)


def _early_style(words: list[str]) -> Style:
    """Know how to show a command line that cannot be parsed."""
    del words
    return Style(color=wants_color(None, os.environ, sys.stderr))


def _terminate(number: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that no temporary file stays."""
    del number, frame
    sys.exit(TERMINATED)
