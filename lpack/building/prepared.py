"""Requirements that name an address, and what stands for them when a resolver is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.building.permission import Wanted
from lpack.errors import without_credentials
from lpack.lazily import pattern
from lpack.lockfile import file_url, local_path
from lpack.model import BuiltFrom, LockedPackage, Requirement, RequirementSet, Resolution, Where
from lpack.platforms import marker_environment
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from packaging.requirements import Requirement as Parsed

    from lpack.model import Target

_NAME = pattern(r"[A-Za-z0-9._-]+")
_ARCHIVES = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Requirements that a resolver can answer, and what was built for that."""

    requirements: RequirementSet
    built: Mapping[str, LockedPackage]
    """By name."""

    def put_into(self, resolution: Resolution) -> Resolution:
        """Let what was built be locked to what it was built from."""
        packages = tuple(self._locked(package) for package in resolution.packages)
        return replace(resolution, packages=packages)

    def _locked(self, package: LockedPackage) -> LockedPackage:
        built = self.built.get(package.name)
        if built is None or not package.wheels:
            return package
        same = {wheel.sha256 for wheel in built.wheels}
        return built if package.wheels[0].sha256 in same else package


def parsed_address(line: Requirement) -> Parsed | None:
    """Parse a line that names an address; None for one that an index serves."""
    if " @ " not in line.text:
        return None
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - few have addresses

    parsed = Parsed(line.text)
    return parsed if parsed.url else None


def holds_on(line: Requirement, target: Target) -> bool:
    """Tell whether a line counts on the target, as far as it names an address."""
    parsed = parsed_address(line)
    environment = {**marker_environment(target), "extra": ""}
    return parsed is None or parsed.marker is None or parsed.marker.evaluate(environment)


def wanted_by(line: Requirement) -> Wanted | None:
    """Tell what has to be built for a line; None when that is nothing."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - few have addresses

    parsed = parsed_address(line)
    source = source_of(parsed.url or "", line.where) if parsed else None
    if parsed is None or source is None:
        return None
    return Wanted(canonicalize_name(parsed.name), source, line.where)


def source_of(url: str, where: Where) -> BuiltFrom | None:
    """Tell what an address is built from; None for the address of a wheel."""
    if url.startswith("git+"):
        from lpack.building.direct import parse_git  # noqa: PLC0415 - few have repositories

        address = parse_git(url, where)
        return BuiltFrom("git", address.url, address.revision, subdirectory=address.subdirectory)
    bare, _, fragment = url.partition("#")
    folder = local_path(bare)
    if folder is not None and folder.is_dir():
        return BuiltFrom("folder", bare)
    if bare.partition("?")[0].endswith(_ARCHIVES):
        return BuiltFrom("sdist", bare, _stated_digest(fragment))
    return None


def public_location(source: BuiltFrom) -> str:
    """Give the address of a source without passwords, as it may be written down."""
    if source.kind != "git":
        return without_credentials(source.location)
    from lpack.building.direct import GitAddress  # noqa: PLC0415 - few have repositories

    return GitAddress(source.location, "", "").public_url


def with_hashes(requirements: RequirementSet, built: Mapping[str, LockedPackage]) -> RequirementSet:
    """Where hashes are stated, they are those of the sources; a resolver sees what was built."""
    if not requirements.hashes:
        return requirements
    own = {
        name: tuple(f"sha256:{wheel.sha256}" for wheel in one.wheels) for name, one in built.items()
    }
    return replace(requirements, hashes={**requirements.hashes, **own})


def is_same(before: BuiltFrom, source: BuiltFrom) -> bool:
    """Tell whether a source is the one of an earlier lock; one without a digest may be any."""
    return (
        before.kind == source.kind
        and before.location == public_location(source)
        and before.subdirectory == source.subdirectory
        and source.digest in ("", before.digest)
    )


def _stated_digest(fragment: str) -> str:
    found = [part.removeprefix("sha256=") for part in fragment.split("&")]
    return next((one for one in found if len(one) == 64), "")  # noqa: PLR2004 - hexadecimal digits


def where_asked(requirements: RequirementSet, name: str) -> Where:
    """Find the line that asks for a distribution, or else what its version comes from."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - only builds come here

    for line in requirements.requirements:
        found = _NAME.match(line.text)
        if found and canonicalize_name(found[0]) == name:
            return line.where
    return Where(requirements.pinned_by or requirements.origin)


def renamed(line: Requirement, wheel: Path) -> Requirement:
    """Name the wheel that was built instead of what it was built from."""
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - few come here

    parsed = Parsed(line.text)
    extras = f"[{','.join(sorted(parsed.extras))}]" if parsed.extras else ""
    marker = f" ; {parsed.marker}" if parsed.marker else ""
    return Requirement(f"{parsed.name}{extras} @ {file_url(wheel)}{marker}", line.where)
