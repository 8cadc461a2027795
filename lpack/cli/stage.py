"""`lpack stage`: the package as a folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cli.selection import select
from lpack.errors import UsageError
from lpack.pipeline import staging
from lpack.printed import count, megabytes, path_from_here, safe
from lpack.values import replace
from lpack.writers import write_folder

if TYPE_CHECKING:
    from lpack.cli.context import Context


def stage(context: Context) -> int:
    """Write the files of the chosen functions to a folder each."""
    work = context.work()
    selection = select(context, work)
    functions = selection.functions
    if context.options.to and len(functions) > 1:
        raise UsageError(
            "LP001", "`--to` takes the files of one function", hint="name the function"
        )
    rows: list[dict[str, object]] = []
    for function in functions:
        own = not context.options.to
        folder = work.folder / function.name if own else Path(context.options.to).absolute()
        # In a folder nothing is compressed.
        with staging(replace(function, compress="default"), work, selection.plan) as staged:
            bundle = staged.bundle
            write_folder(bundle, folder, replace=own)
        context.progress.clear()
        rows.append(
            {
                "function": function.name,
                "target": str(function.target),
                "folder": path_from_here(folder),
                "files": len(bundle.entries),
                "unzipped": bundle.unzipped,
            }
        )
        if context.options.output == "text" and not context.style.quiet:
            shown = safe(path_from_here(folder))
            size = f"{count(len(bundle.entries), 'file')}, {megabytes(bundle.unzipped)}"
            sys.stdout.write(f"{function.name}  {function.target}  {shown}  {size}\n")
    if context.options.output == "json":
        sys.stdout.write(json.dumps({"staged": rows}, indent=2) + "\n")
    return 0
