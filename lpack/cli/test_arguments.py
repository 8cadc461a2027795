"""What may be typed after `lpack test`, and what `--help` says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.cli.invoke_arguments import add_surroundings

if TYPE_CHECKING:
    import argparse


def add_test(command: argparse.ArgumentParser) -> None:
    """Add which tests are run, and where."""
    command.add_argument(
        "-k",
        dest="pattern",
        metavar="PATTERN",
        help="only tests whose name has this in it, or fits it as 'order-*' does",
    )
    command.add_argument(
        "-x",
        "--fail-fast",
        action="store_true",
        help="stop after the first test that fails",
    )
    # What a call may be told besides is said by its test.
    command.set_defaults(context=None)
    add_surroundings(command)
