"""Where the time goes until a function asks for its first event: by import, and by who brings it.

What is told are the times of one start, so they add up; a second start, with compiled modules,
tells what bytecode would save.
"""

from lpack.profiling.flame import flame_graph, speedscope
from lpack.profiling.measuring import Owners, Recorded, owners_of, with_bytecode
from lpack.profiling.profile import Import, Profile, read_profile
from lpack.profiling.table import render

__all__ = [
    "Import",
    "Owners",
    "Profile",
    "Recorded",
    "flame_graph",
    "owners_of",
    "read_profile",
    "render",
    "speedscope",
    "with_bytecode",
]
