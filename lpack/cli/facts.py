"""`lpack facts`: what is known of a function and its package, as checks and policies see it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from lpack.cli.context import only_one
from lpack.cli.given import paths_among, paths_instead
from lpack.errors import UsageError
from lpack.facts import document
from lpack.lock_plan import LockPlan
from lpack.pipeline import facts_of

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.facts import Facts


def facts(context: Context) -> int:
    """Print the document that schemas/facts.schema.json describes; publish nothing."""
    found = _facts(context)
    context.progress.clear()
    # ASCII only, as all JSON that lpack prints: no terminal obeys what is in it.
    sys.stdout.write(json.dumps(document(found), indent=2) + "\n")
    return 0


def _facts(context: Context) -> Facts:
    name = context.options.name
    names = [name] if name else []
    if paths_among(names, context.options):
        return _of_package(context, name)
    try:
        work = context.work()
        function = only_one(work.project, name)
    except UsageError as error:
        if not paths_instead(error, names):
            raise
        return _of_package(context, name)
    return facts_of(function, work, LockPlan(work))


def _of_package(context: Context, path: str) -> Facts:
    from lpack.cli.packages import facts_of_package  # noqa: PLC0415 - most ask about a project

    return facts_of_package(context, path)
