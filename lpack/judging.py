"""Judges the functions of a template: nothing is locked, fetched or built for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.sources.templates import given_function
from lpack.steps import tell
from lpack.steps.check import check
from lpack.steps.open_code import INLINE, open_code
from lpack.values import replace

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from lpack.model import Diagnostic
    from lpack.outcome import Outcome
    from lpack.templates.declared import Code, Declared, Template


def check_declared(  # noqa: PLR0913 - what is judged, and what the verdict depends on
    declared: Declared,
    template: Template,
    root: Path,
    *,
    today: date,
    cache: Path | None = None,
    policies: tuple[Path, ...] = (),
) -> Outcome:
    """Judge a function that a template declares, with its code as far as that is here.

    Paths in messages start at `root`. Raises UsageError LP020 for a policy nobody can ask.
    """
    given = given_function(declared, template)
    opened = open_code(declared, template, is_ours=given.is_ours)
    bundle = opened.bundle
    verdict = check(
        replace(given.function, policies=policies),
        bundle,
        root,
        archives=bundle.archives,
        today=today,
        cache=cache,
    )
    judged = (one for one in verdict.diagnostics if one.code not in given.left)
    diagnostics = (*given.problems, *opened.problems, *judged)
    placed = tuple(_in_template(one, declared.code) for one in diagnostics)
    return tell.of_template(given, template, opened.told, placed)


def _in_template(one: Diagnostic, code: Code) -> Diagnostic:
    """Point to the line of the template, where a rule points to one of the code in it."""
    if one.where is None or code.inline is None or code.where is None:
        return one
    if one.where.file.rpartition("/")[2] != INLINE:
        return one
    line = code.where.line
    if line is not None and one.where.line is not None and "\n" in code.inline:
        line += one.where.line
    return replace(one, where=replace(code.where, line=line))
