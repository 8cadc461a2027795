"""Every code that lpack prints, with what it means, why it matters and how to fix it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.failures import FAILURES
from lpack.rules import every_rule
from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.rules.base import Rule


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


def _of_rule(rule: Rule) -> Entry:
    text = rule.__doc__ or ""
    why, fix = (_paragraph(text, label) for label in ("Why", "Fix"))
    return Entry(rule.CODE, rule.NAME, rule.SEVERITY, rule.SUMMARY, why, fix, rule.SOURCE)


def _paragraph(text: str, label: str) -> str:
    found = re.search(rf"^\*?{label}:?\*?:?\s+(.*?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""


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
    """Write one entry for people."""
    source = f"\nSource: {entry.source}\n" if entry.source else ""
    return (
        f"{entry.code} {entry.name} ({entry.severity})\n\n{entry.summary}.\n\n"
        f"Why: {entry.why}\n\nFix: {entry.fix}\n{source}"
    )


def render_table() -> str:
    """Write all codes as a Markdown table, as the README shows it."""
    rows = [
        f"| {one.code} | {one.name} | {one.severity} | {one.summary} |" for one in ENTRIES.values()
    ]
    return (
        "\n".join(["| code | name | severity | what it says |", "|---|---|---|---|", *rows]) + "\n"
    )
