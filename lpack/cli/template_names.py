"""Which of the words on the command line are templates."""

from __future__ import annotations

import os.path

from lpack.errors import UsageError

_ENDINGS = (".yaml", ".yml", ".json", ".template")


def templates_among(words: list[str]) -> list[str]:
    """Give the words that are paths of templates, and not names of functions or packages.

    Raises UsageError LP001 where they are mixed.
    """
    found = [word for word in words if _is_template(word)]
    if found and len(found) != len(words):
        other = next(word for word in words if word not in found)
        raise UsageError(
            "LP001",
            f"`{found[0]}` is a template, and `{other}` is none",
            hint="check them one after another",
        )
    return found


def _is_template(word: str) -> bool:
    if word.lower().endswith(_ENDINGS):
        return True
    # The manifest of a cloud assembly of CDK; without a loop over the file system, as it is quick.
    return os.path.isfile(f"{word}/manifest.json") and os.path.isfile(f"{word}/cdk.out")  # noqa: PTH113 - it is on the way of every check
