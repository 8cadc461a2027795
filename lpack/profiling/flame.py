"""A profile as a flame graph: a page that needs nothing else, or a file for speedscope."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from lpack import __version__
from lpack.data import own_text
from lpack.profiling.profile import RUNTIME, Import, Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.profiling.comparing import Comparison

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"
"""https://github.com/jlfwong/speedscope/blob/main/src/lib/file-format-spec.ts"""


def whole(profile: Profile) -> Import:
    """Give all of the start as one tree."""
    begun = Import("start of Python", RUNTIME, 0, profile.begun)
    roots = sorted((*profile.runtime, *profile.function), key=lambda one: one.begin)
    return Import("start", RUNTIME, 0, profile.ready, (begun, *roots))


def speedscope(profile: Profile, name: str) -> str:
    """Write the file format of https://www.speedscope.app, with times in milliseconds."""
    frames: dict[tuple[str, str], int] = {}
    events = list(_events(whole(profile), frames))
    return json.dumps(
        {
            "$schema": _SCHEMA,
            "name": f"start of {name}",
            "exporter": f"lpack {__version__}",
            "activeProfileIndex": 0,
            "shared": {"frames": [{"name": one, "file": owner} for one, owner in frames]},
            "profiles": [
                {
                    "type": "evented",
                    "name": name,
                    "unit": "milliseconds",
                    "startValue": 0,
                    "endValue": round(profile.ready, 6),
                    "events": events,
                }
            ],
        }
    )


def _events(one: Import, frames: dict[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
    frame = frames.setdefault((one.name, one.owner), len(frames))
    yield {"type": "O", "frame": frame, "at": round(one.begin, 6)}
    for inner in one.inner:
        yield from _events(inner, frames)
    yield {"type": "C", "frame": frame, "at": round(one.end, 6)}


def flame_graph(profile: Profile, comparison: Comparison | None, name: str) -> str:
    """Write a page that loads nothing, with the start and with what bytecode changes."""
    found = {"the start that answers": profile}
    if comparison is not None:
        found |= {"with bytecode": comparison.with_it, "without": comparison.without}
    trees = {label: _tree(whole(one)) for label, one in found.items()}
    # What ends a script, or a comment of HTML, is in none of it.
    told = json.dumps(trees).replace("<", "\\u003c").replace(">", "\\u003e")
    page = own_text("templates", "flame_graph.html.tmpl")
    return page.replace("@NAME@", html.escape(name)).replace("@TREES@", told)


def _tree(one: Import) -> list[Any]:
    inner = [_tree(child) for child in one.inner]
    return [one.name, one.owner, round(one.begin, 3), round(one.took, 3), inner]
