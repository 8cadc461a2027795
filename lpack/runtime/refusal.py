"""Says in words why there is no place in which a function can be called."""

from __future__ import annotations

from lpack.errors import BuildError


def no_sandbox(reason: str) -> BuildError:
    """Make the failure of a function that cannot be run here."""
    return BuildError(
        "LP412",
        f"the function cannot be kept apart from this machine: {reason}",
        hint="leave out `--no-network` and `--isolation`, or allow user namespaces",
    )
