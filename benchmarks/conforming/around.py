"""What is made of calls: declared tests, the profile of a start, and the script of a package."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from conforming.behaviour import Line
from conforming.commands import called
from conforming.running import masked
from conforming.sources import OWN

if TYPE_CHECKING:
    from conforming.commands import Said

_APP = "import json\ndef handler(event, context):\n    return {'got': event}\n"
_TESTS = """
[[functions.api.tests]]
name = "fine"
event = 1
response_like = {{ got = {} }}
max_ms = 5000
"""
_WAYS = (
    "import os, sys\ndef handler(event, context):\n    if event == 'raise':\n        1 / 0\n"
    "    if event == 'exit':\n        sys.exit(3)\n    if event == 'kill':\n"
    "        os.kill(os.getpid(), 9)\n    if event == 'set':\n        return {1}\n"
    "    return [event, 'caf\\u00e9', context.memory_limit_in_mb]\n"
)
_EVENTS = ("fine", "raise", "exit", "kill", "set")


def _outcome(said: list[Said]) -> str:
    found = said[-1]
    form = r"\d+ (?:of \d+ )?(?:tests? )?(?:passed|failed)"
    counts = re.findall(form, found.out + found.talk)
    built = any((found.project / "dist").glob("*.zip"))
    return f"{', '.join(counts)}, status {found.status}{', published' * built}"


def _agreement(said: list[Said]) -> str:
    """Name the events that the script answers in other words than `lpack invoke`."""
    _, *others = said
    called, scripted = others[: len(_EVENTS)], others[len(_EVENTS) :]
    return " ".join(
        event if masked(one.out) == masked(other.out) else f"{event}: {one.out} {other.out}"
        for event, one, other in zip(_EVENTS, called, scripted, strict=True)
    )


def _profiled(said: list[Said]) -> list[str]:
    """Give the head of the profile without its figures, and the files that were written."""
    head = re.findall("start of `api`: .* until the first event", said[0].talk)
    files = sorted(path.name for path in (said[0].project / ".lpack" / "profiles").iterdir())
    return [*(re.sub(r"[\d.]+", "N", line) for line in head), *files]


LINES = (
    Line(
        "declared tests pass",
        "1 passed, status 0",
        f"{OWN} (`lpack test`)",
        called(_APP, ("test",), settings=_TESTS.format(1), look=_outcome),
    ),
    Line(
        "or fail",
        "1 failed, status 1",
        f"{OWN} (`lpack test`)",
        called(_APP, ("test",), settings=_TESTS.format(2), look=_outcome),
    ),
    Line(
        "a build with tests is published where they pass",
        "1 test passed, status 0, published",
        f"{OWN} (`lpack build --test`)",
        called(_APP, ("build", "--test"), settings=_TESTS.format(1), look=_outcome),
    ),
    Line(
        "and not where one fails",
        "1 of 1 test failed, status 1",
        f"{OWN} (`lpack build --test`)",
        called(_APP, ("build", "--test"), settings=_TESTS.format(2), look=_outcome),
    ),
    Line(
        "a profile of the start",
        json.dumps(
            ["start of `api`: N ms until the first event", "api.html", "api.speedscope.json"]
        ),
        f"{OWN} (`lpack invoke --profile`)",
        called(_APP, ("--profile",), look=_profiled),
    ),
    Line(
        "the emitted script answers what `lpack invoke` does",
        " ".join(_EVENTS),
        f"{OWN} (`NAME.invoke.py`)",
        called(
            _WAYS,
            ("build", "-q"),
            *(("-q", "-e", json.dumps(event)) for event in _EVENTS),
            *(("script", "-e", json.dumps(event)) for event in _EVENTS),
            look=_agreement,
        ),
    ),
)
