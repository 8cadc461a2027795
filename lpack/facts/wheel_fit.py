"""Whether a wheel is for a target, by the tags in its file name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from lpack.platforms import MACHINES, wheel_tags

if TYPE_CHECKING:
    from packaging.tags import Tag

    from lpack.model import Target

Fit = Literal["fits", "any", "built-here", "misfit"]
# Fits every Python 3, so that the tags need not be worked out.
_FITS_ALL = ("-py3-none-any.whl", "-py2.py3-none-any.whl")


def wheel_fit(filename: str, target: Target) -> Fit:
    """Judge a wheel: `any` fits every machine, `built-here` was built for an unknown glibc."""
    if filename.endswith(_FITS_ALL):
        return "any"
    tags, accepted = _tags(filename), _accepted(target)
    if not tags & accepted:
        return "built-here" if tags & _built_here(target) else "misfit"
    return "any" if all(tag.platform == "any" for tag in tags) else "fits"


@lru_cache(maxsize=8)
def _accepted(target: Target) -> frozenset[Tag]:
    return frozenset(wheel_tags(target))


def _built_here(target: Target) -> frozenset[Tag]:
    """Give the accepted tags with the platform that a wheel gets when it is built from source."""
    from packaging.tags import Tag  # noqa: PLC0415 - only for packages with native code

    platform = f"linux_{MACHINES[target.architecture]}"
    return frozenset(Tag(tag.interpreter, tag.abi, platform) for tag in _accepted(target))


def _tags(filename: str) -> frozenset[Tag]:
    from packaging.utils import (  # noqa: PLC0415 - only for packages with native code
        InvalidWheelFilename,
        parse_wheel_filename,
    )

    try:
        return parse_wheel_filename(filename)[3]
    except InvalidWheelFilename:
        return frozenset()
