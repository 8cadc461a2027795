"""Every rule says what it is, why it exists and how to fix what it finds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lpack.rules
from lpack.facts import read_limits
from lpack.rules import REGISTRY, every_rule
from tests.function_builder import check, codes, facts_of

if TYPE_CHECKING:
    from lpack.rules.base import Rule

MOST_FOR_ALL = 10


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.NAME)
def test_a_rule_explains_itself(rule: Rule) -> None:
    """A sentence, a why, a fix and an example, a summary of one line, the address of a page."""
    text = rule.__doc__ or ""

    parts = r"[^\n]+\.\n\nWhy: .+\n\nFix: .+\.\n\nExample:\n( {4}[^\n]+\n)+"
    assert re.fullmatch(parts, text, re.DOTALL)
    assert rule.SUMMARY
    assert "\n" not in rule.SUMMARY
    assert rule.SOURCE.startswith("https://")


def test_codes_and_names_are_unique_and_in_order() -> None:
    """The registry is sorted by code, and no code or name is used twice."""
    codes = [row.code for row in REGISTRY]

    assert codes == sorted(set(codes))
    assert codes == [rule.CODE for rule in every_rule()]
    assert len({row.module for row in REGISTRY}) == len(REGISTRY)


def test_a_rule_is_the_file_of_its_name() -> None:
    """Each file of the folder is one registered rule, called as the rule is named."""
    folder = Path(lpack.rules.__file__).parent

    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "asked", "base"}

    assert files == {row.module for row in REGISTRY}
    assert files == {rule.NAME.replace("-", "_") for rule in every_rule()}


def test_a_good_function_has_nothing_to_report() -> None:
    """The function that the builder makes breaks no rule."""
    assert check() == ()


def test_a_plain_function_loads_few_rules() -> None:
    """A rule that names no `asked` is loaded for everybody: those are few."""
    facts = facts_of()

    asked = [row.code for row in REGISTRY if row.asked(facts, read_limits())]

    assert len(asked) <= MOST_FOR_ALL, asked


def test_errors_come_first() -> None:
    """What is reported is sorted by severity, then by code."""
    found = codes(runtime="python3.10", memory=1, timeout=901, triggers=("http",))

    assert found == ["LP310-error", "LP311-error", "LP314-warning", "LP320-warning"]
