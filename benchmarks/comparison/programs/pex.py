"""pex, called as Pants calls it for a Lambda: from a lock to a packed pex, and that to a zip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparison.lab import plain
from comparison.programs.base import Program
from comparison.programs.scripts import for_each
from comparison.running import shell
from comparison.versions import PEX_PIP

if TYPE_CHECKING:
    from comparison.lab import Lab
    from comparison.running import Step

_PIP = f"--pip-version {PEX_PIP}"
_LOCK = f"pex3 lock create {_PIP} --no-build --style strict -r {{plain}} -o {{lock}}"
_PACK = f"pex {_PIP} --layout packed {{lock}} -D functions/{{name}} -o ../out/{{name}}.pex"
_FLATTEN = (
    "pex3 venv create --layout flat-zipped --pex-repository ../out/{name}.pex --dir ../out/{name}"
)


def _prepare(lab: Lab) -> None:
    for packages in filter(None, lab.workload.sets):
        pinned = lab.project / lab.requirements(packages)
        pinned.write_text(plain(lab.pins[packages]))
        line = _LOCK.format(plain=lab.requirements(packages), lock=_lock(lab, packages))
        lab.run(*shell("lock", line).command)


def _lock(lab: Lab, packages: tuple[str, ...]) -> str:
    return lab.requirements(packages).replace(".txt", ".json")


def _steps(lab: Lab) -> tuple[Step, ...]:
    packing = [
        _PACK.format(
            name=function.name,
            lock=f"--lock {_lock(lab, function.packages)}" if function.packages else "",
        )
        for function in lab.workload.functions
    ]
    return (shell("pex", "mkdir -p ../out", *packing), shell("zip", *for_each(lab, _FLATTEN)))


PEX = Program(
    "pex",
    "packed pex + `pex3 venv create --layout flat-zipped`",
    _steps,
    _prepare,
    artifacts=("out",),
    tool="pex",
)
