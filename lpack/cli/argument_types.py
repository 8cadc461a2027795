"""Numbers of the command line, and what is wrong with those that are none."""

from __future__ import annotations

import argparse


def days(text: str) -> int:
    """Read a number of days; raises ArgumentTypeError."""
    if text.isascii() and text.isdigit() and len(text) < 7:  # noqa: PLR2004 - 2,700 years
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is not a number of days")


def processes(text: str) -> int:
    """Read how many processes there may be; raises ArgumentTypeError."""
    if text.isascii() and text.isdigit() and len(text) < 4 and text.strip("0"):  # noqa: PLR2004
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 to 999")
