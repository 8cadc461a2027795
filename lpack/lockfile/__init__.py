"""pylock.toml (PEP 751): reading one for a target, and writing lpack's own for several."""

from typing import TYPE_CHECKING

from lpack.lazily import lazily
from lpack.lockfile.addresses import file_url, local_path
from lpack.lockfile.reading import LockFile
from lpack.lockfile.recorded import Inputs, inputs, portable_location

if TYPE_CHECKING:
    from lpack.lockfile.others import packages_for
    from lpack.lockfile.writing import render
else:  # most locks are lpack's own, and only read
    packages_for = lazily("lpack.lockfile.others:packages_for")
    render = lazily("lpack.lockfile.writing:render")

__all__ = [
    "Inputs",
    "LockFile",
    "file_url",
    "inputs",
    "local_path",
    "packages_for",
    "portable_location",
    "render",
]
