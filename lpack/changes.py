"""Which functions may have changed since a revision of git: all of which that is not certain."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.config.concerning import FILES, concerning
from lpack.errors import LpackError, UsageError
from lpack.exclusion import IMPORTED, Exclusion
from lpack.own_files import walk
from lpack.values import dataclass
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.model import Entry, Function, LocalProject, Project, RequirementSet
    from lpack.system import System

_PROJECT = ("pyproject.toml", "setup.cfg", "setup.py")
# `git rev-parse --local-env-vars`: set where lpack runs in a hook, and relative to another folder.
_LOCAL = (
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
# Nothing that a repository has set up is run.
_SETTINGS = (
    "--no-pager",
    "--no-optional-locks",
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "diff.relative=false"),
    *("-c", "diff.ignoreSubmodules=none"),
)
_DIFFERENT = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff")
# What is ignored may be packed all the same; of a folder that git does not know, only its name.
_UNKNOWN_TO_GIT = ("ls-files", "--others", "--directory", "--no-empty-directory", "-z")


@dataclass(frozen=True, slots=True)
class Asked:
    """A function, with what it asks for and the lock that serves it."""

    function: Function
    requirements: RequirementSet
    lock: Path | None


def changed(
    asked: tuple[Asked, ...], revision: str, project: Project, system: System
) -> tuple[Function, ...]:
    """Give the functions that are not certain to be what they were at the revision.

    Raises UsageError LP018 where git cannot tell.
    """
    top = _top(project.root, system)
    commit = _commit(revision, top, system)
    names = {str(top / os.fsdecode(name)) for name in _names_since(commit, top, system)}
    settings = _Settings(names, commit, top, project, system)
    return tuple(
        one.function
        for one in asked
        if _Touched(one, asked, project, top).by_any(names - settings.of_others(one.function))
    )


def _top(root: Path, system: System) -> Path:
    said = _git(root, system, "rev-parse", "--show-toplevel")
    if said is None:
        raise UsageError(
            "LP018",
            f"`{shown(root.name)}` is in no git repository that can be read",
            hint="leave `--changed-since` away, or see what `git status` says there",
        )
    return Path(os.path.realpath(os.fsdecode(said.removesuffix(b"\n"))))


def _commit(revision: str, top: Path, system: System) -> str:
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    said = None if "\0" in revision else _git(top, system, *words)
    if not said:
        raise UsageError(
            "LP018",
            f"the repository has no revision `{shown(revision)}`",
            hint="fetch it; a shallow clone has only its newest commits",
        )
    return said.decode("ascii", "replace").strip()


def _names_since(commit: str, top: Path, system: System) -> Iterable[bytes]:
    """Name what differs from the commit, and what git does not know; folders end with a slash."""
    for words in ((*_DIFFERENT, commit, "--"), _UNKNOWN_TO_GIT):
        said = _git(top, system, *words)
        if said is None:
            raise UsageError(
                "LP018",
                "git cannot tell what has changed",
                hint="see what `git status` says",
            )
        yield from filter(None, said.split(b"\0"))


def _git(folder: Path, system: System, *words: str) -> bytes | None:
    environ = {name: value for name, value in system.environ.items() if name not in _LOCAL}
    try:
        done = system.run(("git", *_SETTINGS, *words), folder=folder, environ=environ)
    except OSError as error:
        raise UsageError(
            "LP018", "git cannot be started", hint="install git, or leave `--changed-since` away"
        ) from error
    return None if done.status else done.stdout


class _Settings:
    """The changed files that configure lpack, as they are and as they were at the revision."""

    def __init__(
        self, different: set[str], commit: str, top: Path, project: Project, system: System
    ) -> None:
        places = {file: _place(project.root / file) for file in FILES}
        self._both: dict[str, tuple[str, bytes, bytes]] = {}
        for file, place in places.items():
            if place in different and Path(place) in project.config_files:
                name = Path(place).relative_to(top).as_posix()
                before = _git(top, system, "cat-file", "blob", f"{commit}:{name}")
                with contextlib.suppress(OSError):
                    self._both[place] = (file, before or b"", Path(place).read_bytes())

    def of_others(self, function: Function) -> set[str]:
        """Give the files in which only what is of other functions has changed."""
        return {place for place, both in self._both.items() if _is_same(*both, function.name)}


def _is_same(file: str, before: bytes, now: bytes, function: str) -> bool:
    found = concerning(before, file, function)
    return found is not None and found == concerning(now, file, function)


class _Touched:
    """Whether one function is touched by changed paths; those are absolute and without links."""

    def __init__(
        self, asked: Asked, all_asked: tuple[Asked, ...], project: Project, top: Path
    ) -> None:
        self.function = asked.function
        self.project = project
        self.read = {_place(path) for path in _declaring(asked)}
        others = {_place(path) for one in all_asked for path in _declaring(one)}
        looked_at = {_place(path) for path in project.config_files} - others
        if asked.function.bytecode == "imported":
            self.read.add(_place(project.root / IMPORTED))
        self.read |= {path for path in looked_at if not self._is_of_another(path, all_asked)}
        self.folders: dict[str, str] = {}
        """Listed folders, and where each is in its source."""
        self.shipped: set[str] = set()
        """Folders of local projects; what is gone from them may have shipped."""
        # What has no lock yet, perhaps because it shares none any more, is locked when it is built.
        self.is_certain = asked.lock is None or os.path.lexists(asked.lock)
        try:
            self._list_own()
            for one in asked.requirements.projects:
                self._list_project(one)
        except LpackError:  # the build will say what is wrong
            self.is_certain = False
        for path in (*self.read, *self.folders, *self.shipped):
            # What lies outside the repository, git does not know.
            self.is_certain &= _is_inside(path, str(top)) or not os.path.lexists(path)

    def by_any(self, different: Iterable[str]) -> bool:
        """Whether any of the paths may change the package."""
        return not self.is_certain or any(self._by(path) for path in different)

    def _by(self, path: str) -> bool:
        if path in self.read or path in self.folders:
            return True
        if not os.path.lexists(path):
            return self._was_packed(path)
        if not os.path.isdir(path):  # noqa: PTH112 - all paths are text here
            return False
        # A submodule, or a folder that git does not know.
        return any(_is_inside(one, path) for one in (*self.read, *self.folders, *self.shipped))

    def _was_packed(self, path: str) -> bool:
        """Whether a file that is gone would be packed if it were there."""
        above, missing = os.path.split(path)
        names = [missing]
        while above not in self.folders and not os.path.lexists(above):
            above, missing = os.path.split(above)
            names.insert(0, missing)
        if above not in self.folders or above in self.shipped:
            return above in self.shipped
        inherited: str | None = None
        relative = self.folders[above]
        for name in names[:-1]:
            depth, relative = relative.count("/"), f"{relative}{name}/"
            folder, place = Path(above, relative), relative.removesuffix("/")
            inherited = inherited or self.exclusion.of_folder(folder, place, depth)
            if inherited and not self.exclusion.may_hold_included(place):
                return False
        return self.exclusion.of_file(names[-1], relative + names[-1], inherited) is None

    def _list_own(self) -> None:
        function, root = self.function, self.project.root
        declarations = Declarations(root).above(function)
        self.exclusion = Exclusion(function.include, function.exclude, self.project.output)
        for source in function.sources:
            walked = walk(source, root, self.exclusion)
            for folder, _ in walked.folders:
                relative = folder.relative_to(source).as_posix()
                inside = "" if relative == "." else f"{relative}/"
                self.folders |= {_place(folder): inside, os.path.realpath(folder): inside}
            for entry in walked.entries.values():
                self.read |= {_place(entry.origin), os.path.realpath(entry.origin)}
            if declarations:
                self._list_metadata(walked.entries, declarations)

    def _list_metadata(self, entries: Mapping[str, Entry], declarations: tuple[Path, ...]) -> None:
        """Add what the metadata of the project that the function belongs to is read from."""
        from lpack.projects.own import own_metadata  # noqa: PLC0415 - few functions are packages

        if self.function.handler is None:
            return
        found = own_metadata(self.function.handler, self.project.root, entries)
        self.read |= {_place(path) for path in (*found.read, *declarations)}
        self.shipped |= {os.path.realpath(path.parent) for path in declarations}

    def _list_project(self, one: LocalProject) -> None:
        """Add the files that a folder ships as a distribution."""
        from lpack.projects.packages import project_files  # noqa: PLC0415 - few have any

        files = project_files(one, self.project.root)
        if files is None:
            self.is_certain = False
            return
        self.read |= {_place(path) for path in one.files}
        for _, path in files.entries:
            self.read |= {_place(path), os.path.realpath(path)}
        self.shipped |= {os.path.realpath(folder) for folder, _ in files.folders}

    def _is_of_another(self, path: str, asked: tuple[Asked, ...]) -> bool:
        """Whether a file lies in the source of other functions only."""
        own = [os.path.realpath(source) for source in self.function.sources]
        if any(_is_inside(path, source) for source in own):
            return False
        return any(
            _is_inside(path, os.path.realpath(source))
            and not any(_is_inside(first, source) for first in own[:1])
            for one in asked
            for source in map(str, one.function.sources)
        )


class Declarations:
    """The files above functions' code that declare a project, whose metadata is packed with it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[Path, tuple[Path, ...]] = {}

    def above(self, function: Function) -> tuple[Path, ...]:
        """Give those of a function, none of them twice."""
        found = (path for source in function.sources for path in self._from(source))
        return tuple(dict.fromkeys(found))

    def _from(self, folder: Path) -> tuple[Path, ...]:
        if folder not in self._known:
            inside = folder != self._root and folder.is_relative_to(self._root)
            above = self._from(folder.parent) if inside else ()
            here = (folder / name for name in _PROJECT if _declares(folder / name))
            self._known[folder] = (*here, *above)
        return self._known[folder]


def _declares(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return path.name != _PROJECT[0] or "[build-system]" in text


def _declaring(asked: Asked) -> Iterable[Path]:
    """Give the files that say what a function depends on."""
    wanted, requirements = asked.function.requirements, asked.requirements
    locks = (path for path in (asked.lock, requirements.lock) if path is not None)
    return (*wanted.files, *requirements.files, *locks, *asked.function.policies)


def _place(path: Path) -> str:
    """Give the path by which git knows a file, which may itself be a link."""
    return os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118 - text


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.removesuffix("/") + "/")
