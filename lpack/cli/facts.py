"""`lpack facts`: what is known of a function and its package, as checks and policies see it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from lpack.cli.context import only_one
from lpack.facts import document
from lpack.lock_plan import LockPlan
from lpack.pipeline import facts_of

if TYPE_CHECKING:
    from lpack.cli.context import Context


def facts(context: Context) -> int:
    """Print the document that schemas/facts.schema.json describes; publish nothing."""
    work = context.work()
    found = facts_of(only_one(work.project, context.options.name), work, LockPlan(work))
    context.progress.clear()
    # ASCII only, as all JSON that lpack prints: no terminal obeys what is in it.
    sys.stdout.write(json.dumps(document(found), indent=2) + "\n")
    return 0
