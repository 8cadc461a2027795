"""`lpack explain`: what a code means."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from lpack.catalogue import ENTRIES, render_entry
from lpack.errors import UsageError
from lpack.values import asdict

if TYPE_CHECKING:
    from lpack.cli.context import Context


def explain(context: Context) -> int:
    """Explain one code, or list all of them."""
    code = context.options.code
    if code is not None and code.upper() not in ENTRIES:
        raise UsageError(
            "LP001", f"there is no code `{code}`", hint="`lpack explain` lists the codes"
        )
    wanted = list(ENTRIES.values()) if code is None else [ENTRIES[code.upper()]]
    if context.options.output == "json":
        sys.stdout.write(json.dumps([asdict(one) for one in wanted], indent=2) + "\n")
    elif code is None:
        sys.stdout.writelines(f"{one.code}  {one.name:<32} {one.summary}\n" for one in wanted)
    else:
        sys.stdout.write(render_entry(wanted[0]))
    return 0
