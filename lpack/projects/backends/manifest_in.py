"""MANIFEST.in: the files that setuptools adds to a source distribution, and packages with them.

https://setuptools.pypa.io/en/latest/userguide/miscellaneous.html#using-manifest-in
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.projects.files import Unlisted, inside, joined
from lpack.projects.globs import files_of, matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lpack.projects.files import Tree

_PRUNED = re.compile(r"(^|.*/)(RCS|CVS|\.svn|\.hg|\.git|\.bzr|_darcs)/.*|(\.tox|\.nox|\.venv)/.*")


def manifest_files(tree: Tree, text: str, known: Iterable[str]) -> list[str]:
    """Give the files that the commands of a MANIFEST.in leave, starting from the known ones.

    Raises Unlisted for a command that setuptools would refuse.
    """
    files = set(known)
    for words in _commands(text):
        run = _RUNS.get(words[0])
        if run is None or len(words) < (3 if words[0].startswith("recursive-") else 2):
            raise Unlisted(f"`{' '.join(words)}` is no command of MANIFEST.in")
        files = run(tree, files, [_cleaned(word) for word in words[1:]])
    return sorted(path for path in files if not _PRUNED.fullmatch(path))


def _commands(text: str) -> list[list[str]]:
    joined_lines = re.sub(r"\\[ \t]*\n", " ", text.replace("\r\n", "\n"))
    lines = (re.sub(r"(^|\s)#.*", "", line) for line in joined_lines.split("\n"))
    return [words for line in lines if (words := line.split())]


def _cleaned(word: str) -> str:
    return word.strip("/") or "."


def _found(tree: Tree, pattern: str) -> set[str]:
    return set(files_of(tree, inside(pattern), hidden=True, follow=True))


def _include(tree: Tree, files: set[str], patterns: list[str]) -> set[str]:
    return files.union(*(_found(tree, re.sub(r"\*+", "*", pattern)) for pattern in patterns))


def _exclude(tree: Tree, files: set[str], patterns: list[str]) -> set[str]:
    del tree
    return _without(files, patterns)


def _recursive_include(tree: Tree, files: set[str], words: list[str]) -> set[str]:
    return files.union(*(_found(tree, f"{words[0]}/**/{one}") for one in words[1:]))


def _recursive_exclude(tree: Tree, files: set[str], words: list[str]) -> set[str]:
    del tree
    return _without(files, [f"{words[0]}/**/{one}" for one in words[1:]])


def _global_include(tree: Tree, files: set[str], patterns: list[str]) -> set[str]:
    wanted = [_compiled(f"**/{pattern}") for pattern in patterns]
    every = tree.files_below("", follow=True)
    return files | {path for path in every if any(one.fullmatch(path) for one in wanted)}


def _global_exclude(tree: Tree, files: set[str], patterns: list[str]) -> set[str]:
    del tree
    return _without(files, [f"**/{pattern}" for pattern in patterns])


def _graft(tree: Tree, files: set[str], patterns: list[str]) -> set[str]:
    folders = [
        path
        for pattern in patterns
        for path in matches(tree, inside(pattern), hidden=True, follow=True)
        if tree.is_folder(path)
    ]
    return files.union(*(tree.files_below(folder, follow=True) for folder in folders))


def _prune(tree: Tree, files: set[str], patterns: list[str]) -> set[str]:
    del tree
    return _without(files, [joined(pattern, "**") for pattern in patterns])


def _without(files: set[str], patterns: list[str]) -> set[str]:
    unwanted = [_compiled(pattern) for pattern in patterns]
    return {path for path in files if not any(one.fullmatch(path) for one in unwanted)}


def _compiled(pattern: str) -> re.Pattern[str]:
    """Translate a pattern, in which `**` stands for any number of folders."""
    chunks = [chunk for chunk in pattern.split("/") if chunk != "."]
    written = ""
    for place, chunk in enumerate(chunks):
        is_last = place == len(chunks) - 1
        if chunk == "**":
            written += ".*" if is_last else "(?:[^/]+/)*"
        else:
            written += _chunk(chunk) + ("" if is_last else "/")
    try:
        return re.compile(written, re.DOTALL)
    except re.error as error:
        raise Unlisted(f"`{pattern}` is not a pattern") from error


def _chunk(chunk: str) -> str:
    pieces = re.findall(r"\*+|\?|\[!?\]?[^\]]*\]|.", chunk, re.DOTALL)
    return "".join(_translated(piece) for piece in pieces)


def _translated(piece: str) -> str:
    if piece[0] == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece[0] == "[" and len(piece) > 1:
        return f"[{'^' if piece[1] == '!' else ''}{piece[1:-1].lstrip('!')}]"
    return re.escape(piece)


_RUNS: dict[str, Callable[[Tree, set[str], list[str]], set[str]]] = {
    "include": _include,
    "exclude": _exclude,
    "recursive-include": _recursive_include,
    "recursive-exclude": _recursive_exclude,
    "global-include": _global_include,
    "global-exclude": _global_exclude,
    "graft": _graft,
    "prune": _prune,
}
