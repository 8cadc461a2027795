"""What came of importing a handler on this machine."""

from __future__ import annotations

from lpack.values import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """The end of one import, in words that are safe to print."""

    python: str
    """The version of the interpreter, such as 3.13.1."""
    error: str = ""
    """The class of the error that Lambda would report; empty where the handler was found."""
    message: str = ""
    seconds: float = 0.0
    path: str = ""
    """The last file of the package that the error came through; empty where there is none."""
    line: int | None = None
    missing: str = ""
    """The topmost module that was not found."""
    network: tuple[str, ...] = ()
    """What was asked of the network, as far as that is known."""
    is_cut_off: bool | None = None
    """Whether there was no network; None where the process ended without a word."""
