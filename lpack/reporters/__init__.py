"""How results are shown; one file for each form."""

from lpack.lazily import lazily
from lpack.reporters.base import Reporter, Style

REPORTERS: dict[str, Reporter] = {
    "text": lazily("lpack.reporters.text:render_text"),
    "json": lazily("lpack.reporters.json:render_json"),
    "github": lazily("lpack.reporters.github:render_github"),
    "gitlab": lazily("lpack.reporters.gitlab:render_gitlab"),
    "junit": lazily("lpack.reporters.junit:render_junit"),
    "markdown": lazily("lpack.reporters.markdown:render_markdown"),
    "sarif": lazily("lpack.reporters.sarif:render_sarif"),
}

__all__ = ["REPORTERS", "Reporter", "Style"]
