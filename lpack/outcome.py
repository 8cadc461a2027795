"""What a command has to say of one function, in a form that can be printed now or again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Diagnostic, Where
from lpack.values import asdict, dataclass, field, replace

if TYPE_CHECKING:
    from pathlib import Path


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
    changed: bool = False
    """Whether its bytes are new."""


@dataclass(frozen=True, slots=True)
class FolderOutcome:
    """The package as a folder, in numbers; sizes in bytes."""

    folder: str
    unzipped: int
    unzipped_limit: int
    files: int


@dataclass(frozen=True, slots=True)
class PackageOutcome:
    """A package that was there already, in numbers; sizes in bytes."""

    path: str
    """Of the zip or folder, as the user would write it."""
    size: int | None
    """Of the zip; None of a folder."""
    size_limit: int
    unzipped: int
    """With the layers that were given."""
    unzipped_limit: int
    files: int
    distributions: int
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateOutcome:
    """What a template declares of a function."""

    file: str
    kind: str
    """What the template is, in words."""
    code: str
    """Where the code is, in words."""
    unknown: tuple[tuple[str, str], ...]
    """`(property, why)` of what is not known before it is deployed."""


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
class CompressOutcome:
    """How hard was tried."""

    level: str
    saved: int
    """Bytes that the files of the distributions would take more, had nobody tried so hard."""


@dataclass(frozen=True, slots=True)
class BytecodeOutcome:
    """What was compiled; bytes unzipped."""

    modules: str
    python: str
    files: int
    bytes: int
    seconds_without: float | None = None
    """That importing the handler takes here without it; None unless this run measured that."""
    seconds_with: float | None = None


@dataclass(frozen=True, slots=True)
class StripOutcome:
    """What was taken away from shared libraries; bytes unzipped."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class TestsOutcome:
    """The declared tests that were run against the package, by their names."""

    __test__ = False  # pytest takes a class of this name for a test

    passed: tuple[str, ...]
    failed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What was not as it would be on Lambda, in words to print."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One function, after a build or a check."""

    name: str
    runtime: str
    architecture: str
    handler: str | None
    requirements: str
    """Where the dependencies were read from."""
    assumed: tuple[str, ...] = ()
    lock: LockOutcome | None = None
    artifact: ArtifactOutcome | None = None
    """None when no zip was published."""
    layer: ArtifactOutcome | None = None
    """The layer beside the artifact."""
    folder: FolderOutcome | None = None
    package: PackageOutcome | None = None
    """What was judged, where nothing was built."""
    template: TemplateOutcome | None = None
    """What was judged, where a template declares it."""
    format: str = "zip"
    checked: bool = True
    strict: bool = False
    """Whether a warning counts as an error."""
    own_only: bool = False
    """Whether the dependencies were left aside."""
    changed: bool = False
    """Whether any published file is new."""
    excluded: tuple[tuple[str, str], ...] = ()
    """`(path, rule)` of every source file or folder that stays out."""
    slimmed: tuple[tuple[str, int, int], ...] = ()
    """`(rule, files, bytes)` of what the rules of slimming left out."""
    compressed: CompressOutcome = CompressOutcome("default", 0)
    bytecode: BytecodeOutcome | None = None
    stripped: StripOutcome | None = None
    notes: tuple[str, ...] = ()
    """What a user might expect in the package and does not find."""
    diagnostics: tuple[Diagnostic, ...] = ()
    ignored: tuple[tuple[str, str, str], ...] = ()
    """`(code, message, reason)` of what was found and is ignored."""
    proof: str = ""
    """What came of importing the handler, in words; empty where that was not asked for."""
    load: str = ""
    """How many invocations at a time the declared load needs, in words; empty where none is."""
    schedules: tuple[tuple[str, str], ...] = ()
    """`(expression, next times)`, where a check has looked."""
    manifest: str | None = None
    invocation: str | None = None
    event: str | None = None
    """A sample event that the invocation knows."""
    where: Where | None = None
    """Where the function is declared."""
    tests: TestsOutcome | None = None
    """None where no test was run."""

    @property
    def again(self) -> Outcome:
        """What there would be to tell if the same were done again now."""
        return replace(
            self,
            changed=False,
            lock=self.lock and replace(self.lock, written=False),
            artifact=self.artifact and replace(self.artifact, changed=False),
            layer=self.layer and replace(self.layer, changed=False),
            bytecode=self.bytecode
            and replace(self.bytecode, seconds_without=None, seconds_with=None),
        )

    @property
    def failed(self) -> bool:
        """Whether a test failed, or a rule found an error, or a warning where that counts."""
        if self.tests is not None and self.tests.failed:
            return True
        return self.checked and any(map(self.counts, self.diagnostics))

    def counts(self, one: Diagnostic) -> bool:
        """Tell whether a diagnostic is one that fails the command."""
        return one.severity == "error" or (self.strict and one.severity == "warning")


@dataclass(frozen=True, slots=True)
class Failure:
    """What kept some functions from being built at all."""

    functions: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    exit_status: int = 3


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a whole command."""

    outcomes: tuple[Outcome, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    """Failures that ended the command."""
    exit_status: int = 0
    failures: tuple[Failure, ...] = ()
    """Failures that ended the work on some functions, while others were done."""
    names: tuple[str, ...] = ()
    """The functions of both in the order of the configuration."""
    skipped: tuple[str, ...] = ()
    """Functions that were not wanted, because they have not changed."""
    since: str = ""
    """The revision since which those have not changed."""
    root: Path | None = None
    """The folder that places in files count from: the project, absolute."""
    others: tuple[tuple[str, str], ...] = ()
    """Functions of a template that lpack does not judge: the name, and what they are."""


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Turn an outcome into JSON values."""
    return asdict(outcome)


def from_json(values: dict[str, Any]) -> Outcome:
    """Turn them into the outcome again; raises TypeError, KeyError or ValueError for others."""
    lock, artifact, layer = values["lock"], values["artifact"], values["layer"]
    folder, bytecode, stripped = values["folder"], values["bytecode"], values["stripped"]
    package, template, tests = values["package"], values["template"], values["tests"]
    listed = {name: _tuples(one) for name, one in values.items() if isinstance(one, list)}
    diagnostics = tuple(
        Diagnostic(**{**one, "where": _where(one)}) for one in values["diagnostics"]
    )
    parts = {
        "lock": lock and LockOutcome(**lock),
        "artifact": artifact and ArtifactOutcome(**artifact),
        "compressed": CompressOutcome(**values["compressed"]),
        "bytecode": bytecode and BytecodeOutcome(**bytecode),
        "stripped": stripped and StripOutcome(**stripped),
        "layer": layer and ArtifactOutcome(**layer),
        "folder": folder and FolderOutcome(**folder),
        "package": package and PackageOutcome(**{**package, "layers": tuple(package["layers"])}),
        "template": template
        and TemplateOutcome(**{**template, "unknown": _tuples(template["unknown"])}),
        "diagnostics": diagnostics,
        "where": _where(values),
        "tests": tests and TestsOutcome(**{name: tuple(one) for name, one in tests.items()}),
    }
    return Outcome(**{**values, **listed, **parts})


def _where(values: dict[str, Any]) -> Where | None:
    return values["where"] and Where(**values["where"])


def _tuples(values: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(one) if isinstance(one, list) else one for one in values)
