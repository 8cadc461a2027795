"""What the documentation says is what the code does; LPACK_ACCEPT=1 writes the tables anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from lpack import __version__
from lpack.catalogue import render_page, render_table
from lpack.cli.arguments import parse
from tests.test_cases import measured

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
ACCEPT = bool(os.environ.get("LPACK_ACCEPT"))
SCHEMA = json.loads((ROOT / "schemas" / "config.schema.json").read_text(encoding="utf-8"))


def configuration_table() -> str:
    """Every key of a function, from the schema."""
    rows = ["| key | default | meaning |", "|---|---|---|"]
    for key, value in SCHEMA["$defs"]["function"]["properties"].items():
        described = resolved(value)
        default = json.dumps(described["default"], ensure_ascii=False)
        meaning = described["description"].replace("|", "\\|")
        rows.append(f"| `{key}` | `{default}` | {meaning} |")
    return "\n".join(rows) + "\n"


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    reference = value.get("$ref", "")
    found: dict[str, Any] = SCHEMA["$defs"][reference.rpartition("/")[2]] if reference else value
    return found


def block(name: str) -> re.Pattern[str]:
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    return re.compile(f"({re.escape(begin)})(.*?)({re.escape(end)})", re.DOTALL)


def compare(name: str, expected: str) -> None:
    text = README.read_text(encoding="utf-8")
    found = block(name).search(text)
    assert found is not None
    if ACCEPT:
        README.write_text(
            block(name).sub(lambda match: match[1] + expected + match[3], text), encoding="utf-8"
        )
        return
    assert found[2] == expected


def test_the_readme_lists_every_key_of_the_configuration() -> None:
    """The table is made from the schema."""
    compare("configuration", configuration_table())


def test_the_readme_lists_every_code() -> None:
    """The table is made from the catalogue."""
    compare("codes", render_table())


def test_the_profile_in_the_readme_is_one_that_was_seen() -> None:
    """But for the milliseconds, it is what the case shows."""
    begin, end = "start of `api`", "of each cold start\n"
    seen = (ROOT / "tests" / "cases" / "invoke-profile" / "session.txt").read_text("utf-8")
    told = README.read_text("utf-8")

    found = [begin + text.partition(begin)[2].partition(end)[0] for text in (seen, told)]

    assert measured(found[1]) == found[0]


def test_the_page_of_codes_tells_all_of_them() -> None:
    """It is made from the catalogue."""
    page, expected = ROOT / "schemas" / "codes.md", render_page()

    if ACCEPT:
        page.write_text(expected, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == expected


def test_the_changelog_has_a_section_for_what_is_to_come() -> None:
    """A change that a user can see has a place to be told."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert "## Unreleased" in changelog or f"## {__version__}" in changelog


def test_nothing_names_the_machine_it_was_written_on() -> None:
    """Paths of a developer's machine have no place in the project."""
    suspicious = re.compile("/" + "(?:work|root|home/[a-z]+)/")
    places = ("*.md", "lpack/**/*.py", "benchmarks/*.md", "benchmarks/**/*.py")
    texts = [path for place in places for path in ROOT.glob(place)]

    found = [path.name for path in texts if suspicious.search(path.read_text(encoding="utf-8"))]

    assert found == []


def test_every_command_has_help() -> None:
    """`--help` of every command names its options and ends well."""
    commands = ("build", "lock", "stage", "check", "invoke", "facts", "limits", "diff", "verify")
    for command in (*commands, "cache", "event", "test", "explain"):
        with pytest.raises(SystemExit) as ended:
            parse([command, "--help"])

        assert ended.value.code == 0
