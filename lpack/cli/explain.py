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


_ROW = "{}  {:<32} {}\n"
_TWO_ROWS = "{}  {}\n       {}\n"
_WIDE = 130
"""Columns that every row fits into."""


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
        row = _ROW if _is_wide() else _TWO_ROWS
        sys.stdout.writelines(row.format(one.code, one.name, one.summary) for one in wanted)
    else:
        sys.stdout.write(render_entry(wanted[0]))
    return 0


def _is_wide() -> bool:
    """Tell whether long lines are no trouble: there is no terminal, or a wide one."""
    from shutil import get_terminal_size  # noqa: PLC0415 - for one command only

    return not sys.stdout.isatty() or get_terminal_size().columns >= _WIDE
