"""What a function declares, held against what a lock says it was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lpack.requirements.locks.base import normalised
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.specifiers import SpecifierSet

    from lpack.model import BuiltFrom, LockedPackage, Requirement
    from lpack.requirements.locks.conditions import Conditions


@dataclass(frozen=True, slots=True)
class Root:
    """One requirement that holds on the target."""

    text: str
    name: str
    """Normalised."""
    extras: tuple[str, ...]
    """Normalised."""
    specifier: SpecifierSet
    url: str
    """Empty for what comes from an index."""

    def allows(self, version: str) -> bool:
        """Whether the version is one that is asked for; what has none is not judged."""
        from packaging.version import InvalidVersion  # noqa: PLC0415 - 50 ms

        try:
            return not version or self.specifier.contains(version, prereleases=True)
        except InvalidVersion:
            return False


def roots_of(lines: Iterable[Requirement], conditions: Conditions) -> tuple[Root, ...]:
    """Parse the requirements that hold on the target.

    One that cannot be parsed becomes a root without a name, which no lock has.
    """
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - 50 ms
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 50 ms
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - 50 ms

    found = []
    for line in lines:
        try:
            one = Parsed(line.text)
        except (InvalidRequirement, RecursionError):
            found.append(Root(line.text, "", (), SpecifierSet(), ""))
            continue
        if one.marker is None or conditions.hold(str(one.marker)):
            extras = tuple(sorted(normalised(extra) for extra in one.extras))
            url = one.url or ""
            found.append(Root(str(one), normalised(one.name), extras, one.specifier, url))
    return tuple(found)


def comes_from(root: Root, package: LockedPackage, revision: str = "") -> bool:
    """Whether a package is from where the root says; `revision` is the one that was locked."""
    if not root.url:
        return True
    scheme, url = root.url.partition("+")[0], root.url.partition("#")[0]
    if scheme == "git":
        return _same_repository(url.removeprefix("git+"), package.source, revision)
    places = [wheel.location for wheel in package.wheels]
    places += [package.source.location] if package.source else []
    return any(_plain(place) == _plain(url) for place in places)


def _same_repository(url: str, source: BuiltFrom | None, revision: str) -> bool:
    if source is None or source.kind != "git":
        return False
    path, _, wanted = urlsplit(url).path.partition("@")
    if wanted and wanted not in (revision, source.digest):
        return False
    here = urlsplit(source.location)
    return (_host(url), _stem(path)) == (_host(source.location), _stem(here.path))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _stem(path: str) -> str:
    return path.strip("/").removesuffix(".git").lower()


def _plain(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}?{parts.query}"
