"""Which files of a source folder stay out of the package, and by which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pathspec import GitIgnoreSpec

# Names at any depth. What is left out is always reported, so nothing goes in silence.
_FOLDERS = {
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
    ".venv": "virtual environment",
    "__pycache__": "bytecode",
    ".mypy_cache": "tool cache",
    ".pytest_cache": "tool cache",
    ".ruff_cache": "tool cache",
    ".hypothesis": "tool cache",
    ".tox": "tool cache",
    ".nox": "tool cache",
    ".aws-sam": "output of another tool",
    ".serverless": "output of another tool",
    ".terraform": "output of another tool",
    ".lpack": "output of lpack",
    "node_modules": "packages of Node.js",
}
_FILES = {".DS_Store": "folder settings"}
_SUFFIXES = {".pyc": "bytecode", ".pyo": "bytecode"}
_MANIFEST, _MANIFEST_HEAD = b'"https://lpack.dev/schemas/manifest.schema.json"', 400
IMPORTED = "lpack.imported.toml"
"""Where lpack notes which modules functions import."""
_TEST_FOLDERS = frozenset({"test", "tests"})


class Exclusion:
    """The rules of one function: what is left out by default, what it excludes and includes."""

    def __init__(self, include: tuple[str, ...], exclude: tuple[str, ...], output: Path) -> None:
        """Take gitignore patterns, which count from the source folder; `include` wins."""
        self._include = _spec(include)
        self._exclude = _spec(exclude)
        self._output = output

    def of_folder(self, path: Path, relative: str, depth: int) -> str | None:
        """Name the rule that keeps a folder out, or None.

        `depth` is 0 for what lies directly in the source folder.
        """
        if self._matches(self._include, relative + "/"):
            return None
        excluded = "exclude" if self._matches(self._exclude, relative + "/") else None
        return self._default_for_folder(path, depth) or excluded

    def of_file(self, name: str, relative: str, inherited: str | None = None) -> str | None:
        """Name the rule that keeps a file out, or None; `inherited` is that of its folder."""
        if self._matches(self._include, relative):
            return None
        excluded = "exclude" if self._matches(self._exclude, relative) else None
        return inherited or _default_for_file(name, relative) or excluded

    def may_hold_included(self, relative: str) -> bool:
        """Whether an include pattern starts with the path of a folder."""
        return self._include is not None and any(
            str(pattern.pattern).lstrip("/").startswith(relative + "/")
            for pattern in self._include.patterns
        )

    def _default_for_folder(self, path: Path, depth: int) -> str | None:
        name = path.name
        if name in _FOLDERS:
            return _FOLDERS[name]
        if name.endswith(".egg-info"):
            return "build metadata"
        if depth == 0 and name in _TEST_FOLDERS:
            return "tests"
        if path == self._output or (depth == 0 and _holds_artifacts(path)):
            return "output of lpack"
        return "virtual environment" if _is_file(path / "pyvenv.cfg") else None

    @staticmethod
    def _matches(spec: GitIgnoreSpec | None, relative: str) -> bool:
        return spec is not None and spec.match_file(relative)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the walk reports a folder that cannot be read
        return False


def is_pattern(text: str) -> bool:
    """Tell whether `include` and `exclude` can take a text."""
    try:
        _spec((text,))
    except ValueError:
        return False
    return True


def _holds_artifacts(folder: Path) -> bool:
    """Whether an earlier build, with another output folder, has published there."""
    return any(_is_manifest(path) for path in folder.glob("*.manifest.json"))


def _is_manifest(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _MANIFEST in file.read(_MANIFEST_HEAD)
    except OSError:
        return False


def _default_for_file(name: str, relative: str) -> str | None:
    if name == ".env" or name.startswith(".env."):
        return "environment file"
    if relative == name and name.startswith("pylock.") and name.endswith(".toml"):
        return "lock file"
    if relative == IMPORTED:
        return "recorded imports"
    return _FILES.get(name) or _SUFFIXES.get(name[name.rfind(".") :])


def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most functions have no patterns

    return GitIgnoreSpec.from_lines(patterns)
