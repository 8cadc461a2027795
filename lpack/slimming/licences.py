"""Which files are licences: whoever ships the code has to ship them too."""

from __future__ import annotations

_FOLDERS = frozenset({"licenses", "licences", "license_files"})
_WORDS = ("licen", "copying", "copyright", "notice", "authors", "legal", "patents")


def is_licence(path: str) -> bool:
    """Tell by its name whether a file states a licence or the authors that one names."""
    *folders, file = path.lower().split("/")
    return any(word in file for word in _WORDS) or not _FOLDERS.isdisjoint(folders)
