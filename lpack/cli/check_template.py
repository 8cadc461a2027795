"""`lpack check template.yaml`: the verdict on what a template declares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cache import known_cache_folder
from lpack.errors import UsageError
from lpack.judging import check_declared
from lpack.model import Where
from lpack.outcome import Failure, Report
from lpack.steps.configure import policies_for
from lpack.templates.reading import read_templates
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.outcome import Outcome
    from lpack.templates.declared import Template


def check_templates(context: Context) -> Report:
    """Judge every function of the templates; exit status 1 if a rule finds an error."""
    outcomes: list[Outcome] = []
    failures: list[Failure] = []
    skipped: list[tuple[str, str]] = []
    for name in context.options.names:
        for template in read_templates(Path(name), name, context.system.environ):
            if template.problems:
                failures.append(_problems(context, template))
            skipped += template.skipped
            outcomes += _outcomes(context, template)
    failed = any(one.failed for one in outcomes) or any(one.exit_status for one in failures)
    return Report(
        tuple(outcomes),
        exit_status=1 if failed else 0,
        failures=tuple(failures),
        names=tuple(one.name for one in outcomes),
        others=tuple(skipped),
        root=Path.cwd(),
    )


def _problems(context: Context, template: Template) -> Failure:
    """Tell what is wrong beside the functions."""
    counting = ("error", "warning") if context.options.strict else ("error",)
    failed = any(one.severity in counting for one in template.problems)
    return Failure((), template.problems, int(failed))


def _outcomes(context: Context, template: Template) -> list[Outcome]:
    if not template.functions and not template.skipped and not template.problems:
        where = Where(template.file)
        raise UsageError("LP034", f"`{template.file}` declares no Lambda function", where=where)
    cache = known_cache_folder(context.system.environ)
    policies = policies_for(template.folder, context.system.environ) if template.functions else ()
    outcomes = []
    for one in template.functions:
        context.progress.step(one.name, "checking")
        outcome = check_declared(
            one,
            template,
            root=Path.cwd(),
            today=context.system.today(),
            cache=None if cache is None else Path(cache),
            policies=policies,
        )
        outcomes.append(replace(outcome, strict=context.options.strict))
    return outcomes
