"""What native code does not find: libraries and versions of symbols that a system lacks.

The loader is satisfied by a library that anything has loaded before under the same name, as
distributions do on purpose. So what lies anywhere in the package is not held to be missing.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lpack.facts.systems import System

TASK_ROOT = "/var/task"
LAYERS_ROOT = "/opt"
LIBRARY_FOLDERS = ("", "lib", "/opt/lib")
"""Folders of the package that LD_LIBRARY_PATH of every runtime names, after the system's own.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""
_ELSEWHERE = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/opt", "/var/lang", "/var/runtime")


@dataclass(frozen=True, slots=True)
class Linking:
    """What the loader has to find before a file can be used."""

    needed: tuple[str, ...] = ()
    """Libraries by the names that they are asked for: DT_NEEDED."""
    soname: str = ""
    """The name that others ask for it by: DT_SONAME."""
    search: tuple[str, ...] = ()
    """Folders of DT_RUNPATH or else DT_RPATH, as written, such as `$ORIGIN/../num.libs`."""
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For each library the versions of symbols that it has to have; those it may lack left out."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What a file asks for and a system does not have."""

    libraries: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    unsure_libraries: tuple[str, ...] = ()
    """What nobody has recorded either way, or what lies in the package, but out of reach."""
    unsure_versions: tuple[str, ...] = ()
    """What some images have, or what a library in the package may have."""


NOTHING = Lack()


@dataclass(frozen=True)
class Libraries:
    """The libraries of a package, by the names that they are asked for."""

    files: Mapping[str, tuple[str, ...]]
    """Paths in the package."""

    @classmethod
    def of(cls, linked: Iterable[tuple[str, Linking]]) -> Libraries:
        """Index files by their own name and by the name that they give themselves."""
        found: dict[str, set[str]] = defaultdict(set)
        for path, linking in linked:
            found[posixpath.basename(path)].add(path)
            if linking.soname:
                found[linking.soname].add(path)
        return cls({name: tuple(sorted(paths)) for name, paths in found.items()})

    def lack(self, path: str, linking: Linking, system: System, *, is_own: bool) -> Lack:
        """Tell what a file does not find on a system; an own file has to find it by itself."""
        missing = {name: system.has_library(name) for name in linking.needed if "/" not in name}
        absent = [name for name, has in missing.items() if has != "yes" and name not in self.files]
        hidden = [
            name
            for name, has in missing.items()
            if has != "yes"
            and name in self.files
            and is_own
            and not self._finds(path, linking, name)
        ]
        versions = [
            (version, "perhaps" if name in self.files else has)
            for name, wanted in linking.versions
            if system.has_library(name) == "yes"
            for version in wanted
            if (has := system.has_version(version)) != "yes"
        ]
        if not (absent or hidden or versions):
            return NOTHING
        return Lack(
            tuple(name for name in absent if missing[name] == "no"),
            tuple(version for version, has in versions if has == "no"),
            (*(name for name in absent if missing[name] == "perhaps"), *hidden),
            tuple(version for version, has in versions if has == "perhaps"),
        )

    def users(self, linked: Iterable[tuple[str, Linking]]) -> Mapping[str, list[str]]:
        """Give the files that load each file with themselves, where only one can be meant."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, linking in linked:
            for name in linking.needed:
                if len(self.files.get(name, ())) == 1:
                    found[self.files[name][0]].append(path)
        return found

    def _finds(self, path: str, linking: Linking, name: str) -> bool:
        """Tell whether the loader looks where a library of the package lies."""
        folders = [*LIBRARY_FOLDERS, *(folder_of(one, path) for one in linking.search)]
        places = {posixpath.join(folder, name) for folder in folders if folder is not None}
        return not places.isdisjoint(self.files[name])


def loaded_by(start: str, users: Mapping[str, list[str]]) -> Iterator[str]:
    """Give a file, and all that load it with themselves, directly or not."""
    met, waiting = {start}, [start]
    while waiting:
        path = waiting.pop()
        yield path
        new = [one for one in users.get(path, ()) if one not in met]
        met.update(new)
        waiting += new


def folder_of(search: str, path: str) -> str | None:
    """Give the folder of the package that a file's RPATH names; None where it names none."""
    place = _absolute(search, path)
    if place == TASK_ROOT:
        return ""
    if place.startswith(LAYERS_ROOT + "/"):
        return place
    return place.removeprefix(TASK_ROOT + "/") if place.startswith(TASK_ROOT + "/") else None


def leaves_package(search: str, path: str) -> bool:
    """Tell whether an RPATH names a folder that is neither of the package nor of the runtime."""
    place = _absolute(search, path)
    known = (TASK_ROOT, *_ELSEWHERE)
    return place.startswith("/") and not any(
        place == folder or place.startswith(folder + "/") for folder in known
    )


def _absolute(search: str, path: str) -> str:
    """Write a folder out as the loader does; relative ones start where the function runs."""
    origin = posixpath.join(TASK_ROOT, posixpath.dirname(path))
    written = search.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
    return posixpath.normpath(posixpath.join(TASK_ROOT, written))
