"""The command line of `lpack event`, whose options are those of the event that is asked for."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lpack.events import Option

PREFIX = "event_"
"""What the names of an event's options begin with among all options."""


def add_event(command: argparse.ArgumentParser) -> None:
    """Add what can be typed before the event is known."""
    command.usage = "lpack event [SOURCE[:KIND]] [--option VALUE …]"
    command.add_argument(
        "event", nargs="?", metavar="SOURCE[:KIND]", help="such as s3:put; none lists all"
    )


def add_event_options(command: argparse.ArgumentParser, words: list[str]) -> None:
    """Add the options of the first event that the words name, if they name any."""
    from lpack.events import find, names  # noqa: PLC0415 - for one command only

    known = names()
    named = (word for word in words if word.partition(":")[0] in known)
    text = next(named, None)
    if text is not None:
        source = find(text)
        group = command.add_argument_group(f"options of {source.full_name}")
        for option in source.options.values():
            _add(group, option)


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    flag, dest, none = f"--{option.name}", PREFIX + option.name, argparse.SUPPRESS
    told, shown = described(option).replace("%", "%%"), metavar(option)
    if option.kind == "boolean":
        group.add_argument(flag, dest=dest, default=none, help=told, action="store_true")
    elif is_several(option):
        group.add_argument(flag, dest=dest, default=none, help=told, metavar=shown, action="append")
    else:
        group.add_argument(flag, dest=dest, default=none, help=told, metavar=shown)


def is_several(option: Option) -> bool:
    """Whether an option may be given more than once."""
    return option.repeats or option.kind == "pairs"


def metavar(option: Option) -> str:
    """Name the value of an option in capitals."""
    return {"pairs": "NAME=VALUE", "integer": "N", "json": "JSON", "time": "TIME"}.get(
        option.kind, "TEXT"
    )


def described(option: Option) -> str:
    """Say what an option is for, how often it may be given, and what it is otherwise."""
    notes = ["may be repeated"] if is_several(option) else []
    if "enum" in option.schema:
        notes.append(f"one of {', '.join(option.schema['enum'])}")
    default = str(option.default)
    if option.kind in ("string", "integer") and isinstance(option.default, str | int):
        notes += [] if "${" in default else [f"default: {default}"]
    return f"{option.description} ({'; '.join(notes)})" if notes else option.description
