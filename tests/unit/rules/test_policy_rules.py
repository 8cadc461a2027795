"""The rule about a team's own policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.facts import read_limits
from lpack.facts.policies import read_policy
from lpack.values import replace
from tests.function_builder import facts_of, judged

if TYPE_CHECKING:
    from pathlib import Path

POLICY = '{"properties": {"settings": {"properties": {"memory": {"minimum": 256}}}}}'


@pytest.mark.parametrize(("memory", "expected"), [(255, ["LP340"]), (256, [])])
def test_a_policy_is_asked(memory: int, expected: list[str], tmp_path: Path) -> None:
    """What it does not allow is an error, and what it allows is none."""
    file = tmp_path / "team.json"
    file.write_text(POLICY, encoding="utf-8")
    limits = replace(read_limits(), policies=(read_policy(file, "team.json"),))

    found = judged(facts_of(memory=memory), limits)

    assert [one.code for one in found] == expected
