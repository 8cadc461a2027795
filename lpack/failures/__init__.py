"""The codes that no rule has, with name, severity, summary, why and fix.

Most are failures that end a command; the hundreds have a file each.
"""

from lpack.failures import calling, checking, configuring, fetching, locking, own

FAILURES: dict[str, tuple[str, str, str, str, str]] = {
    **configuring.FAILURES,
    **locking.FAILURES,
    **fetching.FAILURES,
    **checking.FAILURES,
    **calling.FAILURES,
    **own.FAILURES,
}

__all__ = ["FAILURES"]
