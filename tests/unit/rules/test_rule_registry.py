"""Every rule says what it is, why it exists and how to fix what it finds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lpack.rules
from lpack.facts import read_limits
from lpack.model import Trigger
from lpack.platforms import RUNTIMES
from lpack.rules import REGISTRY, every_rule, same_until
from lpack.values import replace
from tests import rule_recorder
from tests.function_builder import check, codes, facts_of, function_of

if TYPE_CHECKING:
    from lpack.rules.base import Rule

MOST_FOR_ALL = 10
ROOT = Path(lpack.rules.__file__).parents[2]
RULE_TESTS = ("tests/unit/rules", "tests/integration/test_import_proof.py")
NO_RULE_TESTS = "not test_rule_registry and not (test_import_proof and not is_judged)"
EXACT = {"LP315", "LP317", "LP333", "LP367", "LP491"}
"""They are asked just where they have something to report."""


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

    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "asked", "base", "in_part"}

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


@pytest.mark.slow
def test_every_rule_has_a_failing_and_a_passing_case(tmp_path: Path) -> None:
    """In the tests of the rules, each reports something, and is asked in vain."""
    place = tmp_path / "seen.json"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "tests.rule_recorder"]

    subprocess.run(
        [*command, "-k", NO_RULE_TESTS, *RULE_TESTS],
        cwd=ROOT,
        env={**os.environ, rule_recorder.PLACE: str(place)},
        check=True,
    )

    seen = json.loads(place.read_text(encoding="utf-8"))
    every = {row.code for row in REGISTRY}
    assert every - set(seen["reports"]) == set()
    assert every - set(seen["content"]) == EXACT


@pytest.mark.parametrize("runtime", [one.name for one in RUNTIMES])
def test_until_a_day_every_rule_says_the_same(runtime: str) -> None:
    """What was found is found again on each day before the next one that may differ."""
    function = function_of(runtime=runtime)
    day, last = date(2026, 11, 23), date(2030, 1, 1)
    while day < last:
        until = same_until(function, day)
        found = {
            check(runtime=runtime, today=day + timedelta(days=later))
            for later in (0, (until - day).days // 2, (until - day).days - 1)
        }
        assert len(found) == 1
        day = min(last, until)


def test_a_deadline_ends_what_was_found() -> None:
    """Each day on which a rule says something else is one that the memory does not outlast."""
    changes, before = 0, check(runtime="python3.11", today=date(2026, 11, 23))
    for days in range(1, 365):
        day = date(2026, 11, 23) + timedelta(days=days)
        now = check(runtime="python3.11", today=day)
        if now != before:
            changes += 1
            assert same_until(function_of(runtime="python3.11"), day - timedelta(days=1)) == day
        before = now

    assert changes >= 3


def test_a_schedule_is_looked_at_every_day() -> None:
    """It may have come for the last time."""
    function = function_of()
    function = replace(function, triggers=(Trigger("schedule", "rate(1 day)"),))

    assert same_until(function, date(2026, 11, 23)) == date(2026, 11, 24)


def test_errors_come_first() -> None:
    """What is reported is sorted by severity, then by code."""
    found = codes(runtime="python3.10", memory=1, timeout=901, triggers=("http",))

    assert found == ["LP310-error", "LP311-error", "LP314-warning", "LP320-warning"]
