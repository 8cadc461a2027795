"""Run a package's own invocation script."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lpack.errors import BuildError

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.system import System


def invoke(system: System, script: Path, event: bytes | None, arguments: tuple[str, ...]) -> int:
    """Run the script on lpack's own streams and give its exit status.

    `event` is JSON that the script reads instead of lpack's stdin; `arguments` are passed on.

    Raises BuildError LP401 when there is no such script.
    """
    if not script.is_file():
        raise BuildError(
            "LP401", f"`{script}` does not exist", hint="run `lpack build`, which writes it"
        )
    from_stdin = () if event is None else ("--event", "-")
    # Isolated (-I): neither PYTHONPATH nor a module beside the script can change what it imports.
    command = (sys.executable, "-I", str(script), *arguments, *from_stdin)
    return system.hand_over(command, stdin=event)
