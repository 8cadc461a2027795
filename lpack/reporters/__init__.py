"""How results are shown; one file for each form."""

from lpack.lazily import lazily
from lpack.reporters.base import Reporter, Style, TestReporter

REPORTERS: dict[str, Reporter] = {
    "text": lazily("lpack.reporters.text:render_text"),
    "json": lazily("lpack.reporters.json:render_json"),
    "github": lazily("lpack.reporters.github:render_github"),
    "gitlab": lazily("lpack.reporters.gitlab:render_gitlab"),
    "junit": lazily("lpack.reporters.junit:render_junit"),
    "markdown": lazily("lpack.reporters.markdown:render_markdown"),
    "sarif": lazily("lpack.reporters.sarif:render_sarif"),
}

TEST_REPORTERS: dict[str, TestReporter] = {
    "text": lazily("lpack.reporters.tests_text:render_tests_text"),
    "json": lazily("lpack.reporters.tests_json:render_tests_json"),
    "junit": lazily("lpack.reporters.tests_junit:render_tests_junit"),
}
"""The same of tests that were run."""

__all__ = ["REPORTERS", "TEST_REPORTERS", "Reporter", "Style", "TestReporter"]
