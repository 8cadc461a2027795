"""The one door to the host: its environment, its clock, and the processes that lpack starts."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from lpack.values import dataclass, field

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Completed:
    """How a child process ended."""

    status: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True, slots=True)
class System:
    """The host, as seen by lpack; tests hand over one of their own."""

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(
        self,
        command: Sequence[str],
        *,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
        timeout: float | None = None,
    ) -> Completed:
        """Run a child process to its end and give its output.

        With a `timeout`, in seconds, whatever the child has started ends with it, be it that time
        is up or that lpack is interrupted; and there is no terminal to ask the user for a password.
        Raises OSError when the program cannot be started, and TimeoutError when it takes longer.
        """
        import subprocess  # noqa: PLC0415 - most builds start nothing

        with subprocess.Popen(  # noqa: S603 - never a shell, and the program is named by lpack
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(self.environ if environ is None else environ),
            cwd=folder,
            start_new_session=timeout is not None,
        ) as process:
            try:
                stdout, stderr = process.communicate(stdin, timeout)
            except BaseException as error:
                _kill(process, with_session=timeout is not None)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise TimeoutError from error
                raise
        return Completed(process.returncode, stdout, stderr)

    def spawn(
        self,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        descriptors: Sequence[int],
    ) -> int:
        """Start a process of its own session that sees only these descriptors, from 3 on.

        It reads nothing and writes nowhere else. Gives its number; who starts it has to wait for
        its end. Raises OSError when the program cannot be started.
        """
        # Out of the way of where they are to go: one may have the number that another gets.
        moved = [_high(one) for one in descriptors]
        try:
            actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                *((os.POSIX_SPAWN_DUP2, one, number) for number, one in enumerate(moved, 3)),
            ]
            return os.posix_spawn(
                command[0], list(command), dict(environ), file_actions=actions, setsid=True
            )
        finally:
            for one in moved:
                os.close(one)

    def which(self, program: str) -> Path | None:
        """Find a program beside the running interpreter, then on PATH."""
        from pathlib import Path  # noqa: PLC0415 - not every command asks

        beside = Path(sys.executable).parent / program
        if os.access(beside, os.X_OK):
            return beside
        import shutil  # noqa: PLC0415 - most builds start nothing

        found = shutil.which(program, path=self.environ.get("PATH"))
        return Path(found) if found else None

    def all_named(self, program: str) -> list[Path]:
        """Find all programs of a name: one beside the running interpreter, then those on PATH."""
        from pathlib import Path  # noqa: PLC0415 - not every command asks

        on_path = filter(None, self.environ.get("PATH", os.defpath).split(os.pathsep))
        folders = dict.fromkeys((str(Path(sys.executable).parent), *on_path))
        found = [Path(folder, program) for folder in folders]
        return [one for one in found if one.is_file() and os.access(one, os.X_OK)]

    def now(self) -> datetime:
        """Give the time in UTC, which only what is shown of schedules may use."""
        from datetime import datetime, timezone  # noqa: PLC0415 - not every command asks

        return datetime.now(timezone.utc)

    def today(self) -> date:
        """Give the date in UTC, which only rules about deadlines may use."""
        from datetime import datetime, timezone  # noqa: PLC0415 - not every command asks

        return datetime.now(timezone.utc).date()


def _kill(process: subprocess.Popen[bytes], *, with_session: bool) -> None:
    """Kill a child, and its own children where it leads a session."""
    if not with_session:
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _high(descriptor: int) -> int:
    """Copy a descriptor to a number that no program expects anything at."""
    import fcntl  # noqa: PLC0415 - Windows has none, and most commands need none

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 64)
