"""Sample events as AWS would send them, from the catalogue in `templates/events/`."""

from lpack.events.catalogue import Option, Source, find, names, sources
from lpack.events.checking import misfits, nearest
from lpack.events.sampling import is_named, named, sample

__all__ = [
    "Option",
    "Source",
    "find",
    "is_named",
    "misfits",
    "named",
    "names",
    "nearest",
    "sample",
    "sources",
]
