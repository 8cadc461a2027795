"""What every command is given."""

from __future__ import annotations

import contextlib
import fnmatch
import os
from typing import TYPE_CHECKING

from lpack.cli.arguments import LIST
from lpack.errors import UsageError
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from lpack.ahead import Ahead
    from lpack.cli.head_start import HeadStart
    from lpack.cli.terminal import LineProgress, NoProgress
    from lpack.model import Function, Project
    from lpack.reporters import Style
    from lpack.steps.lock import Mode
    from lpack.system import System
    from lpack.work import Work

_SECONDS_FOR_THREADS = 2.0
_MOST = 20
"""Names that are worth listing."""
_LONGEST = 100
"""Letters of a name that are compared, which takes quadratic time."""


@dataclass(frozen=True, slots=True)
class Context:
    """The command line, parsed, and the world around it."""

    options: argparse.Namespace
    words: list[str]
    style: Style
    system: System
    progress: LineProgress | NoProgress
    ahead: Ahead | None = None
    """An archive that has been begun."""
    head: HeadStart | None = None
    """What was started before the command line was read."""

    @contextlib.contextmanager
    def with_cache(self) -> Iterator[Context]:
        """Give a context with the cache that the command line asks for.

        That of `--no-cache` goes with the command, also when that fails or is interrupted.
        """
        if not getattr(self.options, "no_cache", False):
            yield self
            return
        import tempfile  # noqa: PLC0415 - only for `--no-cache`

        folder = tempfile.mkdtemp(prefix="lpack-cache-")
        environ = {**self.system.environ, "LPACK_CACHE_DIR": folder}
        try:
            yield replace(self, system=replace(self.system, environ=environ))
        finally:
            _remove_for_sure(folder)

    def project(self) -> Project:
        """Read the project that the command line names."""
        from pathlib import Path  # noqa: PLC0415 - what knows its function needs none

        from lpack.config import Overrides  # noqa: PLC0415 - see above
        from lpack.config.reading import is_folder, resolved  # noqa: PLC0415 - see above
        from lpack.steps.configure import read_project  # noqa: PLC0415 - see above
        from lpack.validation.wording import shown  # noqa: PLC0415 - see above

        named = self.options.project
        root = resolved(Path(named)) if named else None
        if root is None or not is_folder(root):
            raise UsageError(
                "LP003",
                f"there is no folder `{shown(named)}`"
                if named != "."
                else "this folder is gone, or may not be read",
                hint="name the project's folder with `--project`",
            )
        overrides = Overrides(
            runtime=self.options.runtime,
            architecture=self.options.architecture,
            output_dir=self._output_dir(),
            resolver=getattr(self.options, "resolver", None),
            compress=getattr(self.options, "compress", None),
            format=self._format(),
        )
        template = getattr(self.options, "template", None)
        path = None if template is None else Path(template)
        return read_project(root, overrides, self.system.environ, path)

    def _format(self) -> str | None:
        """Give the format that was typed, if that is one of packages."""
        typed: str | None = getattr(self.options, "format", None)
        return None if typed == LIST else typed

    def _output_dir(self) -> str | None:
        """Give the folder that was typed, which counts from where it was typed."""
        typed = self.options.output_dir
        return None if typed is None else os.path.abspath(typed)  # noqa: PTH100 - see `head_start`

    def work(
        self, mode: Mode | None = None, *, upgrade: bool = False, packages: tuple[str, ...] = ()
    ) -> Work:
        """Prepare the work of a command on its project; `packages` are to be upgraded."""
        from lpack.source_date import source_date  # noqa: PLC0415 - see above
        from lpack.steps.lock import LockOptions  # noqa: PLC0415 - see above
        from lpack.work import Work  # noqa: PLC0415 - see above

        locked: Mode = "locked" if getattr(self.options, "locked", False) else "when-needed"
        lock_options = LockOptions(mode or locked, upgrade, packages, offline=self.options.offline)
        moment = source_date(self.system.environ)
        return Work(
            self.project(),
            self.system,
            self.progress,
            lock_options,
            moment=moment,
            ahead=self.ahead,
        )


def chosen(project: Project, names: list[str]) -> tuple[Function, ...]:
    """Give the functions that are named, by patterns too, or all; raises UsageError LP002."""
    known = {function.name: function for function in project.functions}
    found: dict[str, Function] = {}
    for name in names:
        matching = [one for one in known if one == name or fnmatch.fnmatchcase(one, name)]
        if not matching:
            raise _unknown(name, tuple(known))
        found.update((one, known[one]) for one in matching)
    return tuple(found.values()) if names else project.functions


def only_one(project: Project, name: str | None) -> Function:
    """Give the function that is named, or the only one; raises UsageError LP002."""
    functions = chosen(project, [name] if name else [])
    if len(functions) > 1:
        names = ", ".join(f"`{function.name}`" for function in functions)
        raise UsageError("LP002", f"the project has several functions: {names}", hint="name one")
    return functions[0]


def _unknown(name: str, known: tuple[str, ...]) -> UsageError:
    from difflib import get_close_matches  # noqa: PLC0415 - only on failure

    close = get_close_matches(name[:_LONGEST], known, 1)
    what = "no function that matches" if "*" in name or "?" in name else "no function"
    more = f" and {len(known) - _MOST:,} more" if len(known) > _MOST else ""
    return UsageError(
        "LP002",
        f"the project has {what} `{name}`" + (f"; did you mean `{close[0]}`?" if close else ""),
        hint=f"it has {', '.join(f'`{one}`' for one in known[:_MOST])}{more}",
    )


def _remove_for_sure(folder: str) -> None:
    """Remove a folder, even if the user presses Ctrl-C once more meanwhile."""
    import shutil  # noqa: PLC0415 - only for `--no-cache`

    try:
        _wait_for_threads()
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_threads() -> None:
    """Let downloads that were told to stop come to their end: they would write once more."""
    import threading  # noqa: PLC0415 - few commands come here

    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(_SECONDS_FOR_THREADS)
