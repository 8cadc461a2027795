"""Declared tests run one after another, in an environment of their own or in a warm one."""

from __future__ import annotations

import contextlib
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import pytest

from lpack.model import Call, Diagnostic, HandlerTest, Invocation, Where
from lpack.outcome import Failure, Outcome, Report, TestsOutcome
from lpack.reporters import TEST_REPORTERS, Style
from lpack.reporters.table import totals
from lpack.testing import Finding, FunctionResults, Result, TestReport, run_tests, selected
from lpack.values import replace
from tests.jenkins import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.runtime import Sandbox


SCHEMA = json.loads(
    (Path(__file__).parents[3] / "schemas" / "tests.schema.json").read_text(encoding="utf-8")
)


class FakeSandbox:
    """Answers with how often it was called, and keeps the events."""

    def __init__(self) -> None:
        self.events: list[bytes] = []

    def invoke(self, call: Call) -> Invocation:
        """Give the number of the call."""
        self.events.append(call.event)
        payload = json.dumps(len(self.events)).encode()
        init = 90.0 if len(self.events) == 1 else None
        return Invocation(
            "id", payload, False, None, b"line\n", "success", 1.5, 2, init, 40  # noqa: FBT003 - a plain value
        )  # fmt: skip


def trying(name: str, **more: Any) -> HandlerTest:
    return HandlerTest(name, {"n": name}, None, has_response=False, error_type=None, **more)


TESTS = (
    trying("first order"),
    trying("second order", warm=True),
    trying("third", warm=True, response_like=4),
    trying("refusal"),
)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (None, ["first order", "second order", "third", "refusal"]),
        ("ORDER", ["first order", "second order"]),
        ("third", ["first order", "second order", "third"]),
        ("*order", ["first order", "second order"]),
        ("f?rst*", ["first order"]),
        ("nothing", []),
    ],
)
def test_a_pattern_chooses_tests_with_what_they_need(pattern: str | None, names: list[str]) -> None:
    """A test in a warm process needs those that were to run in it before."""
    assert [one.name for one in selected(TESTS, pattern)] == names


def test_warm_tests_share_an_environment() -> None:
    """Each other test has one that nothing has run in."""
    opened: list[FakeSandbox] = []

    @contextlib.contextmanager
    def place() -> Iterator[Sandbox]:
        opened.append(FakeSandbox())
        yield cast("Sandbox", opened[-1])

    results = list(run_tests(TESTS, place))

    assert [len(one.events) for one in opened] == [3, 1]
    assert opened[0].events[1] == b'{"n": "second order"}'
    assert [one.has_passed for one in results] == [True, True, False, True]
    assert results[2].verdict == (
        Finding("the response is not like that", ("it: expected 4, got 3",)),
    )
    assert [one.init for one in results] == [90.0, None, None, 90.0]


TRACE = "[ERROR] E: no\rTraceback (most recent call last):\r\xa0\xa0File x\n"
LOG = f"START RequestId: 1\nhello\tyou\x1b\n{TRACE}END RequestId: 1\n"
REPORT = TestReport(
    (
        FunctionResults(
            "api",
            "python3.13",
            "x86_64",
            (
                Result(trying("good <&>"), (), 1.25, 90.0, 40, ""),
                Result(
                    trying("bad", where=Where("lpack.toml", 3, "functions.api.tests[1]")),
                    (Finding("the response is another", (".a: expected 1, got 2",)),),
                    2.5,
                    None,
                    41,
                    LOG,
                ),
            ),
            0.5,
            ("it runs with Python 3.12",),
        ),
    ),
    (Failure(("worker",), (Diagnostic("LP407", "error", "there is no Python"),)),),
    3,
    0.5,
)


def test_results_are_told_to_people() -> None:
    """A line each, what failed in full, the log without what the platform writes."""
    told = TEST_REPORTERS["text"](REPORT, Style())

    assert (
        told
        == """\
api  python3.13 x86_64
  note    it runs with Python 3.12
  passed  good <&>  1.25 ms, 40 MB
  FAILED  bad  2.50 ms, 41 MB
          the response is another
            .a: expected 1, got 2
          log
            hello\\tyou\\x1b
          --> lpack.toml:3: functions.api.tests[1]

error[LP407]: there is no Python
  for worker

1 failed, 1 passed, 1 function not tried in 0.50 s
"""
    )
    quiet = TEST_REPORTERS["text"](REPORT, Style(quiet=True)).splitlines()
    assert quiet[0].startswith("  FAILED  bad")
    assert "\x1b[31mFAILED" in TEST_REPORTERS["text"](REPORT, Style(color=True))


def test_results_are_told_to_machines() -> None:
    """JUnit XML and JSON hold the same numbers, and are well-formed whatever a log holds."""
    document = json.loads(TEST_REPORTERS["json"](REPORT, Style()))
    jsonschema.validate(document, SCHEMA)
    junit = TEST_REPORTERS["junit"](REPORT, Style())
    suites = ET.fromstring(junit)  # noqa: S314 - our own text

    assert [one["outcome"] for one in document["functions"][0]["tests"]] == ["passed", "failed"]
    assert document["functions"][0]["failed"] == 1
    assert document["diagnostics"][0]["functions"] == ["worker"]
    assert suites.attrib == {
        "name": "lpack", "tests": "3", "failures": "1", "errors": "1", "time": "0.500",
    }  # fmt: skip
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    assert list(cases) == ["good <&>", "bad", "deployment"]
    assert [child.tag for child in cases["bad"]] == ["failure", "system-out"]
    assert "hello\tyou\\x1b" in (cases["bad"][1].text or "")
    assert cases["deployment"][0].get("type") == "LP407"
    assert refused(junit) == []


def test_an_event_is_json_whatever_it_holds() -> None:
    """Half of a pair of surrogates is no letter, and is escaped."""
    sandbox = FakeSandbox()
    tests = [replace(trying("it"), event=event) for event in ("é", "\ud800")]

    @contextlib.contextmanager
    def place() -> Iterator[Sandbox]:
        yield cast("Sandbox", sandbox)

    list(run_tests(tests, place))

    assert sandbox.events == [b'"\xc3\xa9"', b'"\\ud800"']


def test_a_build_of_many_counts_their_tests() -> None:
    """Where each function has one line, the sum tells of the tests."""
    tests = TestsOutcome(("one", "two"))
    outcomes = [Outcome(name, "python3.13", "x86_64", None, "", tests=tests) for name in "ab"]

    assert totals(Report(tuple(outcomes))) == "2 functions: 2 checked; 4 tests passed"
