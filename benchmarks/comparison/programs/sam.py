"""AWS SAM CLI: `sam build`, then the zips that `sam package` and `sam deploy` would upload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comparison.lab import plain
from comparison.programs.base import Program
from comparison.running import Step
from comparison.workloads import MACHINE, RUNTIME, SCENARIOS

if TYPE_CHECKING:
    from comparison.lab import Lab

_HEAD = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
"""
_FUNCTION = f"""\
  Function{{number:03}}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/{{name}}
      Handler: app.handler
      Runtime: {RUNTIME}
      Architectures: [{MACHINE}]
"""
_ZIP = Path(__file__).with_name("zip_as_sam.py")


def _prepare(lab: Lab) -> None:
    resources = []
    for number, function in enumerate(lab.workload.functions):
        folder = lab.project / "functions" / function.name
        (folder / "requirements.txt").write_text(plain(lab.pins[function.packages]))
        resources.append(_FUNCTION.format(number=number, name=function.name))
    (lab.project / "template.yaml").write_text(_HEAD + "".join(resources))


def _plain_steps(lab: Lab) -> tuple[Step, ...]:
    return (Step("build", ("sam", "build")), _zip(lab))


def _cached_steps(lab: Lab) -> tuple[Step, ...]:
    return (Step("build", ("sam", "build", "--cached", "--parallel")), _zip(lab))


def _zip(lab: Lab) -> Step:
    return Step("zip", (str(lab.commands / "python"), str(_ZIP), ".aws-sam/build"))


SAM = Program(
    "sam",
    "`sam build` + SAM's zip",
    _plain_steps,
    _prepare,
    artifacts=("project/.aws-sam",),
    tool="sam",
)
SAM_CACHED = Program(
    "sam-cached",
    "`sam build --cached --parallel` + SAM's zip",
    _cached_steps,
    _prepare,
    artifacts=("project/.aws-sam/build",),
    caches=("project/.aws-sam",),
    scenarios=SCENARIOS,
    tool="sam",
)
