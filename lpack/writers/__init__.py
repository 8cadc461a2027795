"""What a bundle is written as: an archive, a folder, or a list. All read the same entries."""

from typing import TYPE_CHECKING

from lpack.lazily import lazily
from lpack.writers.framing import Planned
from lpack.writers.plan import Packed, Part, Plan
from lpack.writers.zip import Archive, write_zip, writing, zip_size

if TYPE_CHECKING:
    from lpack.writers.folder import write_folder
    from lpack.writers.listing import listed, render_listing
else:  # most builds make zips
    write_folder = lazily("lpack.writers.folder:write_folder")
    listed = lazily("lpack.writers.listing:listed")
    render_listing = lazily("lpack.writers.listing:render_listing")

__all__ = [
    "Archive",
    "Packed",
    "Part",
    "Plan",
    "Planned",
    "listed",
    "render_listing",
    "write_folder",
    "write_zip",
    "writing",
    "zip_size",
]
