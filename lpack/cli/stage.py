"""`lpack stage`: the package as a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cli.context import chosen
from lpack.errors import UsageError
from lpack.pipeline import LockPlan, stage_function
from lpack.printed import count, megabytes, path_from_here
from lpack.writers import write_folder

if TYPE_CHECKING:
    from lpack.cli.context import Context


def stage(context: Context) -> int:
    """Write the files of the chosen functions to a folder each."""
    work = context.work()
    functions = chosen(work.project, context.options.names)
    if context.options.to and len(functions) > 1:
        raise UsageError(
            "LP001", "`--to` takes the files of one function", hint="name the function"
        )
    plan = LockPlan(work)
    for function in functions:
        bundle = stage_function(function, work, plan).bundle
        own = not context.options.to
        folder = work.folder / function.name if own else Path(context.options.to).absolute()
        write_folder(bundle, folder, replace=own)
        context.progress.clear()
        if not context.style.quiet:
            shown = path_from_here(folder)
            size = f"{count(len(bundle.entries), 'file')}, {megabytes(bundle.unzipped)}"
            sys.stdout.write(f"{function.name}  {function.target}  {shown}  {size}\n")
    return 0
