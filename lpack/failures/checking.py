"""The codes of checks that are no rule."""

from __future__ import annotations

FAILURES: dict[str, tuple[str, str, str, str, str]] = {
    "LP348": (
        "ignore-unused",
        "warning",
        "A rule is ignored, and finds nothing",
        "What was wrong once is right now; the next mistake of that kind would go unseen.",
        "Remove the code from `ignore`.",
    ),
}
