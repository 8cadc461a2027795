"""`pip install --target` and `zip -r`: the recipe of Lambda's documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparison.programs.base import Program
from comparison.programs.scripts import ZIP, for_each
from comparison.running import shell
from comparison.workloads import MACHINE, PYTHON

if TYPE_CHECKING:
    from comparison.lab import Lab
    from comparison.running import Step

# pip takes what is named and nothing below it, so every level of the runtime's glibc is.
_PLATFORMS = " ".join(
    f"--platform manylinux{level}_{MACHINE}"
    for level in ("_2_34", "_2_31", "_2_28", "_2_27", "_2_26", "_2_24", "_2_17", "2014")
)
_INSTALL = (
    "python -m pip install --quiet --no-deps --require-hashes --only-binary :all: "
    f"--python-version {PYTHON} {_PLATFORMS} --target ../out/{{name}} -r {{requirements}}"
)


def _steps(lab: Lab) -> tuple[Step, ...]:
    return (
        shell("install", *for_each(lab, _INSTALL, only_with_packages=True)),
        shell("zip", *for_each(lab, ZIP)),
    )


PIP = Program(
    "pip",
    "`pip install --target` + `zip -r`",
    _steps,
    artifacts=("out",),
    tool="pip",
    needs=("zip",),
)
