"""The codes of lpack itself."""

from __future__ import annotations

FAILURES: dict[str, tuple[str, str, str, str, str]] = {
    "LP900": (
        "bug",
        "error",
        "lpack itself failed",
        "This is not the fault of the project.",
        "Run it again with `--verbose`, and report what it prints.",
    ),
}
