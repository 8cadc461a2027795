"""The plugin of pytest calls functions of a project in the tests of that project."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.runtime_client import seed_client

RUNTIME = "python{}.{}".format(*sys.version_info[:2])
CONFIGURATION = f"""
[functions.api]
handler = "app.handler"
source = "src"
requirements = []
runtime = "{RUNTIME}"
environment = {{ GREETING = "Hello" }}

[functions.other]
handler = "app.other"
source = "src"
requirements = []
runtime = "{RUNTIME}"
"""
BROKEN = """
[functions.broken]
handler = "app.other"
source = "src"
requirements = []
runtime = "python3.15"
bytecode = true
"""
HANDLER = """
import os

calls = 0


def handler(event, context):
    global calls
    calls += 1
    print("called", calls)
    if event.get("fail"):
        raise ValueError("as asked")
    return {
        "text": f"{os.environ['GREETING']} {event.get('name')}",
        "calls": calls,
        "tenant": context.tenant_id,
    }


def other(event, context):
    return [record["s3"]["object"]["key"] for record in event["Records"]]
"""
TESTS = """
import pytest


def test_a_response(lambda_function):
    api = lambda_function("api", environment={"GREETING": "Welcome"})
    first = api.invoke({"name": "Ada"}, context={"tenant": "blue"})
    second = api.invoke({"name": "Grace"})
    assert first.payload == {"text": "Welcome Ada", "calls": 1, "tenant": "blue"}
    assert first.error_type is None
    assert "called 1" in first.log
    assert first.duration > 0 and first.init > 0 and first.memory > 0
    assert second.payload["calls"] == 2
    assert second.init is None


def test_an_environment_of_its_own(lambda_function):
    assert lambda_function("api").invoke().payload["calls"] == 1


def test_an_error(lambda_function):
    result = lambda_function("api").invoke({"fail": True})
    assert result.error_type == "ValueError"
    assert result.payload["errorMessage"] == "as asked"


def test_two_functions(lambda_function, lambda_sample):
    other = lambda_function("other")
    assert other.sample("s3:put", key=["a b", "c"]).payload == ["a+b", "c"]
    assert other.invoke(lambda_sample("s3:delete", version_id="v")).error_type is None
    assert lambda_function("api").invoke({"name": "x"}).payload["text"] == "Hello x"


@pytest.mark.parametrize("lambda_event", ["s3:put --key x", "s3:delete --key x"], indirect=True)
def test_samples(lambda_function, lambda_event):
    assert lambda_function("other").invoke(lambda_event).payload == ["x"]
"""
FAILING = """
import pytest


def test_unknown(lambda_function):
    lambda_function("ap")


def test_several(lambda_function):
    lambda_function()


def test_no_json(lambda_function):
    lambda_function("api").invoke({1, 2})


def test_broken(lambda_function):
    lambda_function("broken")


@pytest.mark.parametrize("lambda_event", ["s3:nothing"], indirect=True)
def test_no_event(lambda_event):
    pass
"""
LOGGING = """
def test_it_fails(lambda_function):
    assert lambda_function("api").invoke({}).error_type is None
    assert lambda_function("api").invoke({"fail": True}).error_type is None


def test_it_passes(lambda_function):
    assert lambda_function("api").invoke({}).error_type is None
"""
WARM = """
import pytest


@pytest.mark.parametrize("number", [1, 2])
def test_it_is_warm(lambda_function, number):
    assert lambda_function("api").invoke().payload["calls"] == number


@pytest.fixture(scope="module")
def own(lambda_project):
    with lambda_project.ready("api", environment={{"GREETING": "Own"}}) as function:
        yield function


@pytest.mark.parametrize("number", [1, 2])
def test_one_of_its_own(own, number):
    result = own.invoke({{"name": number}})
    assert (result.payload["calls"], result.payload["text"]) == (number, f"Own {{number}}")
"""
LAZY = """
import sys


def test_nothing_is_loaded():
    loaded = {name for name in sys.modules if name.partition(".")[0] == "lpack"}
    assert loaded == {"lpack", "lpack.pytest_plugin"}
"""


@pytest.fixture
def _client() -> None:
    """Have Lambda's client in the cache, before `pytester` looks which modules are loaded."""
    seed_client(Path(os.environ["LPACK_CACHE_DIR"]))


