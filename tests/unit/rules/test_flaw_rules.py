"""Rules about archives that others have made: one for each kind of flaw."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from lpack.facts import read_limits
from lpack.model import Flaw, FlawKind
from lpack.values import replace
from tests.function_builder import facts_of, judged

if TYPE_CHECKING:
    from lpack.model import Severity

CODES: dict[FlawKind, tuple[str, Severity, Severity]] = {
    "unreadable": ("LP390", "error", "error"),
    "encrypted": ("LP391", "error", "error"),
    "method": ("LP392", "error", "warning"),
    "damaged": ("LP393", "error", "warning"),
    "name": ("LP394", "error", "warning"),
    "twice": ("LP395", "error", "warning"),
    "disagreeing": ("LP396", "error", "warning"),
    "stray": ("LP397", "warning", "warning"),
    "bomb": ("LP398", "error", "error"),
    "date": ("LP399", "info", "info"),
}


def told(flaw: Flaw) -> list[tuple[str, Severity]]:
    found = judged(replace(facts_of(), flaws=(flaw,)), read_limits())
    return [(one.code, one.severity) for one in found]


def test_each_kind_of_flaw_has_a_rule() -> None:
    """None is found that nobody tells."""
    assert set(CODES) == set(get_args(FlawKind))


@pytest.mark.parametrize("kind", CODES)
def test_a_flaw_is_told_by_its_rule_alone(kind: FlawKind) -> None:
    """The others are silent, and what most readers get along with is milder."""
    code, severity, milder = CODES[kind]

    assert told(Flaw(kind, "is odd", "a.py", archive="a.zip")) == [(code, severity)]
    assert told(Flaw(kind, "is odd", "a.py", mild=True, archive="a.zip")) == [(code, milder)]
