"""Whether a package that was unpacked is as it was left: a function may have written to it.

Read before every call, so it imports the little that Python loads quickly.
"""

from __future__ import annotations

import json
import os

MARK = ".stamps.json"
"""Beside the files, what is known of them."""
FILES = "files"


def is_whole(folder: str) -> bool:
    """Tell whether a folder with a package holds the files that were put there, and no others."""
    try:
        with open(f"{folder}/{MARK}", "rb") as file:  # noqa: PTH123 - a quick start
            return bool(json.loads(file.read()) == stamps(f"{folder}/{FILES}"))
    except (OSError, ValueError):
        return False


def stamps(folder: str) -> list[list[object]]:
    """Tell of every file what changes when it is written to."""
    found: list[list[object]] = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            status = os.lstat(f"{parent}/{name}")
            found.append(
                [f"{parent[len(folder) :]}/{name}", status.st_size, status.st_mtime_ns,
                 status.st_ctime_ns, status.st_mode]
            )  # fmt: skip
    return found
