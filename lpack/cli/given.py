"""Telling paths of packages from names of functions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cli.package_options import touched
from lpack.errors import UsageError

if TYPE_CHECKING:
    import argparse

_OF_PROJECTS = ("changed_since", "no_dependencies")
_NO_SUCH_FUNCTION = ("LP002", "LP003", "LP009")


def paths_among(words: list[str], options: argparse.Namespace) -> list[str]:
    """Give the words that can only be paths: names of functions have neither dot nor slash.

    With an option that only packages have, all words are paths. Raises UsageError LP001 where
    names and paths are mixed, or where such an option comes with none.
    """
    option = touched(options)
    if option is not None and not words:
        message = f"`{option}` is about a package, and none is named"
        raise UsageError("LP001", message, hint="name a zip or a folder")
    paths = words if option else [word for word in words if not set(word).isdisjoint("/\\.")]
    if paths and len(paths) != len(words):
        name = next(word for word in words if word not in paths)
        raise UsageError(
            "LP001",
            f"`{paths[0]}` is a path, and `{name}` the name of a function",
            hint=f"check them one after another, or write `./{name}` for a path",
        )
    other = next((name for name in _OF_PROJECTS if getattr(options, name, None)), None)
    if paths and other is not None:
        written = f"--{other.replace('_', '-')}"
        message = f"`{written}` is about functions of a project, and `{paths[0]}` is a path"
        raise UsageError("LP001", message, hint=f"leave `{written}` out")
    return paths


def paths_instead(error: UsageError, words: list[str]) -> bool:
    """Whether words that name no function, as an error says, are files or folders here."""
    return error.code in _NO_SUCH_FUNCTION and bool(words) and all(map(_exists, words))


def assumption(words: list[str]) -> str:
    """Say what words were taken for that could have been names."""
    return f"`{words[0]}` is a path: no function is named so"


def _exists(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):
        return False
