"""pylock.toml (PEP 751): reading one for a target, and writing lpack's own for several."""

from lpack.lockfile.addresses import file_url, local_path
from lpack.lockfile.reading import LockFile
from lpack.lockfile.recorded import Inputs, inputs, portable_location
from lpack.lockfile.writing import render

__all__ = ["Inputs", "LockFile", "file_url", "inputs", "local_path", "portable_location", "render"]
