"""`uv pip install --target` and `zip -r`: the quickest of the usual recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparison.programs.base import Program
from comparison.programs.scripts import ZIP, for_each
from comparison.running import shell
from comparison.workloads import MACHINE, PYTHON

if TYPE_CHECKING:
    from comparison.lab import Lab
    from comparison.running import Step

_INSTALL = (
    "uv pip install --quiet --no-deps --require-hashes --only-binary :all: "
    f"--python-version {PYTHON} --python-platform {MACHINE}-manylinux_2_34 "
    "--target {folder}/{{name}} -r {{requirements}}"
)


def install(lab: Lab, folder: str) -> Step:
    """Give the step that installs every function's packages into folders of their own."""
    line = _INSTALL.format(folder=folder)
    return shell("install", *for_each(lab, line, only_with_packages=True))


def _steps(lab: Lab) -> tuple[Step, ...]:
    return (install(lab, "../out"), shell("zip", *for_each(lab, ZIP)))


UV = Program(
    "uv",
    "`uv pip install --target` + `zip -r`",
    _steps,
    artifacts=("out",),
    tool="uv",
    needs=("zip",),
)
