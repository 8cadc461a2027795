"""The way in: what is unchanged since its last run ends here, all else goes on to its command."""

from __future__ import annotations

import gc
import os
import sys

from lpack.cli.streams import open_streams

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from lpack.ahead import Ahead
    from lpack.cli.head_start import HeadStart

INTERRUPTED = 130
_COLLECT = 100_000


def script() -> NoReturn:
    """Be the program: run lpack, and leave at once where nothing is left to be done.

    To take apart all that was loaded takes longer than an unchanged build. Where threads were
    started, or something waits for the end, Python leaves as always.
    """
    status = main()
    if "threading" not in sys.modules and not _waits():
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:  # nobody reads it; Python has its own words for that
            sys.exit(status)
        os._exit(status)
    sys.exit(status)


def _waits() -> bool:
    """Whether something is registered for the end of the program, such as a measurement."""
    import atexit  # noqa: PLC0415 - a built-in module

    return bool(atexit._ncallbacks())  # noqa: SLF001 - there is no other way to ask


def main(arguments: list[str] | None = None) -> int:
    """Run lpack and give its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    open_streams()
    try:
        if os.environ.get("PYTHONPATH"):
            _leave_project(words, os.environ["PYTHONPATH"])
        if words[:1] in (["build"], ["check"]) and _is_unchanged(words):
            return 0
        ahead, head = _begun(words), _started(words)
        from lpack.cli.run import run  # noqa: PLC0415 - an unchanged build does not pay for it

        # Values are freed when nobody holds them; looking for circles would take a twentieth.
        gc.set_threshold(_COLLECT)
        return run(words, ahead, head)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        return INTERRUPTED


def _is_unchanged(words: list[str]) -> bool:
    """Repeat the answer of the last run, if it still holds."""
    from lpack.cli.unchanged import replay  # noqa: PLC0415 - for two commands only

    try:
        remembered = replay(words, os.environ)
        sys.stdout.write(remembered or "")
        sys.stdout.flush()
    except OSError:  # the command itself runs into it again, and says so
        return False
    return remembered is not None


def _begun(words: list[str]) -> Ahead | None:
    """Let the slowest part of a build begin while the rest is loaded."""
    if words[:1] != ["build"]:
        return None
    from lpack.ahead import begin  # noqa: PLC0415 - for one command only

    try:
        return begin(words, os.environ)
    except OSError:  # the current folder is gone, which the command itself reports
        return None


def _started(words: list[str]) -> HeadStart | None:
    """Let a function that is to be called start while the rest is loaded."""
    if words[:1] != ["invoke"]:
        return None
    from lpack.cli.head_start import begin  # noqa: PLC0415 - for one command only

    return begin(words[1:], os.environ)


def _named_projects(words: list[str]) -> Iterator[str]:
    for number, word in enumerate(words):
        if word in ("-C", "--project"):
            yield from words[number + 1 : number + 2]
        elif word.startswith(("-C", "--project=")):
            yield word.removeprefix("-C").removeprefix("--project=")


def _leave_project(words: list[str], stated: str) -> None:
    """Take the project's folders off the import path, where PYTHONPATH has put them.

    Its modules are packaged and must never run: not even one that is named as one of lpack's
    dependencies. What is installed elsewhere with PYTHONPATH stays.
    """
    try:
        projects = [os.path.realpath(one) for one in (".", *_named_projects(words))]
    except OSError:  # the current folder is gone, which the command itself reports
        return
    own = os.path.realpath(f"{__file__}/../../..")
    for entry in {os.path.realpath(one) for one in stated.split(os.pathsep)} - {own}:
        if any(os.path.commonpath((entry, one)) in (entry, one) for one in projects):
            sys.path[:] = [one for one in sys.path if os.path.realpath(one) != entry]
