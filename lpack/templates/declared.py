"""What a template declares of one function, in the words of lpack's own configuration."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.model import Diagnostic, Spelling, Unknown, Where, unknowns
from lpack.templates.intrinsics import Malformed
from lpack.templates.tree import written
from lpack.toml_lines import KeyPath, dotted
from lpack.validation.wording import kind_of
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_FIGURES = 12
_DEEPEST = 4
_USUAL = frozenset({"Role"})
"""What the deployment makes nearly always, and nobody wonders about."""


@dataclass(frozen=True, slots=True)
class Code:
    """Where a function's code is, as far as that is on this machine."""

    path: str | None = None
    """As the template writes it, relative to its folder; None where it is elsewhere."""
    inline: str | None = None
    """The code itself."""
    key: str | None = None
    """Of the object in a bucket; CDK names it after the asset's hash."""
    is_built: bool = False
    """Whether the dependencies are in it already."""
    maker: str = ""
    """What will add to it or make it, in words; empty where installing requirements is all."""
    where: Where | None = None
    patterns: tuple[str, ...] = ()
    """What is packed of the folder, as the Serverless Framework writes it."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One function or layer of a template."""

    name: str
    table: Mapping[str, Any] = field(hash=False)
    """As under `functions` of `config.schema.json`; `settings` may hold `Unknown`."""
    places: Mapping[KeyPath, Where] = field(hash=False)
    """Of the keys in the table; the function itself under the empty path."""
    unknown: tuple[tuple[str, str], ...]
    """What is not known before it is deployed, as the template calls it, and why."""
    problems: tuple[Diagnostic, ...]
    code: Code = field(default_factory=Code)
    other_layers: int = 0
    """Layers without an ARN that is known."""
    own_layers: tuple[str, ...] = ()
    """Layers of the same template, by name; they are among the others."""
    is_runtime_known: bool = True
    later: frozenset[str] = frozenset()
    """Environment variables whose value is not known."""

    @property
    def where(self) -> Where:
        """Where it is declared."""
        return self.places[()]


@dataclass(frozen=True, slots=True)
class Template:
    """A template, read."""

    file: str
    """As the user would type it."""
    kind: str
    """What it is, in words."""
    functions: tuple[Declared, ...]
    layers: tuple[Declared, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    """Functions that are not in Python, or not in a zip: the name, and what they are."""
    problems: tuple[Diagnostic, ...] = ()
    """What is wrong beside the functions."""
    spelling: Spelling = field(default_factory=Spelling)
    folder: Path = field(default_factory=Path)
    """Where the paths in it begin."""
    is_service: bool = False
    """Whether dependencies are declared where it is, and not beside the code."""
    read: tuple[Path, ...] = ()
    """Every file that it was read from."""


class Collector:
    """Collects what is said of one function, and what is wrong with that."""

    def __init__(self, name: str, where: Where) -> None:
        self.name = name
        self.table: dict[str, Any] = {}
        self.places: dict[KeyPath, Where] = {(): where}
        self.unknown: list[tuple[str, str]] = []
        self.problems: list[Diagnostic] = []
        self.other_layers = 0
        self.own_layers: list[str] = []
        self.is_runtime_known = True
        self.later: set[str] = set()

    def declared(self, code: Code) -> Declared:
        """Give all that was collected."""
        return Declared(
            self.name,
            self.table,
            self.places,
            tuple(self.unknown),
            tuple(self.problems),
            code,
            self.other_layers,
            tuple(self.own_layers),
            self.is_runtime_known,
            frozenset(self.later),
        )

    def report(self, code: str, message: str, where: Where, hint: str | None = None) -> None:
        """Note a mistake."""
        self.problems.append(Diagnostic(code, "error", message, where, hint))

    def warn(self, code: str, message: str, where: Where, hint: str | None = None) -> None:
        """Note what works otherwise than it is written."""
        self.problems.append(Diagnostic(code, "warning", message, where, hint))

    @contextlib.contextmanager
    def guarded(self, where: Where) -> Iterator[None]:
        """Note what is not written as CloudFormation takes it, and go on."""
        try:
            yield
        except Malformed as error:
            self.report("LP033", str(error), where, "see how CloudFormation writes the function")

    def number(self, key: str, value: Any, name: str, where: Where) -> None:
        """Take a whole number, which may be written as text."""
        if self._is_missing(value, name):
            return
        number = whole(value)
        if number is None:
            kind = f"`{value}`"[:60] if isinstance(value, str) else kind_of(value)
            self.report("LP030", f"`{name}` must be a whole number, not {kind}", where)
            return
        self._set(key, number, where)

    def text(self, key: str, value: Any, name: str, where: Where) -> None:
        """Take a text; a number is one as well."""
        if self._is_missing(value, name):
            return
        if isinstance(value, (dict, list)):
            self.report("LP030", f"`{name}` must be a text, not {kind_of(value)}", where)
            return
        self._set(key, written(value), where)

    def variables(self, value: Any, name: str, where: Mapping[str, Where], whole_: Where) -> None:
        """Take the environment; what is not known of it counts as empty, which is the least."""
        if self._is_missing(value, name):
            return
        if not isinstance(value, dict):
            self.report("LP030", f"`{name}` must be a map, not {kind_of(value)}", whole_)
            return
        environment: dict[str, str] = {}
        later: list[Unknown] = []
        for variable, one in value.items():
            place = where.get(variable, whole_)
            if isinstance(one, Unknown):
                later.append(one)
                self.later.add(variable)
                environment[variable] = ""
            elif isinstance(one, (dict, list)) or one is None:
                message = f"variable `{variable}` must be a text, not {kind_of(one)}"
                self.report("LP030", message, place)
                continue
            else:
                environment[variable] = written(one)
            self.places["environment", variable] = place
        if later:
            many = f"{len(later)} of {len(value)} variables"
            self.unknown.append((name, f"{many}: {later[0].why}"))
        self._set("environment", environment, whole_)

    def setting(self, member: str, value: Any, places: Mapping[KeyPath, Where]) -> None:
        """Take a member of CreateFunction that has no key of its own."""
        self.table.setdefault("settings", {})[member] = value
        for path, where in places.items():
            if len(path) < _DEEPEST:
                self.places[("settings", member, *path)] = where
        for path, unknown in unknowns(value) if member not in _USUAL else ():
            self.unknown.append((dotted((member, *path)), unknown.why))

    def name_of(self, value: Any, name: str, where: Where) -> None:
        """Take the name that the function gets, which need not be that in the template."""
        if isinstance(value, (dict, list)):
            self.report("LP030", f"`{name}` must be a text, not {kind_of(value)}", where)
        elif value is not None:
            known = value if isinstance(value, Unknown) else written(value)
            self.setting("FunctionName", known, {(): where})

    def _is_missing(self, value: Any, name: str) -> bool:
        if isinstance(value, Unknown):
            self.unknown.append((name, value.why))
            return True
        return value is None

    def _set(self, key: str, value: Any, where: Where) -> None:
        self.table[key] = value
        self.places[key,] = where


def whole(value: Any) -> int | None:
    """Read a whole number, as CloudFormation reads `30`, `"30"` and `30.0`."""
    if isinstance(value, (bool, Unknown)):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**_FIGURES else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**_FIGURES else None
    if isinstance(value, str):
        digits = value.strip().removeprefix("-")
        fits = digits.isascii() and digits.isdigit() and len(digits) < _FIGURES
        return int(value) if fits else None
    return None
