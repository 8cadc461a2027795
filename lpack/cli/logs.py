"""`lpack logs`: what functions have logged when they were called here."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lpack.errors import LpackError, UsageError
from lpack.printed import safe
from lpack.runtime.logs import FOLDER, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.cli.context import Context

_GROUP = "aws/lambda"
_PAUSE = 0.1
"""Seconds between two looks at files that others write to."""
_LONGEST = 1 << 22
"""Bytes of a line that is read; no line of lpack's is longer."""


def logs(context: Context) -> int:
    """Print the logs, oldest first; with `--follow`, go on with what is written."""
    options = context.options
    root = Path(options.project).resolve() / FOLDER
    found = _files(root, options.name)
    if options.name and not found:
        options.name = _name_there(context)
        found = _files(root, options.name)
    if not found and not options.follow:
        raise UsageError(
            "LP416",
            f"no function `{options.name}` has logged here"
            if options.name
            else "nothing is logged",
            hint="call it with `lpack invoke`",
        )
    if not found and not options.quiet:
        whose = f" of `{options.name}`" if options.name else ""
        sys.stderr.write(safe(f"waits for the first call{whose}") + "\n")
    opened: dict[Path, IO[bytes]] = {}
    try:
        count = _print_new(found, opened, options)
        if not (count or options.follow):
            raise UsageError("LP416", f"no request `{options.request_id}` has logged here")
        while options.follow:
            sys.stdout.flush()
            time.sleep(_PAUSE)
            _print_new(_files(root, options.name), opened, options)
    except KeyboardInterrupt:
        if not options.follow:
            raise
    finally:
        for file in opened.values():
            file.close()
    return 0


def _name_there(context: Context) -> str:
    """Give the name that a function of the project has on Lambda, where its logs are kept."""
    from lpack.config import Overrides  # noqa: PLC0415 - most have no other name there
    from lpack.steps.configure import read_project  # noqa: PLC0415 - see above

    name = str(context.options.name)
    with contextlib.suppress(LpackError):
        project = read_project(Path(context.options.project), Overrides(), context.system.environ)
        return next((one.name_there for one in project.functions if one.name == name), name)
    return name


def _files(root: Path, name: str | None) -> list[Path]:
    """Give the streams of a function, or of all, by their age."""
    folders = [root / _GROUP / name, root / name] if name else [root]
    found = {path for folder in folders for path in folder.rglob(f"*{SUFFIX}")}
    return sorted(found, key=lambda path: (_age(path), path))


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0


def _print_new(files: list[Path], opened: dict[Path, IO[bytes]], options: Any) -> int:
    """Print what has been written since the last time, and count it."""
    count = 0
    for path in files:
        if path not in opened:
            opened[path] = path.open("rb")
        for event in _events(opened[path]):
            if options.request_id in (None, event.get("requestId")):
                _print(event, as_json=options.output == "json")
                count += 1
    return count


def _events(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Give what has been written since the last time; half a line waits for its end."""
    while True:
        place = file.tell()
        line = file.readline(_LONGEST)
        if not line.endswith(b"\n"):
            file.seek(place)
            return
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue  # not lpack's
        if isinstance(event, dict):
            yield event


def _print(event: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(event) + "\n")
        return
    message = str(event.get("message", ""))
    # A function may log what a terminal would obey. The runtime client indents traces with spaces
    # that do not break.
    pieces = re.split("([\t\u00a0\u3000]+)", message)
    sys.stdout.write("".join(one if one.isspace() else safe(one) for one in pieces) + "\n")
