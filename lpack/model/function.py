"""A function as its project declares it, and the machine that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.model.spelling import Spelling
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from lpack.model.messages import Ignore, Where
    from lpack.model.triggers import Trigger
    from lpack.model.unknown import Unknown

Architecture = Literal["x86_64", "arm64"]
Upload = Literal["direct", "s3"]
Compress = Literal["fast", "default", "max"]
Bytecode = Literal["none", "all", "imported"]
ARCHITECTURES: tuple[Architecture, ...] = ("x86_64", "arm64")
COMPRESS: tuple[Compress, ...] = ("fast", "default", "max")
Format = Literal["zip", "layer", "zip+layer", "folder"]
FORMATS: tuple[Format, ...] = ("zip", "layer", "zip+layer", "folder")
LIMITS = ("current", "managed-instances", "2017")
"""Names of the profiles of limits; the first is that of those who choose none."""
LayerPath = Literal["python", "site-packages", "root"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Runtime:
    """A Lambda runtime: one row of `platforms.RUNTIMES`, or one of `platforms.OWN_RUNTIMES`."""

    name: str
    python: tuple[int, int]
    """Of a runtime that says none, the default one's; only what need not know may look at it."""
    full_version: str
    """Oldest patch release that the runtime was seen with, so that locks stay valid on it."""
    system: str
    glibc: tuple[int, int]
    deprecated: date | None = None
    create_blocked: date | None = None
    update_blocked: date | None = None
    preview: bool = False
    is_own: bool = False
    """Whether it is an executable of the package or of a layer, as of provided.al2023."""
    has_python: bool = True
    """Whether it is known which Python it has; an own one may have none."""

    def __str__(self) -> str:
        if self.is_own and self.has_python:
            return "{} python{}.{}".format(self.name, *self.python)
        return self.name


@dataclass(frozen=True, slots=True)
class Target:
    """The machine that the package is for. Never the host."""

    runtime: Runtime
    architecture: Architecture

    def __str__(self) -> str:
        return f"{self.runtime} {self.architecture}"


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
class HandlerTest:
    """A named event of the project, and what is expected of a call with it."""

    name: str
    event: Json
    response: Json
    has_response: bool
    """False when any response will do."""
    error_type: str | None
    response_like: Json = None
    """What the response has among others; None when any will do."""
    response_schema: Mapping[str, Json] | None = field(default=None, hash=False)
    """JSON Schema of the response."""
    log: tuple[str, ...] = ()
    """Texts that are in the log."""
    log_patterns: tuple[str, ...] = ()
    """Regular expressions that are found in the log."""
    max_ms: float | None = None
    """Milliseconds of the call, without the initialisation."""
    max_mb: int | None = None
    """Memory in MB."""
    warm: bool = False
    """Whether it calls the process of the test before."""
    trigger: str | None = None
    """Kind of the trigger that sends such events, where that was said."""
    is_sample: bool = False
    """Whether the event is of the catalogue."""
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RequirementsInput:
    """What a function says of its dependencies; all empty means none."""

    files: tuple[Path, ...] = ()
    """Absolute paths of requirements files or of a pyproject.toml."""
    packages: tuple[str, ...] = ()
    """Requirement specifiers (PEP 508) written in the configuration itself."""
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    indexes: tuple[tuple[str, str], ...] = ()
    """Name of a distribution, and the URL of the one index that it comes from."""

    @property
    def is_empty(self) -> bool:
        """Whether the function declares no dependency source at all."""
        return not (self.files or self.packages or self.groups or self.extras)


