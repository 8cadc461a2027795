"""What a function depends on is read from the one place that is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.steps.require import require
from tests.project_folder import HANDLER, only_function

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = '[functions.a]\nhandler = "app.lambda_handler"\nsource = "lambda"\n'


@pytest.mark.parametrize("line", ["aws-cdk-lib>=2.100,<3", "aws_cdk.core==1.41.0"])
def test_the_requirements_of_a_cdk_app_are_not_the_functions(project: Path, line: str) -> None:
    """A found file that asks for the CDK is refused, and the message says what to write."""
    files = {"lpack.toml": CONFIG, "lambda/app.py": HANDLER, "requirements.txt": f"six\n{line}\n"}
    function = only_function(project, files)

    with pytest.raises(BuildError) as caught:
        require(function, project, {})

    found = caught.value.diagnostics[0]
    assert (found.code, str(found.where)) == ("LP104", "requirements.txt:2")
    assert "deploys functions and is no part of one" in found.message
    assert found.hint == "set `requirements` to the function's own file, or to `false` for none"


def test_a_declared_file_may_ask_for_the_cdk(project: Path) -> None:
    """Who names the file means it."""
    config = CONFIG + 'requirements = "requirements.txt"\n'
    files = {"lpack.toml": config, "lambda/app.py": HANDLER, "requirements.txt": "aws-cdk-lib\n"}
    function = only_function(project, files)

    found = require(function, project, {})

    assert [line.text for line in found.requirements] == ["aws-cdk-lib"]
