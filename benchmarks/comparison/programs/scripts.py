"""Shell lines that several recipes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comparison.lab import Lab

ZIP = (
    "mkdir -p ../out/{name} && cp -R functions/{name}/. ../out/{name}/ "
    "&& (cd ../out/{name} && zip -qr ../{name}.zip .)"
)


def for_each(lab: Lab, line: str, *, only_with_packages: bool = False) -> tuple[str, ...]:
    """Give the line for every function, one after the other."""
    return tuple(
        line.format(name=function.name, requirements=lab.requirements(function.packages))
        for function in lab.workload.functions
        if function.packages or not only_with_packages
    )
