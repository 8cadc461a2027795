"""Each form of a report is what those who read it take, whatever stands in the report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpack.catalogue import ENTRIES
from lpack.model import Diagnostic, Where
from lpack.outcome import (
    ArtifactOutcome,
    BytecodeOutcome,
    Failure,
    FolderOutcome,
    LockOutcome,
    Outcome,
    PackageOutcome,
    Report,
    StripOutcome,
    TestsOutcome,
)
from lpack.reporters import REPORTERS, Style
from tests.jenkins import refused

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
SARIF = json.loads((ROOT / "tests" / "foreign" / "sarif-2.1.0.schema.json").read_text())
NASTY = "a`|<b>&\"'%,:\r\n::error::x\n##[group]\x1b[31m\u202e\0\ud800 ]]> <!--"

texts = st.text(max_size=30) | st.sampled_from([NASTY, "`x`", "-->"])
places = st.none() | st.builds(
    Where, texts, st.none() | st.integers(1, 9), st.none() | texts, st.none() | st.integers(1, 9)
)
diagnostics = st.builds(
    Diagnostic,
    st.sampled_from(sorted(ENTRIES)),
    st.sampled_from(["error", "warning", "info"]),
    texts,
    places,
    st.none() | texts,
)


def outcome(name: str, *found: Diagnostic, **more: Any) -> Outcome:
    known: dict[str, Any] = {"where": Where("lpack.toml", 1, f"functions.{name}"), **more}
    return Outcome(
        name, "python3.13", "arm64", "app.handler", "no requirements", diagnostics=found, **known
    )


def artifact(name: str) -> ArtifactOutcome:
    sha256 = "0" * 64
    return ArtifactOutcome(f"dist/{name}.zip", 2_000_000, 52_428_800, 3, 4, 5, sha256, "x")


MEMORY = Diagnostic(
    "LP310", "error", "`memory` of 20 MB", Where("lpack.toml", 2, "functions.api.memory"), "set it"
)
TIMEOUT = Diagnostic("LP320", "warning", "`timeout` is long", Where("lpack.toml", 3))
FAILED = Diagnostic("LP107", "error", "no wheel of `x`", Where("pylock.toml", key="x"), "pin it")


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Give one of every kind: a package, errors, a warning for two functions, a failure."""
    (tmp_path / ".git").mkdir()
    project = tmp_path / "my services"
    project.mkdir()
    (project / "lpack.toml").write_text("[functions.api]\nmemory = 20\ntimeout = 100\n")
    (project / "pylock.toml").write_text("")
    good = outcome(
        "good",
        TIMEOUT,
        lock=LockOutcome("pylock.toml", "uv", 3, written=True),
        artifact=artifact("good"),
        layer=artifact("good.layer"),
        folder=FolderOutcome("dist/good", 1, 2, 3),
        bytecode=BytecodeOutcome("all", "3.13.1", 1, 2, 0.5, 0.25),
        stripped=StripOutcome(1, 2),
        excluded=(("a", "b"),),
        slimmed=(("tests", 1, 2),),
        schedules=(("rate(1 day)", "soon"),),
        tests=TestsOutcome(("a",), (), ("slower",)),
        package=PackageOutcome("a.zip", 1, 2, 3, 4, 5, 6, ("layer.zip",)),
        ignored=(("LP301", "large", "known"),),
        manifest="dist/good.manifest.json",
    )
    return Report(
        (outcome("api", MEMORY, TIMEOUT), good),
        exit_status=3,
        failures=(Failure(("odd",), (FAILED,)),),
        names=("api", "odd", "good"),
        skipped=("old",),
        since="HEAD",
        root=project,
    )


def render(report: Report, form: str) -> str:
    return REPORTERS[form](report, Style())


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - lpack has just written it


