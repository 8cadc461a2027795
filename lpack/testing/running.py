"""Runs the tests of a function, each in an environment of its own unless it wants a warm one."""

from __future__ import annotations

import fnmatch
import json
from typing import TYPE_CHECKING

from lpack.model import Call
from lpack.testing.judging import Observed, judged
from lpack.testing.results import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from contextlib import AbstractContextManager

    from lpack.model import HandlerTest, Json
    from lpack.runtime import Sandbox


def selected(tests: Iterable[HandlerTest], pattern: str | None) -> tuple[HandlerTest, ...]:
    """Give the tests whose name has the pattern in it, or fits one with `*`, `?` or `[`.

    With a test that wants a warm process, all come that were to run in it before.
    """
    found = [
        one
        for chain in chains(tests)
        for place, one in enumerate(chain)
        if any(_fits(later.name, pattern) for later in chain[place:])
    ]
    return tuple(found)


def _fits(name: str, pattern: str | None) -> bool:
    if not pattern:
        return True
    name, pattern = name.lower(), pattern.lower()
    return pattern in name or fnmatch.fnmatchcase(name, pattern)


def chains(tests: Iterable[HandlerTest]) -> tuple[tuple[HandlerTest, ...], ...]:
    """Group the tests that are calls of one process, one after another."""
    found: list[list[HandlerTest]] = []
    for test in tests:
        if test.warm and found:
            found[-1].append(test)
        else:
            found.append([test])
    return tuple(tuple(chain) for chain in found)


def run_tests(
    tests: Iterable[HandlerTest], opened: Callable[[], AbstractContextManager[Sandbox]]
) -> Generator[Result, None, None]:
    """Call the function with each event, and judge what it gives.

    Raises UsageError LP432 for a test that cannot be decided, and what `opened` raises.
    """
    for chain in chains(tests):
        with opened() as sandbox:
            for test in chain:
                yield _run(test, sandbox)


def _run(test: HandlerTest, sandbox: Sandbox) -> Result:
    done = sandbox.invoke(Call(_encoded(test.event)))
    log = done.log.decode(errors="replace")
    observed = Observed(done.payload, done.error_type, log, done.duration, done.memory)
    return Result(test, judged(test, observed), done.duration, done.init, done.memory, log)


def _encoded(event: Json) -> bytes:
    """Write an event as it reaches the function: UTF-8, and escapes for what has no letter."""
    try:
        return json.dumps(event, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(event).encode()
