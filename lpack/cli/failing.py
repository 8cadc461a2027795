"""What ended the work, in words and as an exit status; the same for a command and a function."""

from __future__ import annotations

from lpack.errors import LpackError
from lpack.model import Diagnostic, Where

REFUSED = 3
BUG = 70


def told(error: Exception, *, verbose: bool) -> tuple[tuple[Diagnostic, ...], int]:
    """Give what to say of an exception, and the exit status that it means."""
    if isinstance(error, LpackError):
        return error.diagnostics, error.exit_status
    if verbose:
        import traceback  # noqa: PLC0415 - hardly ever

        traceback.print_exception(error)
    if isinstance(error, OSError):
        return (_refused(error),), REFUSED
    message = f"lpack has a bug: {type(error).__name__}: {error}"
    hint = "run it again with --verbose, and report what it prints"
    return (Diagnostic("LP900", "error", message, None, hint),), BUG


def _refused(error: OSError) -> Diagnostic:
    """Tell of a full disk, too many open files and the like, which no step expects by name."""
    message = f"the operating system refuses: {error.strerror or type(error).__name__}"
    where = None if error.filename is None else Where(str(error.filename))
    hint = "check free space, permissions and limits; `--verbose` tells more"
    return Diagnostic("LP017", "error", message, where, hint)