def test_json_is_what_its_schema_says(report: Report) -> None:
    """Every member of it is described, with the names of the codes and with columns."""
    document = json.loads(render(report, "json"))

    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["functions"][0]["diagnostics"][0] == {
        "code": "LP310",
        "name": "memory-out-of-range",
        "severity": "error",
        "message": "`memory` of 20 MB",
        "where": {
            "file": "lpack.toml",
            "line": 2,
            "key": "functions.api.memory",
            "column": 10,
            "end_column": 12,
        },
        "hint": "set it",
    }
    assert document["diagnostics"][0]["functions"] == ["odd"]


def test_github_gets_an_annotation_for_each_finding(report: Report) -> None:
    """Errors first, at a path from the top of the repository, with GitHub's own escapes."""
    lines = render(report, "github").splitlines()

    commands = [line for line in lines if line.startswith("::")]
    place = "file=my services/lpack.toml,line={},endLine={},col={},endColumn={},"
    assert [command.partition(",title=")[0] + "," for command in commands] == [
        "::error file=my services/pylock.toml,",
        f"::error {place.format(2, 2, 10, 12)}",
        f"::warning {place.format(3, 3, 1, 8)}",
    ]
    assert [command.partition(",title=")[2] for command in commands] == [
        "LP107 no-wheel-for-target::odd: no wheel of `x`%0Ahint: pin it",
        "LP310 memory-out-of-range::api: `memory` of 20 MB%0Ahint: set it",
        "LP320 timeout-longer-than-trigger::api, good: `timeout` is long",
    ]
    assert "error[LP310]: `memory` of 20 MB" in lines
    assert "error[LP107]: no wheel of `x`" in lines


def test_sarif_fits_its_schema(report: Report) -> None:
    """The rules have their help, and the places start from the top of the repository."""
    document = json.loads(render(report, "sarif"))

    jsonschema.Draft4Validator(SARIF).validate(document)
    (run,) = document["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(rules) == {"LP107", "LP310", "LP320"}
    assert rules["LP310"]["helpUri"] == ENTRIES["LP310"].source
    assert ENTRIES["LP310"].fix in rules["LP310"]["help"]["markdown"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["results"][1]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "my%20services/lpack.toml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 10, "endColumn": 12},
            },
            "logicalLocations": [{"name": "api", "kind": "function"}],
        }
    ]


def test_fingerprints_outlive_a_new_line_and_another_size(report: Report) -> None:
    """The same thing is known again in the next commit, and two things are two."""
    before = json.loads(render(report, "sarif"))["runs"][0]["results"]
    assert report.root is not None
    config = report.root / "lpack.toml"
    config.write_text("# new\n" + config.read_text())
    moved = Diagnostic(
        "LP310", "error", "`memory` of 19 MB", Where("lpack.toml", 3, "functions.api.memory")
    )
    report = Report((outcome("api", moved),), root=report.root)

    after = json.loads(render(report, "sarif"))["runs"][0]["results"]

    assert after[0]["partialFingerprints"] == before[1]["partialFingerprints"]
    assert len({json.dumps(one["partialFingerprints"]) for one in before}) == len(before)


def test_junit_has_a_suite_for_each_function(report: Report) -> None:
    """A function passes, fails by what was found, or has an error; a warning does not fail."""
    suites = parsed(render(report, "junit"))

    assert [(suite.get("name"), suite.get("failures")) for suite in suites] == [
        ("api", "1"),
        ("odd", "0"),
        ("good", "0"),
    ]
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("7", "1", "1")
    failure, error = suites.find(".//failure"), suites.find(".//error")
    assert failure is not None
    assert error is not None
    assert failure.get("message") == "`memory` of 20 MB"
    assert error.get("type") == "LP107"
    assert [case.get("name") for case in suites.iter("testcase")] == [
        "python3.13 arm64",
        "LP310 memory-out-of-range",
        "LP320 timeout-longer-than-trigger",
        "LP107 no-wheel-for-target",
        "python3.13 arm64",
        "test a",
        "LP320 timeout-longer-than-trigger",
    ]


