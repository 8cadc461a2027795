"""`lpack build`, as a user would call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparison.programs.base import Program
from comparison.running import Step
from comparison.workloads import RUNTIME, SCENARIOS

if TYPE_CHECKING:
    from comparison.lab import Lab
    from comparison.workloads import Function


def lpack(lab: Lab) -> str:
    """Give the path of the command itself."""
    return str(lab.commands / "lpack")


def configure(lab: Lab) -> None:
    """Write lpack.toml, and requirements without versions: those are in lpack's own lock."""
    for packages in filter(None, lab.workload.sets):
        (lab.project / lab.requirements(packages)).write_text("\n".join(packages) + "\n")
    tables = [_table(lab, function) for function in lab.workload.functions]
    (lab.project / "lpack.toml").write_text("\n".join(tables))


def _table(lab: Lab, function: Function) -> str:
    asked = f'"{lab.requirements(function.packages)}"' if function.packages else "false"
    return (
        f'[functions.{function.name}]\nhandler = "app.handler"\nruntime = "{RUNTIME}"\n'
        f'source = "functions/{function.name}"\nrequirements = {asked}\n'
    )


def _prepare(lab: Lab) -> None:
    configure(lab)
    lab.run(lpack(lab), "lock", "--quiet")


def _steps(lab: Lab) -> tuple[Step, ...]:
    return (Step("build", (lpack(lab), "build", "--quiet")),)


LPACK = Program(
    "lpack",
    "lpack build",
    _steps,
    _prepare,
    artifacts=("project/dist",),
    scenarios=SCENARIOS,
)
