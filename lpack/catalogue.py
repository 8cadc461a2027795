"""Every code that lpack prints, with what it means, why it matters and how to fix it."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from lpack.failures import FAILURES
from lpack.rules import every_rule
from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.rules.base import Rule


_WIDTH = 80
_PAGE = """\
# Codes

What lpack says with a code, why it matters and how to fix it: what `lpack explain CODE` prints.
This page is generated from the rules in `lpack/rules/`, and from `lpack/failures/`.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of the catalogue."""

    code: str
    name: str
    severity: str
    summary: str
    why: str
    fix: str
    source: str | None
    """Address of the page that a rule rests on."""
    example: str = ""
    """What a rule finds wrong and what it finds right, line by line."""


def _of_rule(rule: Rule) -> Entry:
    text = rule.__doc__ or ""
    why, fix = (_paragraph(text, label) for label in ("Why", "Fix"))
    example = _block(text, "Example")
    return Entry(rule.CODE, rule.NAME, rule.SEVERITY, rule.SUMMARY, why, fix, rule.SOURCE, example)


def _paragraph(text: str, label: str) -> str:
    found = re.search(rf"^\*?{label}:?\*?:?\s+(.*?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""


def _block(text: str, label: str) -> str:
    """Give the indented lines below a label, without their indentation."""
    found = re.search(rf"^{label}:\n((?:[ \t]+\S.*\n|\n)+)", f"{text.rstrip()}\n", re.MULTILINE)
    return textwrap.dedent(found[1]).strip("\n") if found else ""


ENTRIES: dict[str, Entry] = {
    entry.code: entry
    for entry in sorted(
        (
            *(Entry(code, *row, None) for code, row in FAILURES.items()),
            *(_of_rule(rule) for rule in every_rule()),
        ),
        key=lambda entry: entry.code,
    )
}


def render_entry(entry: Entry) -> str:
    """Write one entry for people, in lines that fit into a terminal."""
    paragraphs = [
        f"{entry.code} {entry.name} ({entry.severity})",
        _wrapped(f"{entry.summary}."),
        _wrapped(f"Why: {entry.why}"),
        _wrapped(f"Fix: {entry.fix}"),
    ]
    if entry.example:
        paragraphs.append(f"Example:\n{textwrap.indent(entry.example, '    ')}")
    if entry.source:
        paragraphs.append(f"Source: {entry.source}")
    return "\n\n".join(paragraphs) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def render_markdown(entry: Entry) -> str:
    """Write why, fix, example and source as Markdown, below whatever heading."""
    paragraphs = [f"**Why.** {entry.why}", f"**Fix.** {entry.fix}"]
    if entry.example:
        paragraphs.append(f"```text\n{entry.example}\n```")
    if entry.source:
        paragraphs.append(f"[Source]({entry.source})")
    return "\n\n".join(paragraphs) + "\n"


def render_page() -> str:
    """Write all entries as a page in Markdown, `schemas/codes.md`."""
    told = (
        f"## {one.code} {one.name}\n\n{one.summary} ({one.severity}).\n\n{render_markdown(one)}"
        for one in ENTRIES.values()
    )
    return "\n".join([_PAGE, *told])


def render_table() -> str:
    """Write all codes as a Markdown table, as the README shows it."""
    rows = [
        f"| {one.code} | {one.name} | {one.severity} | {one.summary} |" for one in ENTRIES.values()
    ]
    return (
        "\n".join(["| code | name | severity | what it says |", "|---|---|---|---|", *rows]) + "\n"
    )
