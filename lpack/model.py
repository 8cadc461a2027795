"""The values that the parts of lpack hand each other: frozen, typed and free of behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

Severity = Literal["error", "warning", "info"]
Architecture = Literal["x86_64", "arm64"]
Upload = Literal["direct", "s3"]
ARCHITECTURES: tuple[Architecture, ...] = ("x86_64", "arm64")

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the user's files that a message points to."""

    file: str
    """Path as the user would type it, relative to the project where it lies inside."""
    line: int | None = None
    """1-based."""
    key: str | None = None
    """Dotted key path, such as `tool.lpack.functions.api.timeout`."""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return place if self.key is None else f"{place}: {self.key}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong, where it is, and one thing to do about it."""

    code: str
    severity: Severity
    message: str
    where: Where | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """A managed Lambda runtime: one row of `platforms.RUNTIMES`."""

    name: str
    python: tuple[int, int]
    full_version: str
    """Oldest patch release that the runtime was seen with, so that locks stay valid on it."""
    system: str
    glibc: tuple[int, int]
    deprecated: date | None = None
    create_blocked: date | None = None
    update_blocked: date | None = None
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """The machine that the package is for. Never the host."""

    runtime: Runtime
    architecture: Architecture

    def __str__(self) -> str:
        return f"{self.runtime.name} {self.architecture}"


@dataclass(frozen=True, slots=True)
class Handler:
    """`module.attribute`, parsed as Lambda's runtime client parses it."""

    text: str
    module: str
    """As written: dots or slashes between its parts."""
    attribute: str

    @property
    def dotted_module(self) -> str:
        """The name that is imported."""
        return self.module.replace("/", ".")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What calls the function."""

    kind: str
    """One of the kinds in `schemas/config.schema.json`: http, rest, url, sqs, s3, schedule, …"""


@dataclass(frozen=True, slots=True)
class HandlerTest:
    """A named event of the project, and what the handler should answer."""

    name: str
    event: Json
    response: Json
    has_response: bool
    """False when any response will do."""
    error_type: str | None


@dataclass(frozen=True, slots=True)
class RequirementsInput:
    """What a function says of its dependencies; all empty means none."""

    files: tuple[Path, ...] = ()
    """Absolute paths of requirements files or of a pyproject.toml."""
    packages: tuple[str, ...] = ()
    """Requirement specifiers (PEP 508) written in the configuration itself."""
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the function declares no dependency source at all."""
        return not (self.files or self.packages or self.groups or self.extras)


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function, as its project declares it."""

    name: str
    handler: Handler
    target: Target
    sources: tuple[Path, ...]
    """Absolute folders whose content goes to the package's root; later ones win."""
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    requirements: RequirementsInput
    memory: int
    """MB, as Lambda counts: 1,048,576 bytes."""
    timeout: int
    """Seconds."""
    ephemeral_storage: int
    """MB of /tmp."""
    environment: tuple[tuple[str, str], ...]
    layers: tuple[str, ...]
    description: str
    triggers: tuple[Trigger, ...]
    tests: tuple[HandlerTest, ...]
    upload: Upload = "direct"
    """How the zip gets to Lambda: in the request, or through a bucket, which takes larger ones."""
    assumed: tuple[str, ...] = ()
    """What was not declared and had to be guessed, in words to print."""
    origins: Mapping[str, Where] = field(default_factory=dict, hash=False)
    """Where each key was declared."""

    def where(self, key: str) -> Where:
        """Give the place where `key` is, or would be, declared."""
        return self.origins.get(key) or self.origins[""]


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with its functions."""

    root: Path
    output: Path
    functions: tuple[Function, ...]
    config_files: tuple[Path, ...]
    """Every file that was read, or whose absence decided something, to know the project."""
    resolver: str
    """pip-tools, uv or auto."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of the project, with its place."""

    text: str
    """PEP 508, normalised."""
    where: Where


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Options about indexes that a requirements file states itself."""

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    prereleases: bool = False


@dataclass(frozen=True, slots=True)
class RequirementSet:
    """All that a function asks for, read from the files that it names."""

    requirements: tuple[Requirement, ...]
    constraints: tuple[Requirement, ...] = ()
    hashes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Normalised name to the `sha256:…` values that the file allows; empty if it states none."""
    index: IndexOptions = IndexOptions()
    origin: str = ""
    """What was read, in words to print: `requirements.txt`, `pyproject.toml [project]`."""
    files: tuple[Path, ...] = ()
    """Every file that was read, or whose absence decided something."""
    uses_variables: bool = False
    """Whether a requirement takes its text from the environment."""
    pinned_by: str = ""
    """Another tool's lock, whose versions are among the constraints."""
    hashes_are_complete: bool = True
    """Whether a distribution without a hash is an error; not beside inline packages."""
    unpublished: frozenset[str] = frozenset()
    """Normalised names that another tool's lock takes from a folder or a repository."""


@dataclass(frozen=True, slots=True)
class LockedWheel:
    """A wheel that the lock allows."""

    filename: str
    location: str
    """An http(s) or file URL, without credentials."""
    sha256: str
    size: int | None
    """Bytes."""


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One distribution at one version, with its wheels for the target, the best first."""

    name: str
    version: str
    wheels: tuple[LockedWheel, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a resolver decided for one target."""

    packages: tuple[LockedPackage, ...]
    resolver: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file, read for one target."""

    path: Path | None
    """None when the function has no dependencies and so needs no lock."""
    digest: str
    """sha256 of the file's bytes, hexadecimal; empty when there is no file."""
    resolver: str
    packages: tuple[LockedPackage, ...]
    fresh: bool
    """Whether this run wrote it."""


@dataclass(frozen=True, slots=True)
class StoredWheel:
    """An admitted wheel in the store."""

    name: str
    version: str
    filename: str
    path: Path
    sha256: str
    size: int
    stamp: tuple[int, ...] | None = None
    """Of the file when it was verified, to notice a change before the package is published."""


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file inside an admitted wheel: where its stream lies, and what that inflates to."""

    offset: int
    """Of the stream's first byte in the wheel."""
    compressed: int
    """Bytes of the stream."""
    size: int
    crc: int
    method: int
    """0 stored, 8 deflate (APPNOTE 4.4.5)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the package, known before a byte is written."""

    path: str
    """Inside the package, with slashes."""
    owner: str
    """Name of the distribution that brings it, or empty for the function's own files."""
    size: int
    """Bytes, uncompressed."""
    mode: int
    """Permission bits: 0o644 or 0o755."""
    origin: Path
    """The own file, or the wheel in the store."""
    member: WheelMember | None = None
    """Set for a file that comes from a wheel unchanged."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A file or folder that stays out of the package, and the rule that keeps it out."""

    path: str
    """A folder ends with a slash."""
    rule: str
    owner: str = ""
    """Name of the distribution that brings it, or empty for the function's own."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The package as a list, sorted in the order in which it is written."""

    entries: tuple[Entry, ...]
    wheels: tuple[StoredWheel, ...]
    excluded: tuple[Excluded, ...]
    generated: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    """Content of entries that are not copied as they are, such as scripts, by path."""
    folders: tuple[tuple[Path, list[int] | None], ...] = ()
    """The source folders that were listed, with their stamps before that."""

    @property
    def unzipped(self) -> int:
        """Sum of the uncompressed sizes in bytes, as Lambda counts them."""
        return sum(entry.size for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished zip."""

    path: Path
    size: int
    sha256: str
    """Hexadecimal."""
    unzipped: int
