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
from lpack.cli.telling import tell, write_files, write_result
from lpack.cli.terminal import print_failures, progress_for
from lpack.outcome import Report
from lpack.printed import safe
from lpack.reporters import REPORTERS, Style
from lpack.system import System

if TYPE_CHECKING:
    import argparse
    from pathlib import Path
    from types import FrameType

    from lpack.ahead import Ahead
    from lpack.cli.context import Context
    from lpack.cli.head_start import HeadStart

TERMINATED = 143


def run(words: list[str], ahead: Ahead | None = None, head: HeadStart | None = None) -> int:
    """Parse the command line, run the command, and give the exit status.

    `ahead` is what has been begun of a build already, and `head` the function that is started.

    KeyboardInterrupt is the caller's to handle.
    """
    signal.signal(signal.SIGTERM, _terminate)
    style, options = _early_style(), _early_options(words)
    try:
        from lpack.cli.arguments import parse  # noqa: PLC0415 - its failure is handled here

        options = parse(words)
        style = _style(options)
        return _dispatch(options, words, style, ahead, head)
    except BrokenPipeError:
        # The reader has gone; nobody is left to tell.
        give_up_stdout()
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a bug must not look like a crash
        diagnostics, exit_status = told(error, verbose=style.verbose)
        report = Report(diagnostics=diagnostics, exit_status=exit_status, root=_root(options))
        return _failed_for_sure(report, style, options)
    finally:
        for begun in (ahead, head):
            if begun is not None:
                begun.close()


def _dispatch(
    options: argparse.Namespace,
    words: list[str],
    style: Style,
    ahead: Ahead | None,
    head: HeadStart | None,
) -> int:
    from lpack.cli.commands import command  # noqa: PLC0415 - its failure is handled by the caller
    from lpack.cli.context import Context  # noqa: PLC0415 - see above

    progress = progress_for(style)
    context: Context = Context(options, words, style, System(), progress, ahead, head)
    try:
        report = command(options.command)(context)
    finally:
        progress.clear()
    if isinstance(report, Report):
        return tell(report, style, options, os.environ)
    sys.stdout.flush()
    return report


def _failed_for_sure(report: Report, style: Style, options: argparse.Namespace) -> int:
    """Tell what ended the command, in plain words where telling it has a bug."""
    try:
        return _failed(report, style, options)
    except Exception as error:  # noqa: BLE001 - it must not hide what was to be told
        diagnostics, exit_status = told(error, verbose=style.verbose)
        for one in (*report.diagnostics, *diagnostics):
            sys.stderr.write(f"{one.severity}[{one.code}]: {safe(one.message)}\n")
        return max(report.exit_status, exit_status)


def _failed(report: Report, style: Style, options: argparse.Namespace) -> int:
    """Tell what ended the command, in every form that was asked for."""
    written = write_files(report, style, options, os.environ)
    try:
        if options.output != "text":
            write_result(REPORTERS[options.output](report, style))
            return max(report.exit_status, written)
        sys.stdout.flush()
    except OSError:
        give_up_stdout()
    # Where nothing can be told, the exit status still tells.
    with contextlib.suppress(OSError):
        print_failures(report.diagnostics, style, report.root)
    return max(report.exit_status, written)


def _root(options: argparse.Namespace) -> Path | None:
    """Give the project's folder, if there is one."""
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        from pathlib import Path  # noqa: PLC0415 - takes long to load, and is seldom needed

        return Path(getattr(options, "project", ".")).resolve()
    return None


def _style(options: argparse.Namespace) -> Style:
    color = wants_color(options.color, os.environ, sys.stdout)
    return Style(color, quiet=options.quiet, verbose=options.verbose)


def _early_style() -> Style:
    """Know how to show a command line that cannot be parsed."""
    return Style(color=wants_color(None, os.environ, sys.stderr))


def _early_options(words: list[str]) -> argparse.Namespace:
    """Know in which form a command line was meant to be answered that cannot be parsed."""
    import argparse  # noqa: PLC0415 - its failure is none of the command's

    wants_json = "--output=json" in words or ("--output", "json") in pairwise(words)
    return argparse.Namespace(output="json" if wants_json else "text", reports=(), project=".")


def _terminate(number: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that no temporary file stays."""
    del number, frame
    sys.exit(TERMINATED)
