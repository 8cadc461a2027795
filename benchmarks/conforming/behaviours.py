"""The table of behaviours: its sections, in the order of what a call goes through."""

from __future__ import annotations

from conforming import (
    around,
    context,
    environment,
    errors,
    events,
    extensions,
    limits,
    logs,
    pythons,
    runtime_api,
    runtimes,
)
from conforming.behaviour import Behaviour

SECTIONS = {
    "The runtime": runtimes.LINES,
    "The right Python": pythons.LINES,
    "The Runtime API": runtime_api.LINES,
    "Extensions": extensions.LINES,
    "Events and results": events.LINES,
    "Context": context.LINES,
    "Environment": environment.LINES,
    "Logs": logs.LINES,
    "Errors": errors.LINES,
    "Limits and reuse": limits.LINES,
    "Tests, profile and script": around.LINES,
}
BEHAVIOURS = tuple(
    Behaviour(section, line) for section, lines in SECTIONS.items() for line in lines
)