@pytest.fixture
def project(_client: None, pytester: pytest.Pytester) -> pytest.Pytester:
    """Give a project with two functions."""
    names = {one.name for one in entry_points(group="pytest11")}
    assert "lpack" in names, "install lpack anew: `make .venv/ready`"
    (pytester.path / "src").mkdir()
    (pytester.path / "src" / "app.py").write_text(HANDLER)
    (pytester.path / "lpack.toml").write_text(CONFIGURATION)
    return pytester


@pytest.mark.slow
def test_functions_are_called_as_lambda_would(project: pytest.Pytester) -> None:
    """Responses, errors, logs, samples: all that a test may want to know."""
    project.makepyfile(TESTS)

    ran = project.runpytest_subprocess("-p", "no:cacheprovider")

    ran.assert_outcomes(passed=6)


@pytest.mark.slow
def test_what_cannot_be_called_is_told(project: pytest.Pytester) -> None:
    """The words are those of lpack, and no traceback of its insides."""
    (project.path / "lpack.toml").write_text(CONFIGURATION + BROKEN)
    project.makepyfile(FAILING)

    ran = project.runpytest_subprocess("-p", "no:cacheprovider")

    ran.assert_outcomes(failed=4, errors=1)
    ran.stdout.fnmatch_lines(
        [
            "error?LP430?: there is no event `s3:nothing`",
            "error?LP002?: the project has no function `ap`; did you mean `api`?",
            "hint: it has `api`, `other`, `broken`",
            "in test_*.py:5",
            "error?LP002?: the project has several functions: `api`, `other`, `broken`",
            "error?LP411?: the event is not JSON: *",
            "in test_*.py:13",
            "error?LP233?: bytecode cannot be made for `python3.15`*",
            "in test_*.py:17",
        ]
    )
    assert "lambda_functions.py" not in ran.stdout.str()


@pytest.mark.slow
def test_logs_are_shown_of_tests_that_fail(project: pytest.Pytester) -> None:
    """Of all calls that they made, and of no other test; a result is readable."""
    project.makepyfile(LOGGING)

    ran = project.runpytest_subprocess("-p", "no:cacheprovider")

    ran.assert_outcomes(passed=1, failed=1)
    ran.stdout.fnmatch_lines(
        [
            "*where 'ValueError' = <Result ValueError: as asked>.error_type",
            "*Captured log of api call*",
            "called 1",
            "REPORT RequestId: *",
            "*Captured log of api call*",
            "called 2",
        ]
    )
    assert ran.stdout.str().count("Captured log of api call") == 2


@pytest.mark.slow
def test_a_function_may_stay_warm_for_longer(project: pytest.Pytester) -> None:
    """As long as `lpack_scope` says, or a fixture of one's own."""
    project.makepyfile(test_one=WARM.format(1), test_two=WARM.format(1))
    project.makeini("[pytest]\nlpack_scope = module\naddopts = --import-mode=importlib\n")

    for words in ((), ("-n", "2", "--dist", "loadfile")):
        ran = project.runpytest_subprocess("-p", "no:cacheprovider", *words)
        ran.assert_outcomes(passed=8)

    ran = project.runpytest_subprocess("-o", "lpack_scope=modul", "-p", "no:cacheprovider")
    ran.stderr.fnmatch_lines(["ERROR: lpack_scope is `modul`, and not one of function, class,*"])


@pytest.mark.slow
def test_the_project_may_lie_below(project: pytest.Pytester) -> None:
    """`lpack_project` names its folder."""
    below = project.mkdir("functions")
    for name in ("src", "lpack.toml"):
        (project.path / name).rename(below / name)
    project.makeini("[pytest]\nlpack_project = functions\nlpack_exact = true\n")
    project.makepyfile(
        "def test_it(lambda_function):\n"
        "    assert lambda_function('api').invoke().payload['calls'] == 1\n"
    )

    project.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.slow
def test_workers_of_xdist_share_the_work(project: pytest.Pytester) -> None:
    """Each has its own processes, and what is unpacked is there once."""
    project.makepyfile(TESTS)

    ran = project.runpytest_subprocess("-n", "2", "-p", "no:cacheprovider")

    ran.assert_outcomes(passed=6)


@pytest.mark.slow
def test_a_run_without_functions_loads_nothing(pytester: pytest.Pytester) -> None:
    """Having lpack installed costs other tests one small module."""
    pytester.makepyfile(LAZY)

    ran = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    ran.assert_outcomes(passed=1)
