"""Whether a function counts on the boto3 that Lambda's runtime brings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = ("boto3", "botocore")
_MOST_BYTES = 1 << 20
"""Of a module that is looked through."""
FIRST_PYTHON = (3, 10)
"""The oldest that the versions in `schemas/runtime-client/pylock.sdk.toml` run on."""


def wants_sdk(task: str, layers: str, python: tuple[int, int]) -> bool:
    """Tell whether modules speak of boto3 or botocore, and neither package nor layers bring it.

    Who brings botocore alone takes boto3 from the runtime, as everybody does.
    """
    if python < FIRST_PYTHON:
        return False
    minor = "{}.{}".format(*python)
    places = [task, f"{layers}/python", f"{layers}/python/lib/python{minor}/site-packages"]
    brought = {name for name in _NAMES for place in places if os.path.isdir(f"{place}/{name}")}  # noqa: PTH112
    words = tuple(name.encode() for name in _NAMES if name not in brought)
    folders = [task, *([layers] if layers else [])]
    return bool(words) and any(
        _speaks_of(path, words) for folder in folders for path in _modules(folder)
    )


def _modules(folder: str) -> Iterator[str]:
    """Give all modules but those of the SDK itself, which name each other in their texts."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NAMES]
        yield from (f"{parent}/{name}" for name in names if name.endswith(".py"))


def _speaks_of(path: str, words: tuple[bytes, ...]) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - thousands of files
            content = file.read(_MOST_BYTES)
    except OSError:
        return False
    return any(word in content for word in words)
