"""`lpack cache`: where the cache is, what is in it, and how to have less of it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cache import cache_folder
from lpack.cli.terminal import print_failures
from lpack.errors import UsageError
from lpack.model import Diagnostic, Where
from lpack.printed import count, megabytes, safe
from lpack.store import upkeep
from lpack.values import asdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.cli.context import Context
    from lpack.store.upkeep import Count

_DAY = 86_400
_DAYS = 30
_DAMAGED = 3
_LABELS = {
    "wheels": "wheels",
    "incoming": "downloads that go on or were cut off",
    "index": "answers of indexes",
    "stamps": "memories of builds",
    "valid": "memories of configurations",
    "imports": "memories of modules",
    "notes": "memories of imports and own files",
    "segments": "prepared parts of packages",
    "unpacked": "unpacked packages",
    "bytecode": "bytecode of functions called here",
    "old": "older versions of lpack",
}


def cache(context: Context) -> int:
    """Do one thing with the cache; exit status 3 when `verify` finds damage."""
    folder = Path(cache_folder(context.system.environ))
    action = context.options.action
    if context.options.days is not None and action != "prune":
        raise UsageError("LP001", f"`--days` is not for `{action}`", hint="leave it out")
    if action == "dir":
        _tell(context, {"folder": str(folder)}, f"{safe(str(folder))}\n", is_asked=True)
    elif action == "size":
        _size(context, folder)
    elif action == "verify":
        return _verify(context, folder)
    else:
        _remove(context, folder)
    return 0


def _size(context: Context, folder: Path) -> None:
    found = upkeep.sizes(folder)
    total = sum(found.values(), upkeep.Count())
    rows = [(_LABELS[kind], found[kind]) for kind in _LABELS]
    width = max(map(len, _LABELS.values()))
    lines = [f"{label:<{width}}  {_written(one)}\n" for label, one in (*rows, ("all", total))]
    document = {
        "folder": str(folder),
        "kinds": [{"kind": kind, **asdict(found[kind])} for kind in _LABELS],
        **asdict(total),
    }
    _tell(context, document, "".join(lines), is_asked=True)


def _remove(context: Context, folder: Path) -> None:
    days = _DAYS if context.options.days is None else context.options.days
    if context.options.action == "clean":
        gone = upkeep.clean(folder)
    else:
        gone = upkeep.prune(folder, days * _DAY, time.time())
    left = sum(upkeep.sizes(folder).values(), upkeep.Count())
    document = {"folder": str(folder), "removed": asdict(gone), "left": asdict(left)}
    stays = f"{_written(left)} left" if left.objects else "nothing left"
    _tell(context, document, f"removed {_written(gone)}; {stays}\n")


def _verify(context: Context, folder: Path) -> int:
    verified = upkeep.verify(folder)
    diagnostics = tuple(
        Diagnostic(
            "LP211",
            "error",
            f"`{path.name}` is not what it was, and was removed",
            Where(str(path)),
            "nothing is lost: the next build fetches it again",
        )
        for path in verified.damaged
    )
    document = {
        "folder": str(folder),
        "whole": asdict(verified.whole),
        "damaged": [str(path) for path in verified.damaged],
    }
    damaged = f"; {count(len(diagnostics), 'object')} damaged and removed" if diagnostics else ""
    _tell(context, document, f"{_written(verified.whole)} whole{damaged}\n")
    if context.options.output == "text" and diagnostics:
        sys.stdout.flush()
        print_failures(diagnostics, context.style)
    return _DAMAGED if diagnostics else 0


def _tell(
    context: Context, document: Mapping[str, object], text: str, *, is_asked: bool = False
) -> None:
    """Write the result; what was asked for is written even if it should be quiet."""
    if context.options.output == "json":
        sys.stdout.write(json.dumps({"cache": document}, indent=2) + "\n")
    elif is_asked or not context.style.quiet:
        sys.stdout.write(text)


def _written(one: Count) -> str:
    return f"{count(one.objects, 'object')}, {megabytes(one.bytes)}"
