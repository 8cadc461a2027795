"""How results are shown; one file for each form."""

from lpack.lazily import lazily
from lpack.reporters.base import Reporter, Style

REPORTERS: dict[str, Reporter] = {
    "text": lazily("lpack.reporters.text:render_text"),
    "json": lazily("lpack.reporters.json:render_json"),
}

__all__ = ["REPORTERS", "Reporter", "Style"]
