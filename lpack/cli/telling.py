"""Tell the result: on standard output, and in every file that the command line asks for."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from lpack.cli.streams import give_up_stdout
from lpack.cli.terminal import print_failures, print_report
from lpack.reporters import REPORTERS, Style

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from lpack.model import Diagnostic
    from lpack.outcome import Report

_UNWRITABLE = 3
_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The file that GitHub shows on the page of a run; what is appended to it is Markdown."""


def tell(
    report: Report, style: Style, options: argparse.Namespace, environ: Mapping[str, str]
) -> int:
    """Tell a report in all forms, and give the exit status.

    Raises OSError when standard output cannot be written, except where its reader has gone.
    """
    write_result(REPORTERS[options.output](report, style))
    if options.output == "text":
        print_report(report, style)
    return max(report.exit_status, write_files(report, style, options, environ))


def write_result(text: str) -> None:
    """Write to standard output; a reader who has gone still gets the exit status.

    Raises OSError when it cannot be written for another reason.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_stdout()


def write_files(
    report: Report, style: Style, options: argparse.Namespace, environ: Mapping[str, str]
) -> int:
    """Write every file that was asked for, whole or not at all; tell which cannot be written."""
    texts = [(name, _rendered(report, form)) for form, name in reports_of(options)]
    failed: list[Diagnostic] = []
    if adds_summary(options, environ):
        failed += _appended(environ[_STEP_SUMMARY], _rendered(report, "markdown"))
    return max(write_texts(texts, style), _unwritable(failed, style))


def write_texts(texts: Iterable[tuple[str, str]], style: Style) -> int:
    """Write reports to the files of these names, as `write_files` does."""
    return _unwritable([one for name, text in texts for one in _written(name, text)], style)


def _unwritable(failed: list[Diagnostic], style: Style) -> int:
    with contextlib.suppress(OSError):
        print_failures(tuple(failed), style)
    return _UNWRITABLE if failed else 0


def reports_of(options: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    """Give form and name of each file that is asked for; not every command has any."""
    found: tuple[tuple[str, str], ...] = getattr(options, "reports", ())
    return found


def adds_summary(options: argparse.Namespace, environ: Mapping[str, str]) -> bool:
    """Whether a summary goes to the page of a run of GitHub Actions."""
    forms = {options.output, *(form for form, _ in reports_of(options))}
    return "github" in forms and bool(environ.get(_STEP_SUMMARY))


def _rendered(report: Report, form: str) -> str:
    if form == "text":
        from lpack.reporters.text import render_all  # noqa: PLC0415 - hardly anybody wants that

        return render_all(report, Style())
    return REPORTERS[form](report, Style())


def _written(path: str, text: str) -> Iterator[Diagnostic]:
    from pathlib import Path  # noqa: PLC0415 - see below

    from lpack.errors import BuildError  # noqa: PLC0415 - only where a file is written
    from lpack.publish import write_whole  # noqa: PLC0415 - see above

    try:
        write_whole(Path(path).absolute(), text.encode("utf-8", "replace"))
    except (BuildError, ValueError) as error:
        yield _refused(path, error.__cause__ or error)


def _appended(path: str, text: str) -> Iterator[Diagnostic]:
    try:
        with open(path, "a", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - quick
            file.write(text)
    except (OSError, ValueError) as error:
        yield _refused(path, error)


def _refused(path: str, error: BaseException) -> Diagnostic:
    from lpack.model import Diagnostic, Where  # noqa: PLC0415 - only on failure

    reason = getattr(error, "strerror", None) or error
    message = f"a report cannot be written: {reason}"
    hint = "name another file, or make its folder writable"
    return Diagnostic("LP040", "error", message, Where(path), hint)
