"""What names of wheels tell at a glance: to parse them would take most of a resolver's time."""

from __future__ import annotations

import functools

# name-version-python-abi-platform
_DASHES_BEFORE_TAGS = 3


def may_fit(filename: str, tags: frozenset[str]) -> bool:
    """Whether a file is a wheel with a tag that the target accepts."""
    stem, _, extension = filename.lower().rpartition(".")
    _, *compressed = stem.rsplit("-", 3)
    return (
        extension == "whl" and stem.count("-") > _DASHES_BEFORE_TAGS and _any_tag(*compressed, tags)
    )


@functools.cache
def _any_tag(pythons: str, abis: str, platforms: str, tags: frozenset[str]) -> bool:
    return any(
        f"{python}-{abi}-{platform}" in tags
        for platform in platforms.split(".")
        for abi in abis.split(".")
        for python in pythons.split(".")
    )
