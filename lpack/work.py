"""What the steps of one command share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from lpack.cache import cache_folder
from lpack.model import Moment
from lpack.steps.lock import LockOptions
from lpack.store import WheelStore
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from lpack.ahead import Ahead
    from lpack.building.builder import Builder
    from lpack.model import Bundle, Diagnostic, Function, Invocation, Json, Project
    from lpack.outcome import TestsOutcome
    from lpack.system import System
    from lpack.writers import Packed


Trial = Callable[
    ["Function", tuple["Packed", ...]], "tuple[TestsOutcome, tuple[Diagnostic, ...]] | None"
]
"""Runs the tests of a function against packages that wait to be published, if it has any."""
Attempt = Callable[["Function", "Bundle", "Json", int], "Invocation"]
"""Calls the handler in a package once, with an event and so many seconds, as Lambda would."""
RecordImports = Literal["never", "when-needed", "always"]


class Progress(Protocol):
    """Is told what goes on, for those who watch."""

    def step(self, function: str, doing: str) -> None:
        """Tell that a step of a function begins."""

    def bytes(self, done: int, total: int, doing: str = "fetching") -> None:
        """Tell how many bytes have been downloaded, or done otherwise, of how many in all."""


@dataclass(frozen=True, slots=True)
class Work:
    """What every step of a command shares."""

    project: Project
    system: System
    progress: Progress
    lock_options: LockOptions = field(default_factory=LockOptions)
    no_check: bool = False
    strict: bool = False
    """Whether a warning counts as an error, whatever the functions say."""
    record_imports: RecordImports = "never"
    """Whether functions with `bytecode = "imported"` may be run, to see what they import."""
    proves_imports: bool = False
    """Whether a check imports handlers, which runs their code."""
    output: Path | None = None
    """Where to publish, if not in the project's output folder."""
    moment: Moment = field(default_factory=Moment)
    """The date of the files in the packages."""
    trial: Trial | None = None
    """What tries a package before it is published; None for nothing."""
    attempt: Attempt | None = None
    """What runs functions whose imports are to be recorded; None where none may be run."""
    ahead: Ahead | None = None
    """An archive that has been begun, for the one function whose it is."""

    @property
    def folder(self) -> Path:
        """Where artifacts are published."""
        return self.output or self.project.output

    @property
    def cache(self) -> Path:
        """The folder of what is shared with all projects of the user."""
        return Path(cache_folder(self.system.environ))

    @property
    def store(self) -> WheelStore:
        """The wheels in the cache."""
        return WheelStore(self.cache)

    def builder(self, function: str) -> Builder:
        """Give what builds wheels of sources for a function."""
        from lpack.building.builder import Builder  # noqa: PLC0415 - few wheels are built

        return Builder(
            self.system,
            self.store,
            self.project.root,
            self.lock_options.offline,
            lambda doing: self.progress.step(function, doing),
        )
