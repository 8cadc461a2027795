"""What no packager can be faster than."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparison.programs.base import Program
from comparison.running import Step, shell
from comparison.workloads import LINE, NONE, WARM

if TYPE_CHECKING:
    from comparison.lab import Lab


def _bare(lab: Lab) -> tuple[Step, ...]:
    return (Step("start", (str(lab.commands / "python"), "-c", "pass")),)


def _copy_and_hash(lab: Lab) -> tuple[Step, ...]:
    del lab
    lines = ("python -c pass", "cat dist/*.zip > ../copy", "openssl sha256 ../copy")
    return (shell("copy", *lines),)


BARE = Program(
    "bare",
    "floor: `python -c pass`",
    _bare,
    scenarios=(NONE,),
    guest=True,
)
COPY = Program(
    "floor",
    "floor: interpreter start, cat and `openssl sha256` of lpack's zips",
    _copy_and_hash,
    artifacts=("copy",),
    scenarios=(WARM, LINE),
    needs=("openssl",),
    guest=True,
)
