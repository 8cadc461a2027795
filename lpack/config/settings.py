"""What configuration says, typed, before anything is looked up in the project's folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import (
    Budget,
    Bytecode,
    Compress,
    Diagnostic,
    Format,
    Ignore,
    Json,
    LayerPath,
    Spelling,
    Trigger,
    Upload,
    Where,
)
from lpack.toml_lines import KeyPath, dotted
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says; None where it says nothing."""

    runtime: str | None = None
    architecture: str | None = None
    output_dir: str | None = None
    """A relative path is taken from the project's root."""
    resolver: str | None = None
    compress: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one source says of a project: a table in the shape of `config.schema.json`."""

    file: str
    """Where it was said, relative to the project's root."""
    table: Mapping[str, Any]
    prefix: KeyPath = ()
    """Keys above the table in the file: `tool`, `lpack`."""
    lines: Mapping[KeyPath, int] = field(default_factory=dict, hash=False)
    """1-based line of each key path of the file."""
    assumed: tuple[str, ...] = ()
    """What the source guessed, in words to print."""
    functions_where: Where | None = None
    """The one place of the functions, where the file has no keys for them."""
    places: Mapping[KeyPath, Where] = field(default_factory=dict, hash=False)
    """Of keys below `functions`, where the file calls them otherwise."""
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    """By the name of a function, fields of `FunctionSettings` that no key of the table says."""

    others: tuple[tuple[str, str], ...] = ()
    """Functions that are declared and not for lpack: the name, and what they are."""

    def where(self, path: KeyPath) -> Where:
        """Give the place of a key of the table, with the line of what is nearest above it."""
        if self.places and path[:1] == ("functions",):
            above = (path[:length] for length in range(len(path), 1, -1))
            found = next((self.places[part] for part in above if part in self.places), None)
            if found is not None:
                return found
        if self.functions_where and path[:1] == ("functions",):
            return self.functions_where
        whole = (*self.prefix, *path)
        above = (whole[:length] for length in range(len(whole), 0, -1))
        line = next((self.lines[part] for part in above if part in self.lines), None)
        return Where(self.file, line, dotted(whole) or None)


@dataclass(frozen=True, slots=True)
class RequirementsSettings:
    """The key `requirements` in its long form; all empty means that there are none."""

    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    indexes: tuple[tuple[str, str], ...] = ()
    """Name of a distribution, and the URL of its index."""


@dataclass(frozen=True, slots=True)
class TestSettings:
    """One of the key `tests`."""

    __test__ = False  # pytest takes a class of this name for a test

    table: Mapping[str, Any]
    """As it is declared, and as the schema wants it."""
    where: Where


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What is declared of one function, the project's defaults included."""

    name: str
    handler: str | None
    sources: tuple[str, ...] | None
    """None when not declared."""
    prefixes: tuple[str, ...]
    """Where in the package the content of each source goes; empty for its root."""
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    requirements: RequirementsSettings | None
    """None when not declared."""
    build_from_source: tuple[str, ...]
    slim: tuple[str, ...]
    runtime: str | None
    python: str | None
    """That an own runtime brings."""
    architecture: str | None
    memory: int
    timeout: int
    ephemeral_storage: int
    upload: Upload
    compress: Compress
    bytecode: Bytecode
    strip: bool
    format: Format
    layer_path: LayerPath
    environment: tuple[tuple[str, str], ...]
    layers: tuple[str, ...]
    layer_sizes: tuple[tuple[str, int], ...]
    settings: Mapping[str, Json]
    limits: str
    strict: bool
    ignore: tuple[Ignore, ...]
    budget: Budget
    reserved_concurrency: int | None
    account_concurrency: int | None
    description: str
    triggers: tuple[Trigger, ...]
    tests: tuple[TestSettings, ...]
    assumed: tuple[str, ...]
    origins: Mapping[str, Where]
    """Where each key is declared, with the function itself under the empty key."""
    broken: frozenset[str]
    """Keys that were reported and so are not looked at again."""
    other_layers: int = 0
    """Layers that have no ARN yet."""
    project_layers: tuple[str, ...] = ()
    """Those of them that the project builds, by name."""
    spelling: Spelling = field(default_factory=Spelling, hash=False)

    def where(self, key: str) -> Where:
        """Give the place where `key` is, or would be, declared."""
        return self.origins.get(key) or self.origins[""]


@dataclass(frozen=True, slots=True)
class Settings:
    """A declaration, checked and typed, with what is wrong in it."""

    output_dir: str | None
    resolver: str | None
    lock_targets: tuple[str, ...]
    policies: tuple[str, ...]
    account: str | None
    region: str | None
    functions: tuple[FunctionSettings, ...]
    mistakes: tuple[Diagnostic, ...]
