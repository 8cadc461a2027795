"""What a reporter is: it turns a report into a text, to be printed or written to a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lpack.outcome import Report
from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.testing import TestReport


@dataclass(frozen=True, slots=True)
class Style:
    """How the text may look."""

    color: bool = False
    quiet: bool = False
    verbose: bool = False


Reporter = Callable[[Report, Style], str]
TestReporter = Callable[["TestReport", Style], str]
