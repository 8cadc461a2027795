"""A plugin of pytest that notes of each rule whether it was seen to report and to be content.

Content is only a rule that was asked, since its line of the registry took it to be concerned.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lpack.rules import REGISTRY, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic
    from lpack.rules.base import Rule

PLACE = "LPACK_TEST_RULES_SEEN"
"""Variable with the path of the file to write: a list of codes for `reports` and `content`."""
_SEEN: dict[str, set[str]] = {"reports": set(), "content": set()}
_ASKED = {row.code: row.asked for row in REGISTRY}
_load = Row.load


class _Watched:
    """A rule that says of each answer what it was."""

    def __init__(self, code: str, rule: Rule) -> None:
        self._code = code
        self._rule = rule
        self.__doc__ = rule.__doc__

    def __getattr__(self, name: str) -> object:
        return getattr(self._rule, name)

    def check(self, facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
        found = tuple(self._rule.check(facts, limits))
        if found or _ASKED[self._code](facts, limits):
            _SEEN["reports" if found else "content"].add(self._code)
        yield from found


def _watched(row: Row) -> Rule:
    return cast("Rule", _Watched(row.code, _load(row)))


def pytest_configure() -> None:
    Row.load = _watched  # type: ignore[method-assign, assignment]


def pytest_sessionfinish() -> None:
    text = json.dumps({name: sorted(codes) for name, codes in _SEEN.items()})
    Path(os.environ[PLACE]).write_text(text, encoding="utf-8")
