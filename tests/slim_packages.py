"""Packages with slimmed distributions, made by the steps that a build takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lpack.facts import gather
from lpack.facts.limits import read_limits
from lpack.model import LockedPackage, LockedWheel, Project
from lpack.steps.stage import stage
from lpack.store import WheelStore
from lpack.store.wheels import digest_of
from lpack.writers.folder import write_folder
from tests.function_builder import TODAY, function_of, judged
from tests.project_folder import write
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.facts import Facts
    from lpack.model import Bundle, Function, StoredWheel

ALL = ("tests", "stubs", "metadata", "commands", "docs", "runtime")


@dataclass(frozen=True, slots=True)
class Package:
    """A function and its package, with what lpack says of it."""

    function: Function
    bundle: Bundle
    facts: Facts

    @property
    def paths(self) -> set[str]:
        """Give the paths of the distributions, `.dist-info` apart."""
        return {
            entry.path
            for entry in self.bundle.entries
            if entry.owner and not entry.path.partition("/")[0].endswith(".dist-info")
        }

    @property
    def told(self) -> list[str]:
        """Give what LP328 and LP329 report."""
        found = judged(self.facts, read_limits())
        return [f"{one.severity}: {one.message}" for one in found if one.code in ("LP328", "LP329")]


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the wheel of a distribution holds."""

    files: Mapping[str, bytes | str]
    requires: tuple[str, ...] = ()
    data: Mapping[str, bytes | str] = field(default_factory=dict)
    dist_info: Mapping[str, bytes | str] = field(default_factory=dict)


def package_of(
    tmp_path: Path,
    distributions: Mapping[str, Distribution | Mapping[str, bytes | str]],
    *slim: str,
    app: str = "def handler(event, context): ...\n",
    own: Mapping[str, str] | None = None,
    **settings: Any,
) -> Package:
    """Stage a function with distributions of version 1.0, slimmed by all rules or by `slim`."""
    root = write(tmp_path / "project", {"app.py": app, **(own or {})})
    function = function_of(sources=(root,), slim=slim or ALL, **settings)
    wheels = tuple(
        stored(tmp_path, name, one if isinstance(one, Distribution) else Distribution(one))
        for name, one in distributions.items()
    )
    bundle = stage(function, wheels, Project(root, root / "dist", (), (), "auto"))
    facts = gather(function, bundle, archives=(), today=TODAY, cache=tmp_path / "cache")
    return Package(function, bundle, facts)


def unpacked(package: Package, folder: Path) -> Path:
    """Write the package's files to a folder."""
    write_folder(package.bundle, folder, replace=False)
    return folder


def stored(tmp_path: Path, name: str, one: Distribution) -> StoredWheel:
    """Make the wheel of a distribution and admit it to the store."""
    folder = tmp_path / "wheels"
    folder.mkdir(exist_ok=True)
    path = make_wheel(
        folder,
        name,
        "1.0",
        one.files,
        requires=one.requires,
        data=one.data,
        dist_info=one.dist_info,
    )
    size, sha256 = digest_of(path)
    locked = LockedWheel(path.name, path.as_uri(), sha256, size)
    return WheelStore(tmp_path / "cache").publish(path, LockedPackage(name, "1.0", (locked,)))
