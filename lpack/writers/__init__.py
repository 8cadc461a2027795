"""What a bundle is written as: an archive, a folder, or a list. All read the same entries."""

from lpack.writers.folder import write_folder
from lpack.writers.listing import listed, render_listing
from lpack.writers.plan import Packed, Part, Plan, Planned
from lpack.writers.zip import Archive, write_zip, writing, zip_size

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