@dataclass(frozen=True, slots=True)
class Budget:
    """How large the project wants its package to be at most; None where it does not say."""

    zipped: int | None = None
    """Bytes that are uploaded, the layer beside a zip included."""
    unzipped: int | None = None
    """Bytes."""
    files: int | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function, as its project declares it."""

    name: str
    handler: Handler | None
    """None for a layer that declares none: nothing calls a layer."""
    target: Target
    sources: tuple[Path, ...]
    """Absolute folders whose content goes into the package; later ones win."""
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
    build_from_source: tuple[str, ...] = ()
    """Names of distributions that may be built here, which runs code of their authors."""
    slim: tuple[str, ...] = ()
    """Names of the rules that make distributions smaller."""
    prefixes: tuple[tuple[Path, str], ...] = ()
    """Source folders whose content goes below a folder of the package, and that folder."""
    upload: Upload = "direct"
    """How the zip gets to Lambda: in the request, or through a bucket, which takes larger ones."""
    compress: Compress = "default"
    """How hard to try: `fast` and `default` leave distributions as they come, `max` does not."""
    bytecode: Bytecode = "none"
    """Which modules are compiled for the runtime's Python."""
    strip: bool = False
    """Whether shared libraries go without what only debuggers and linkers read."""
    format: Format = "zip"
    """What a build makes of the package."""
    layer_path: LayerPath = "python"
    """Where in a layer its files go, as the configuration says it."""
    settings: Mapping[str, Json | Unknown] = field(default_factory=dict, hash=False)
    """Members of CreateFunction that have no key of their own, by the names of the API."""
    limits: str = "current"
    """Name of the profile of limits that it is judged by."""
    policies: tuple[Path, ...] = ()
    """Absolute paths of the team's own schemas, which all functions of the project have to fit."""
    strict: bool = False
    """Whether a warning counts as an error."""
    ignore: tuple[Ignore, ...] = ()
    reserved_concurrency: int | None = None
    """Invocations at a time that are kept for it, and that it may have at most."""
    reserved_elsewhere: int = 0
    """Those that are kept for the other functions of the project, which share its account."""
    account_concurrency: int | None = None
    """Those that its account may have in a region; None for what AWS gives an account."""
    budget: Budget = field(default_factory=Budget)
    layer_sizes: tuple[tuple[str, int], ...] = ()
    """ARNs of `layers` whose size is declared, and the bytes of their files."""
    account: str | None = None
    """Where it is called here; None for that of its role."""
    region: str | None = None
    """Where it is called here; None for that of its layers."""
    assumed: tuple[str, ...] = ()
    """What was not declared and had to be guessed, in words to print."""
    undecided: frozenset[str] = frozenset()
    """Keys whose value only the deployment decides: what stands for it is a guess."""
    other_layers: int = 0
    """Layers that have no ARN yet, because they are deployed together with the function."""
    project_layers: tuple[str, ...] = ()
    """Those of them that the project builds, by name."""
    spelling: Spelling = field(default_factory=Spelling, hash=False)
    origins: Mapping[str, Where] = field(default_factory=dict, hash=False)
    """Where each key was declared."""

    @property
    def handler_text(self) -> str | None:
        """The handler as Lambda is told."""
        return self.handler.text if self.handler else None

    @property
    def has_layers(self) -> bool:
        """Whether modules may come from a layer."""
        return bool(self.layers or self.other_layers)

    def called(self, key: str) -> str:
        """Name a key as the file that declares the function does."""
        return self.spelling.called(key)

    def written(self, key: str, value: str | int) -> str:
        """Write a key with a value as the file that declares the function would have it."""
        return self.spelling.written(key, value)

    @property
    def deployed_name(self) -> str | None:
        """The name that Lambda is told, where that is known; it may be another than lpack's."""
        name = self.settings.get("FunctionName", self.name)
        return name if isinstance(name, str) else None

    @property
    def name_there(self) -> str:
        """The name that it has on Lambda, of an ARN the last part; lpack's where it is unknown."""
        return (self.deployed_name or self.name).rpartition(":")[2] or self.name

    @property
    def layer_folder(self) -> str:
        """The folder of a layer that its files go to; empty for its root, which is /opt.

        Lambda puts the others on the import path:
        https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html#packaging-layers-paths
        """
        if self.layer_path != "site-packages":
            return "" if self.layer_path == "root" else "python"
        return "python/lib/python{}.{}/site-packages".format(*self.target.runtime.python)

    def where(self, key: str) -> Where:
        """Give the place where `key` is, or would be, declared."""
        return self.origins.get(key) or self.origins[""]

    def where_first(self, *keys: str) -> Where:
        """Give the place of the first of these keys that is declared."""
        return next((self.origins[key] for key in keys if key in self.origins), self.origins[""])

    def where_set(self, *path: str) -> Where:
        """Give the place of a member of `settings`, or of what is nearest above it."""
        lengths = range(len(path), -1, -1)
        return self.where_first(*(".".join(("settings", *path[:length])) for length in lengths))


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
    lock_targets: tuple[Target, ...] = ()
    """Targets that every lock is made for, besides those of the functions."""
    others: tuple[tuple[str, str], ...] = ()
    """Functions that are declared and not for lpack: the name, and what they are."""
