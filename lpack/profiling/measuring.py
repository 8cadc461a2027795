"""Lets a function record its start, and knows whose each module is."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.packages import read_package
from lpack.profiling.profile import OWN, RUNTIME, STANDARD, Profile, read_profile
from lpack.runtime.layout import GROUP, RECORD, USER
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Deployment
    from lpack.runtime.environment import Places

_PACKAGES = "/site-packages/"
_TOP_LEVEL = "/top_level.txt"
_INFO = pattern(r"([A-Za-z0-9._]+)-([^-/]+)\.dist-info")
_MOST = 64 << 20
"""Bytes of a record that are read."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the modules of a function are."""

    files: Mapping[str, str]
    """The distribution, with its version, by the file's path in the package or the layers."""
    tops: Mapping[str, str]
    """The same by the first part of a module's name."""
    package: tuple[str, ...]
    """Folders that the package and the layers are seen in, each with a slash."""
    runtime: tuple[str, ...]
    """Folders of the runtime, which are seen before Python's own."""

    def of(self, name: str, origin: str) -> str:
        """Name the owner of a module."""
        for folder in self.package:
            if origin.startswith(folder):
                return self._packaged(name, origin.removeprefix(folder))
        if any(origin.startswith(folder) for folder in self.runtime) or _PACKAGES in origin:
            return RUNTIME
        if not origin:  # it is not there, or was never finished
            return self.tops.get(name.partition(".")[0], "not found")
        return STANDARD

    def _packaged(self, name: str, path: str) -> str:
        return self.files.get(path) or self.tops.get(name.partition(".")[0], OWN)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A function that records its start, and when that began."""

    deployment: Deployment
    began: int

    @classmethod
    def into(cls, deployment: Deployment, folder: Path, *, bytecode: bool) -> Recorded:
        """Prepare a record in a new folder, which may hold compiled modules as well.

        Those of the runtime are there in any case, as they are on Lambda.
        """
        records = folder / f"records-{time.monotonic_ns()}"
        cache = folder / ("bytecode" if bytecode else "client")
        for one in (folder, records, cache):
            one.mkdir(exist_ok=True)
            one.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(records, USER, GROUP)
        own = bytecode or not deployment.cache
        ready = replace(
            deployment,
            records=str(records),
            cache=str(cache) if own else deployment.cache,
            is_cache_of_client=not bytecode,
        )
        return cls(ready, time.monotonic_ns())

    def profile(self, owners: Owners) -> Profile | None:
        """Read the record; None where there is none."""
        path = Path(self.deployment.records, RECORD)
        try:
            with path.open("rb") as file:
                text = file.read(_MOST).decode("utf-8", "replace")
        except OSError:
            return None
        return read_profile(text, self.began, owners.of)


def owners_of(deployment: Deployment, places: Places) -> Owners:
    """Find out which distribution brings what, as `.dist-info` folders tell."""
    files: dict[str, str] = {}
    tops: dict[str, str] = {}
    for folder in filter(None, (deployment.layers, deployment.task)):
        bundle = read_package(Path(folder))
        named = {one.name: f"{one.name} {one.version}".strip() for one in bundle.wheels}
        for entry in bundle.entries:
            if entry.owner:
                files[entry.path] = named.get(entry.owner, entry.owner)
            elif entry.path.endswith(f".dist-info{_TOP_LEVEL}"):
                tops |= _named_tops(Path(folder, entry.path))
    runtime = (places.runtime, deployment.client)
    return Owners(files, tops, (f"{places.task}/", f"{places.layers}/"), runtime)


def _named_tops(path: Path) -> dict[str, str]:
    """Give what a distribution without a RECORD says that it brings."""
    found = _INFO.fullmatch(path.parent.name)
    if found is None:
        return {}
    owner = f"{found[1].lower().replace('_', '-')} {found[2]}"
    return dict.fromkeys(path.read_text("utf-8", "replace").split(), owner)
