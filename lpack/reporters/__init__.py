"""How results are shown; one file for each form."""

from lpack.reporters.base import Reporter, Style
from lpack.reporters.json import render_json
from lpack.reporters.text import render_text

REPORTERS: dict[str, Reporter] = {"text": render_text, "json": render_json}

__all__ = ["REPORTERS", "Reporter", "Style", "render_json", "render_text"]
