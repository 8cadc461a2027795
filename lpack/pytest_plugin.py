"""A plugin of pytest: fixtures that call functions of a project as Lambda would.

Nothing of lpack is loaded before a test asks for a function.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from types import TracebackType

    from lpack.lambda_functions import LambdaFunction, LambdaProject, Result

__all__ = ["lambda_event", "lambda_function", "lambda_project", "lambda_sample"]

_SCOPES = ("function", "class", "module", "package", "session")
_RUNNING = pytest.StashKey[pytest.Item]()
"""The test that runs, which the logs of all calls meanwhile belong to."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what can be set in the configuration of pytest."""
    parser.addini("lpack_project", "folder of the project (default: that of pytest)", default="")
    parser.addini(
        "lpack_exact", "fail where Python is not the runtime's own", type="bool", default=False
    )
    parser.addini(
        "lpack_scope",
        f"how long the process of a function stays warm: {', '.join(_SCOPES)}",
        default=_SCOPES[0],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what no scope is."""
    scope = config.getini("lpack_scope")
    if scope not in _SCOPES:
        raise pytest.UsageError(f"lpack_scope is `{scope}`, and not one of {', '.join(_SCOPES)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note which test it is that runs."""
    item.config.stash[_RUNNING] = item
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell of what lpack refuses in lpack's own words, without a trace of its insides."""
    found = call.excinfo
    if found is not None and type(found.value).__module__ == "lpack.errors":
        from lpack.lambda_functions import refusal  # noqa: PLC0415 - takes long to load

        said = refusal(found.value, item.config.rootpath)
        place = _place(found.tb, item)
        failure = pytest.fail.Exception(f"{said}{place}", pytrace=False)
        call.excinfo = pytest.ExceptionInfo.from_exception(failure.with_traceback(found.tb))
    return (yield)


def _place(trace: TracebackType | None, item: pytest.Item) -> str:
    """Name the line of the test or of its fixture that lpack was called in."""
    line = None
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.partition(".")[0] == "lpack":
            break
        if name.partition(".")[0] not in ("pytest", "_pytest", "pluggy"):
            line = f"\nin {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return (line or "").replace(f"{item.config.rootpath}/", "")


def _scope(fixture_name: str, config: pytest.Config) -> Any:
    """Give the scope that the configuration wants."""
    del fixture_name
    return config.getini("lpack_scope")


@pytest.fixture(scope="session")
def lambda_project(pytestconfig: pytest.Config) -> LambdaProject:
    """Give the project; a function is built when it is first asked for, and once a session.

    `with lambda_project.ready("api") as api: yield api` makes a fixture with a scope of its own.
    """
    from lpack.lambda_functions import LambdaProject  # noqa: PLC0415 - takes long to load

    def hear(name: str, result: Result) -> None:
        item = pytestconfig.stash.get(_RUNNING, None)
        if item is not None:
            item.add_report_section("call", f"log of {name}", result.log)

    root = pytestconfig.rootpath / str(pytestconfig.getini("lpack_project"))
    return LambdaProject(root, exact=bool(pytestconfig.getini("lpack_exact")), hear=hear)


@pytest.fixture(scope=_scope)
def lambda_function(lambda_project: LambdaProject) -> Iterator[Callable[..., LambdaFunction]]:
    """Give what makes a function ready: `lambda_function("api").invoke({"name": "Ada"})`.

    Its process is started at the first call, stays warm within the test, or as long as
    `lpack_scope` says, and ends with it; the same words give the same function.
    `environment` sets variables, `network=False` lets it reach nothing.
    """
    known: dict[str, LambdaFunction] = {}
    with contextlib.ExitStack() as stack:

        def ready(name: str | None = None, **options: Any) -> LambdaFunction:
            key = repr((name, sorted(options.items())))
            if key not in known:
                known[key] = stack.enter_context(lambda_project.ready(name, **options))
            return known[key]

        yield ready


@pytest.fixture(scope="session")
def lambda_sample() -> Callable[..., Any]:
    """Give what makes sample events: `lambda_sample("s3:put", bucket="photos")`."""

    def made(event: str, **options: Any) -> Any:
        from lpack.events import sample  # noqa: PLC0415 - takes long to load

        return sample(event, {name.replace("_", "-"): one for name, one in options.items()})

    return made


@pytest.fixture
def lambda_event(request: pytest.FixtureRequest) -> Any:
    """Give the sample that a test is parametrised with, indirectly: `"s3:put --key a.jpg"`."""
    from lpack.events import named  # noqa: PLC0415 - takes long to load

    return named(request.param)
