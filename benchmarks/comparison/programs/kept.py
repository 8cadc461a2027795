"""A folder that is kept between builds, and `zip -FS`: the strongest incremental recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparison.programs.base import Program
from comparison.programs.scripts import for_each
from comparison.programs.uv import install
from comparison.running import shell
from comparison.workloads import LINE, NONE, WARM

if TYPE_CHECKING:
    from comparison.lab import Lab
    from comparison.running import Step

_SYNCHRONIZE = (
    "cp -R functions/{name}/. ../tree/{name}/ "
    "&& (cd ../tree/{name} && zip -qr -FS ../../zips/{name}.zip .)"
)


def _prepare(lab: Lab) -> None:
    for function in lab.workload.functions:
        (lab.root / "tree" / function.name).mkdir(parents=True)
    lab.run(*install(lab, "../tree").command)


def _steps(lab: Lab) -> tuple[Step, ...]:
    return (shell("zip", "mkdir -p ../zips", *for_each(lab, _SYNCHRONIZE)),)


KEPT = Program(
    "kept",
    "kept folder + `zip -FS`",
    _steps,
    _prepare,
    artifacts=("zips",),
    scenarios=(WARM, LINE, NONE),
    tool="uv",
    needs=("zip",),
)
