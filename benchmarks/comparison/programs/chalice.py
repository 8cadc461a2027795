"""Chalice: `chalice package` of one small application for each function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from comparison.lab import plain
from comparison.programs.base import Program
from comparison.programs.scripts import for_each
from comparison.running import shell
from comparison.workloads import SCENARIOS

if TYPE_CHECKING:
    from comparison.lab import Lab
    from comparison.running import Step
    from comparison.workloads import Function

_APPLICATION = '''\
"""A function of the benchmark."""

from chalice import Chalice

app = Chalice(app_name="{name}")


@app.lambda_function()
def handler(event, context):
    return 0
'''
_PACKAGE = "(cd functions/{name} && chalice package ../../../out/{name})"


def _prepare(lab: Lab) -> None:
    for function in lab.workload.functions:
        _write(lab, function)


def _write(lab: Lab, function: Function) -> None:
    folder = lab.project / "functions" / function.name
    (folder / "app.py").write_text(_APPLICATION.format(name=function.name))
    (folder / "requirements.txt").write_text(plain(lab.pins[function.packages]))
    (folder / ".chalice").mkdir()
    settings = {"version": "2.0", "app_name": function.name, "stages": {"dev": {}}}
    (folder / ".chalice" / "config.json").write_text(json.dumps(settings))


def _steps(lab: Lab) -> tuple[Step, ...]:
    return (shell("package", *for_each(lab, _PACKAGE)),)


CHALICE = Program(
    "chalice",
    "`chalice package`",
    _steps,
    _prepare,
    # What it keeps of a build is the finished zip.
    artifacts=("out", "project/functions/*/.chalice/deployments"),
    scenarios=SCENARIOS,
    tool="chalice",
)