def test_a_strict_function_fails_by_a_warning(report: Report) -> None:
    """In the report as in the exit status."""
    strict = outcome("api", TIMEOUT, strict=True)

    suites = parsed(render(Report((strict,), root=report.root), "junit"))

    assert strict.failed
    assert not outcome("api", TIMEOUT).failed
    assert not outcome("api", TIMEOUT, strict=True, checked=False).failed
    assert suites.get("failures") == "1"


def test_gitlab_gets_a_list_of_issues(report: Report) -> None:
    """Each has what GitLab asks for, and a fingerprint of its own."""
    issues = json.loads(render(report, "gitlab"))

    assert issues[1] == {
        "description": "api: `memory` of 20 MB\nhint: set it",
        "check_name": "LP310 memory-out-of-range",
        "fingerprint": issues[1]["fingerprint"],
        "severity": "critical",
        "location": {"path": "my services/lpack.toml", "lines": {"begin": 2}},
    }
    assert [issue["severity"] for issue in issues] == ["critical", "critical", "minor"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_markdown_has_the_sizes_and_the_findings(report: Report) -> None:
    """A row for each function in order, and one for each finding."""
    lines = render(report, "markdown").splitlines()

    assert [line.split(" | ")[0] for line in lines[4:7]] == ["| api", "| odd", "| good"]
    assert "1.9 MB of 50.0 MB + 1.9 MB of 50.0 MB" in lines[6]
    assert sum(line.count("LP310 memory-out-of-range") for line in lines) == 1


@pytest.mark.parametrize("form", sorted(REPORTERS))
@given(found=st.lists(diagnostics, max_size=4), ended=st.lists(diagnostics, max_size=2))
def test_whatever_is_said_the_form_holds(
    form: str, found: list[Diagnostic], ended: list[Diagnostic]
) -> None:
    """No text breaks out of its place, or reaches a terminal or a runner as a command."""
    report = Report(
        (outcome("api", *found),), tuple(ended), 1, names=("api",), root=Path("/nowhere")
    )

    text = render(report, form)

    text.encode("utf-8")
    layout = "\n\t" if form == "junit" else "\n"
    assert all(one.isprintable() or one in layout for one in text)
    check = {"json": _json, "sarif": _sarif, "gitlab": _gitlab, "junit": _junit}
    check.update({"github": _github, "markdown": _markdown})
    if form in check:
        check[form](text, [*ended, *found])


def _json(text: str, found: list[Diagnostic]) -> None:
    document = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    told = [*document["diagnostics"], *document["functions"][0]["diagnostics"]]
    assert [one["message"] for one in told] == [one.message for one in found]


def _sarif(text: str, found: list[Diagnostic]) -> None:
    document = json.loads(text)
    jsonschema.Draft4Validator(SARIF).validate(document)
    (run,) = document["runs"]
    # There is no file, so nothing has a place.
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert run["results"] == []
    assert {one["associatedRule"]["id"] for one in told} == {one.code for one in found}


def _gitlab(text: str, found: list[Diagnostic]) -> None:
    issues = json.loads(text)
    assert len({one["fingerprint"] for one in issues}) == len(issues) <= len(found)


def _junit(text: str, found: list[Diagnostic]) -> None:
    assert refused(text) == []
    cases = list(parsed(text).iter("testcase"))
    assert {str(case.get("name")).split()[0] for case in cases} == {
        *(one.code for one in found),
        "python3.13",
    }


def _github(text: str, found: list[Diagnostic]) -> None:
    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) <= len(found)
    assert "##[" not in {line.lstrip()[:3] for line in text.splitlines()}
    for command in commands:
        assert re.match(r"::(error|warning|notice) title=LP\d{3} [a-z0-9-]+::", command)


def _markdown(text: str, found: list[Diagnostic]) -> None:
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) <= 5 + len(found)
    assert all(re.sub(r"<code>|</code>|<br>", "", row).count("<") == 0 for row in rows)
    assert {row.count("|") for row in rows} <= {6, 7}
