"""Judge a function by what the project itself holds, for hooks: in a blink, and offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.staged import Built
from lpack.steps import tell
from lpack.steps.check import check
from lpack.steps.stage import stage
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.model import Function
    from lpack.work import Work

_ASIDE = "the dependencies are left aside"


def check_own(function: Function, work: Work) -> Built:
    """Judge settings, environment, handler and own files of one function.

    Nothing is locked, fetched or measured; what the dependencies decide is not judged.
    """
    work.progress.step(function.name, "checking")
    bundle = replace(stage(function, (), work.project), awaits=_ASIDE)
    root, today = work.project.root, work.system.today()
    verdict = check(function, bundle, root, archives=(), today=today)
    outcome = tell.own(function, verdict, strict=work.strict)
    own = (entry.origin for entry in bundle.entries)
    inputs = (*own, *bundle.read, *function.policies)
    return Built(outcome, inputs, bundle.folders, (), lasts=True)
