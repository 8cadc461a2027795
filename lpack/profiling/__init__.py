"""Where the time goes until a function asks for its first event: by import, and by who brings it.

What is told are the times of one start, so they add up; a few more, with compiled modules and
without, tell what bytecode saves.
"""

from lpack.profiling.comparing import Comparison, compared
from lpack.profiling.document import document
from lpack.profiling.flame import flame_graph, speedscope
from lpack.profiling.measuring import Owners, Recorded, owners_of
from lpack.profiling.profile import Import, Profile, read_profile
from lpack.profiling.table import render

__all__ = [
    "Comparison",
    "Import",
    "Owners",
    "Profile",
    "Recorded",
    "compared",
    "document",
    "flame_graph",
    "owners_of",
    "read_profile",
    "render",
    "speedscope",
]
