"""Dependencies of pyproject.toml: `[project]` or Poetry's, extras, and groups."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import IndexOptions, Requirement, RequirementSet, RequirementsInput
from lpack.projects.pythons import required_python
from lpack.requirements.direct import Spot
from lpack.requirements.document import Document, name_of, normalised, read_document
from lpack.requirements.dynamic import dynamic_dependencies, dynamic_extra, is_dynamic
from lpack.requirements.indexes import joined
from lpack.requirements.pdm import DEVELOPMENT, pdm_group, pdm_indexes
from lpack.requirements.poetry import Poetry, split
from lpack.requirements.uv_options import uv_constraints, uv_indexes
from lpack.requirements.uv_sources import UvSources
from lpack.requirements.written import as_named
from lpack.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MOST = 200
_WITH_EXTRAS = re.compile(r"([\w.-]+)\s*\[([\w.,\s-]+)\]")


def read_pyproject(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the dependencies of pyproject.toml, with the extras and groups that are wanted.

    Raises BuildError LP101 (malformed), LP102 (extra or group missing), LP103, LP104 (not static)
    or LP123; UsageError LP004 or LP005.
    """
    document = read_document(path, root)
    project = _Project(document, environ)
    project.read(wanted)
    python = required_python(document.content, document.where)
    sources = project.sources.workspace
    indexes = (
        uv_indexes(sources.document),
        project.poetry.indexes(),
        pdm_indexes(document, project.found, environ),
    )
    return RequirementSet(
        tuple(project.found),
        (*project.constraints, *uv_constraints(sources.document)),
        index=joined((project.index, *indexes)),
        origin=_origin(project, wanted),
        files=tuple(dict.fromkeys((path, *project.files))),
        uses_variables=project.uses_variables,
        pythons=() if python is None else (python,),
    )


def _origin(project: _Project, wanted: RequirementsInput) -> str:
    extras = [f"extra `{extra}`" for extra in wanted.extras]
    groups = [f"group `{group}`" for group in wanted.groups]
    table = "[tool.poetry]" if project.is_poetrys else "[project]"
    return ", ".join([f"{project.document.shown} {table}", *extras, *groups])


