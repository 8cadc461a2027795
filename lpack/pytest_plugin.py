"""A plugin of pytest: fixtures that call functions of a project as Lambda would.

Nothing of lpack is loaded before a test asks for a function.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lpack.lambda_functions import LambdaFunction, LambdaProject

__all__ = ["lambda_event", "lambda_function", "lambda_project", "lambda_sample"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what can be set in the configuration of pytest."""
    parser.addini("lpack_project", "folder of the project (default: that of pytest)", default="")
    parser.addini(
        "lpack_exact", "fail where Python is not the runtime's own", type="bool", default=False
    )


@pytest.fixture(scope="session")
def lambda_project(pytestconfig: pytest.Config) -> LambdaProject:
    """Give the project; a function is built when it is first asked for, and once a session."""
    from lpack.lambda_functions import LambdaProject  # noqa: PLC0415 - takes long to load

    root = pytestconfig.rootpath / str(pytestconfig.getini("lpack_project"))
    return LambdaProject(root, exact=bool(pytestconfig.getini("lpack_exact")))


@pytest.fixture
def lambda_function(lambda_project: LambdaProject) -> Iterator[Callable[..., LambdaFunction]]:
    """Give what makes a function ready: `lambda_function("api").invoke({"name": "Ada"})`.

    Its process is started at the first call, stays warm within the test, and ends with it.
    `environment` sets variables, `network=False` lets it reach nothing.
    """
    from lpack.errors import LpackError  # noqa: PLC0415 - takes long to load

    with contextlib.ExitStack() as stack:

        def ready(name: str | None = None, **options: Any) -> LambdaFunction:
            try:
                return stack.enter_context(lambda_project.ready(name, **options))
            except LpackError as error:
                told = "\n".join(str(one.message) for one in error.diagnostics)
                return pytest.fail(f"lpack {error.code}: {told}", pytrace=False)

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
