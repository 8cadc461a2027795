"""What a command has to say of one function, in a form that can be printed now or again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lpack.model import Diagnostic


@dataclass(frozen=True, slots=True)
class ArtifactOutcome:
    """The package, in numbers; sizes in bytes."""

    file: str
    size: int
    size_limit: int
    unzipped: int
    unzipped_limit: int
    files: int
    sha256: str
    code_sha256: str


@dataclass(frozen=True, slots=True)
class LockOutcome:
    """Where the versions came from."""

    file: str | None
    resolver: str
    distributions: int
    written: bool
    """Whether this run wrote it."""
    pinned_by: str = ""
    """Another tool's lock, whose versions these are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One function, after a build or a check."""

    name: str
    runtime: str
    architecture: str
    handler: str
    requirements: str
    """Where the dependencies were read from."""
    assumed: tuple[str, ...] = ()
    lock: LockOutcome | None = None
    artifact: ArtifactOutcome | None = None
    """None when nothing was published."""
    checked: bool = True
    changed: bool = False
    """Whether any published file is new."""
    excluded: tuple[tuple[str, str], ...] = ()
    """`(path, rule)` of every source file or folder that stays out."""
    slimmed: tuple[tuple[str, int, int], ...] = ()
    """`(rule, files, bytes)` of what the rules of slimming left out."""
    notes: tuple[str, ...] = ()
    """What a user might expect in the package and does not find."""
    diagnostics: tuple[Diagnostic, ...] = ()
    manifest: str | None = None
    invocation: str | None = None
    event: str | None = None
    """A sample event that the invocation knows."""

    @property
    def failed(self) -> bool:
        """Whether a rule found an error."""
        return self.checked and any(one.severity == "error" for one in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a whole command."""

    outcomes: tuple[Outcome, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    """Failures that ended the command."""
    exit_status: int = 0


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Turn an outcome into JSON values."""
    return asdict(outcome)
