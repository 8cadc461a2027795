"""The way in: an unchanged build ends here, anything else goes on to its command."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run lpack and give its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["build"]:
        from lpack.cli.unchanged import replay  # noqa: PLC0415 - for one command only

        remembered = replay(words, os.environ)
        if remembered is not None:
            sys.stdout.write(remembered)
            return 0
    from lpack.cli.run import run  # noqa: PLC0415 - an unchanged build does not pay for it

    return run(words)