@dataclass(slots=True)
class _Project:
    """One pyproject.toml, and what has been found in it so far."""

    document: Document
    environ: Mapping[str, str]
    sources: UvSources = field(init=False)
    poetry: Poetry = field(init=False)
    found: list[Requirement] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    index: IndexOptions = field(default_factory=IndexOptions)
    files: list[Path] = field(default_factory=list)
    uses_variables: bool = False
    _read: set[tuple[str, str]] = field(default_factory=set)
    """Extras and groups that have been read: each counts once, however often it is included."""

    def __post_init__(self) -> None:
        """Find what else decides where requirements come from."""
        self.sources = UvSources(self.document)
        self.poetry = Poetry(self.document)

    @property
    def is_poetrys(self) -> bool:
        """Whether Poetry's own table is the list of dependencies."""
        if "dependencies" in self.document.table("project"):
            return False
        stated = is_dynamic(self.document, "dependencies") and self.poetry.is_stated
        return self.poetry.has_dependencies or stated

    def read(self, wanted: RequirementsInput) -> None:
        """Read what is needed always, then the extras and groups that are wanted."""
        if self.is_poetrys:
            self._take(*split(self.poetry.dependencies()))
        elif is_dynamic(self.document, "dependencies"):
            self._take_set(dynamic_dependencies(self.document, self.environ))
        else:
            self._add(self.document.requirements("project", "dependencies"))
        for extra in wanted.extras:
            self._extra(extra)
        for group in wanted.groups:
            self._group(group, ())

    def _extra(self, extra: str) -> None:
        keys = ("project", "optional-dependencies")
        extras = self.document.table(*keys)
        key = _named(extra, extras)
        if not self._is_new("extra", key or extra):
            return
        poetrys = None if key else self.poetry.extra(extra)
        if key:
            self._add(self.document.requirements(*keys, key), extra=key)
        elif poetrys is not None:
            self._take(*split(poetrys))
        elif (found := dynamic_extra(self.document, extra, self.environ)) is not None:
            self._take_set(found)
        else:
            known = [*extras, *self.document.table("tool", "poetry", "extras")]
            raise self._missing("extra", extra, known, *keys)

    def _group(self, group: str, inside: tuple[str, ...]) -> None:
        groups = self.document.table("dependency-groups")
        key = _named(group, groups)
        if key is None:
            self._group_of_a_tool(group, groups)
            return
        if key in inside:
            where = self.document.where("dependency-groups", key)
            raise BuildError("LP101", f"dependency group `{key}` includes itself", where=where)
        if not self._is_new("group", key):
            return
        items = groups[key] if isinstance(groups[key], list) else (groups[key],)
        for place, item in enumerate(items):
            if isinstance(item, dict) and isinstance(item.get("include-group"), str):
                self._group(item["include-group"], (*inside, key))
            elif isinstance(item, str):
                where = self.document.where("dependency-groups", key, place)
                self._add((Requirement(item.strip(), where),), group=key)
            else:
                raise self.document.wrong("must be a list of strings", "dependency-groups", key)

    def _group_of_a_tool(self, group: str, known: Mapping[str, Any]) -> None:
        found = self.poetry.group(group)
        old = ("tool", "uv", "dev-dependencies")
        pdms = pdm_group(self.document, group) if found is None else None
        if found is not None:
            self._take(*split(found))
        elif pdms is not None:
            self._add(pdms, group=group)
        elif group == "dev" and self.document.strings(*old):
            self._add(self.document.requirements(*old), group="dev")
        else:
            tables = (("tool", "poetry", "group"), DEVELOPMENT)
            names = [*known, *(name for keys in tables for name in self.document.table(*keys))]
            raise self._missing("dependency group", group, names, "dependency-groups")

    def _add(self, lines: Sequence[Requirement], *, extra: str = "", group: str = "") -> None:
        """Add requirements of the standard tables, with the sources that tools state for them."""
        for line in lines:
            own = _WITH_EXTRAS.fullmatch(line.text)
            if own and normalised(own[1]) == self._name:
                for one in own[2].split(","):
                    self._extra(one.strip())
                continue
            spot = Spot(line.where, self.document.root, (self.document.path.parent,))
            written = replace(line, text=as_named(line.text, spot))
            enriched, index = self.poetry.enriched(written)
            self._take((enriched,), index, extra=extra, group=group)

    def _take(
        self,
        lines: Sequence[Requirement],
        index: IndexOptions,
        *,
        extra: str = "",
        group: str = "",
    ) -> None:
        found = self.sources.applied(lines, extra=extra, group=group)
        self.found += found.requirements
        self.index = joined((self.index, index, found.index))

    def _take_set(self, read: RequirementSet) -> None:
        self._take(read.requirements, read.index)
        self.constraints += read.constraints
        self.files += read.files
        self.uses_variables |= read.uses_variables

    @property
    def _name(self) -> str:
        return name_of(str(self.document.table("project").get("name", "")))

    def _is_new(self, kind: str, key: str) -> bool:
        if len(self._read) >= _MOST:
            message = f"more than {_MOST} extras and groups include each other"
            raise BuildError("LP101", message, where=self.document.where())
        if (kind, key) in self._read:
            return False
        self._read.add((kind, key))
        return True

    def _missing(self, kind: str, name: str, known: Sequence[str], *keys: str) -> BuildError:
        names = ", ".join(f"`{key}`" for key in known) or "none"
        return BuildError(
            "LP102",
            f"{kind} `{name}` does not exist",
            where=self.document.where(*keys),
            hint=f"declared there: {names}",
        )


def _named(wanted: str, table: Mapping[str, Any]) -> str | None:
    return next((key for key in table if normalised(key) == normalised(wanted)), None)
