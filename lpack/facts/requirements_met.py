"""Whether the distributions in a package of others get the versions that they ask for.

What lpack builds is locked, so that nobody need ask.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.platforms import marker_environment
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts.contents import Contents
    from lpack.model import Bundle, Target

_METADATA = ".dist-info/METADATA"
_BYTES = 256 << 10
_MOST = 2_000
"""Requirements that are looked at."""
_LONGEST = 500
_HEADER = pattern(rb"(?mi)^(Requires-Dist|Requires-Python):[ \t]*([^\r\n]+)")


@dataclass(frozen=True, slots=True)
class Unmet:
    """What a distribution asks for, and what there is instead."""

    owner: str
    """Name of the distribution."""
    version: str
    wanted: str
    """As its metadata says it: `urllib3<3`, or a range of Pythons after `Python`."""
    found: str
    """The version that there is."""


def unmet_requirements(bundle: Bundle, contents: Contents, target: Target) -> tuple[Unmet, ...]:
    """Hold what distributions ask for against the versions in the package, and the runtime.

    What is not in the package at all is another question; so are extras, which nobody tells.
    """
    versions = {wheel.name: wheel.version for wheel in bundle.wheels if wheel.version}
    headers = [
        (entry.owner, match[1].lower(), match[2])
        for entry in bundle.entries
        if entry.path.endswith(_METADATA) and entry.owner in versions
        for match in _HEADER.finditer(_head(contents.read(entry.path, _BYTES)))
    ]
    if not headers:
        return ()
    found = (
        one
        for owner, header, text in headers[:_MOST]
        for one in _unmet(owner, header, text.decode("utf-8", "replace"), versions, target)
    )
    return tuple(dict.fromkeys(found))


def _head(metadata: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", metadata, maxsplit=1)[0]


def _unmet(
    owner: str, header: bytes, text: str, versions: dict[str, str], target: Target
) -> Iterator[Unmet]:
    """Ask one header; what cannot be understood asks for nothing."""
    # Late, because only packages of others are asked, and it takes 30 ms.
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - above
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - above
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - above
    from packaging.version import InvalidVersion  # noqa: PLC0415 - above

    if len(text) > _LONGEST:
        return
    try:
        if header == b"requires-python":
            python = "{}.{}".format(*target.runtime.python)
            # Which patch release the runtime will have is not known: any that fits is enough.
            known = (target.runtime.full_version, f"{python}.99")
            if not any(map(SpecifierSet(text, prereleases=True).contains, known)):
                yield Unmet(owner, versions[owner], f"Python {text.strip()}", python)
            return
        wanted = Requirement(text)
        found = versions.get(canonicalize_name(wanted.name), "")
        environment = {**marker_environment(target), "extra": ""}
        is_asked = bool(found) and (wanted.marker is None or wanted.marker.evaluate(environment))
        if is_asked and not wanted.specifier.contains(found, prereleases=True):
            yield Unmet(owner, versions[owner], f"{wanted.name}{wanted.specifier}", found)
    except (InvalidRequirement, InvalidSpecifier, InvalidVersion, ValueError, LookupError):
        return
