"""What a bundle is written as: an archive, a folder, or a list. All read the same entries."""

from lpack.writers.folder import write_folder
from lpack.writers.listing import listed, render_listing
from lpack.writers.plan import Packed, Planned, plan
from lpack.writers.zip import write_zip, zip_size

__all__ = [
    "Packed",
    "Planned",
    "listed",
    "plan",
    "render_listing",
    "write_folder",
    "write_zip",
    "zip_size",
]
