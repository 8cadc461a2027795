"""`lpack event`: sample events as AWS would send them."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.cli.event_arguments import PREFIX, described, metavar
from lpack.data import own_json, read_bytes
from lpack.events import find, names, sample, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.cli.context import Context
    from lpack.events import Option

_FILE_BYTES = 20_000_000
_WIDTH = 90
# Stands for a space at which no line may end.
_JOIN = "\xa0"


def event(context: Context) -> int:
    """Print one event as JSON, or list all that there are."""
    options = context.options
    if options.event is None:
        sys.stdout.write(_document() if options.output == "json" else "".join(_lines()))
        return 0
    source = find(options.event)
    given = {
        name.removeprefix(PREFIX): value
        for name, value in vars(options).items()
        if name.startswith(PREFIX)
    }
    files = {name for name, one in source.options.items() if one.kind in ("bytes", "json")}
    read = {name: _read(value) if name in files else value for name, value in given.items()}
    text = json.dumps(sample(options.event, read), indent=2, ensure_ascii=False)
    sys.stdout.write(text + "\n")
    return 0


def _read(value: Any) -> Any:
    """Take the content of a file for `@FILE`."""
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not value.startswith("@"):
        return value
    return read_bytes(Path(value[1:]), value[1:], _FILE_BYTES)


def _lines() -> Iterator[str]:
    every = {name: sources(name) for name in names()}
    width = max(len(source.full_name) for kinds in every.values() for source in kinds)
    common = own_json("templates", "events", "parts", "every.json")["options"]
    for kinds in every.values():
        yield f"{kinds[0].title}\n"
        yield from (f"  {one.full_name:<{width}}  {one.description}\n" for one in kinds)
        options = {name: one for kind in kinds for name, one in kind.options.items()}
        flags = [_flag(one) for name, one in options.items() if name not in common]
        lines = textwrap.wrap("  ".join(one.replace(" ", _JOIN) for one in flags), _WIDTH)
        yield from (f"    {line.replace(_JOIN, ' ')}\n" for line in lines)
        yield "\n"
    last = next(reversed(every.values()))[0]
    yield "All of them\n"
    yield from (
        f"  {_flag(last.options[name]):<14}  {common[name]['description']}\n" for name in common
    )
    yield "\n`lpack event SOURCE[:KIND] --help` tells what the options are for.\n"


def _flag(option: Option) -> str:
    return f"--{option.name}" if option.kind == "boolean" else f"--{option.name} {metavar(option)}"


def _document() -> str:
    listed = [
        {
            "event": source.full_name,
            "title": source.title,
            "description": source.description,
            "documentation": own_json("schemas", "events", f"{source.name}.schema.json")[
                "documentation"
            ],
            "options": [
                {"name": one.name, "type": one.kind, "description": described(one)}
                for one in source.options.values()
            ],
        }
        for name in names()
        for source in sources(name)
    ]
    return json.dumps(listed, indent=2) + "\n"
