"""Dependencies of pyproject.toml: `[project]`, its extras, and `[dependency-groups]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lpack.data import parse_toml, read_text
from lpack.errors import BuildError
from lpack.model import Requirement, RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project
from lpack.requirements.poetry import poetry_requirements
from lpack.toml_lines import KeyPath, key_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SEPARATORS = re.compile(r"[-_.]+")


def read_pyproject(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the dependencies of pyproject.toml, with the extras and groups that are wanted.

    Raises BuildError LP101 (malformed), LP102 (extra or group missing) or LP104 (not static).
    """
    del environ
    name = path_in_project(path, root)
    text = read_text(path, name)
    document = parse_toml(text, name)
    lines = key_lines(text)
    locked_by_poetry = path.with_name("poetry.lock").is_file()
    tables = _Tables(document, name, lines, locked_by_poetry=locked_by_poetry)
    found = [
        *tables.dependencies(),
        *(line for extra in wanted.extras for line in tables.extra(extra)),
        *(line for group in wanted.groups for line in tables.group(group, ())),
    ]
    return RequirementSet(tuple(found), origin=_origin(name, wanted), files=(path,))


def _origin(name: str, wanted: RequirementsInput) -> str:
    extras = [f"extra `{extra}`" for extra in wanted.extras]
    groups = [f"group `{group}`" for group in wanted.groups]
    return ", ".join([f"{name} [project]", *extras, *groups])


class _Tables:
    """The tables of one pyproject.toml that declare dependencies."""

    def __init__(
        self,
        document: dict[str, Any],
        name: str,
        lines: Mapping[KeyPath, int],
        *,
        locked_by_poetry: bool,
    ) -> None:
        self.document = document
        self.name = name
        self.lines = lines
        self.locked_by_poetry = locked_by_poetry

    def dependencies(self) -> Iterator[Requirement]:
        project = self.document.get("project", {})
        if "dependencies" in project.get("dynamic", ()):
            raise BuildError(
                "LP104",
                "the dependencies of `[project]` are dynamic, so only a build can tell them",
                where=self._where("project", "dynamic"),
                hint='name a requirements file: `requirements = "requirements.txt"`',
            )
        poetry = self.document.get("tool", {}).get("poetry", {}).get("dependencies", {})
        if "dependencies" not in project and set(poetry) - {"python"}:
            where = self._where("tool", "poetry", "dependencies")
            if not self.locked_by_poetry:
                raise BuildError(
                    "LP104",
                    "`[tool.poetry.dependencies]` is read only beside a poetry.lock",
                    where=where,
                    hint="run `poetry lock`, or move the dependencies to `[project]`",
                )
            yield from poetry_requirements(poetry, where)
        yield from self._strings(project.get("dependencies", []), "project", "dependencies")

    def extra(self, extra: str) -> Iterator[Requirement]:
        extras = self.document.get("project", {}).get("optional-dependencies", {})
        key = self._named(extra, extras, "extra", ("project", "optional-dependencies"))
        yield from self._strings(extras[key], "project", "optional-dependencies", key)

    def group(self, group: str, inside: tuple[str, ...]) -> Iterator[Requirement]:
        groups = self.document.get("dependency-groups", {})
        key = self._named(group, groups, "dependency group", ("dependency-groups",))
        if key in inside:
            raise BuildError(
                "LP101",
                f"dependency group `{key}` includes itself",
                where=self._where("dependency-groups", key),
            )
        for item in groups[key]:
            if isinstance(item, dict) and isinstance(item.get("include-group"), str):
                yield from self.group(item["include-group"], (*inside, key))
            else:
                yield from self._strings([item], "dependency-groups", key)

    def _named(
        self, wanted: str, table: Mapping[str, Any], kind: str, keys: tuple[str, ...]
    ) -> str:
        for key in table:
            if _normal(key) == _normal(wanted):
                return key
        names = ", ".join(f"`{key}`" for key in table) or "none"
        raise BuildError(
            "LP102",
            f"{kind} `{wanted}` does not exist",
            where=self._where(*keys),
            hint=f"declared there: {names}",
        )

    def _strings(self, items: Any, *keys: str) -> Iterator[Requirement]:
        where = self._where(*keys)
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise BuildError("LP101", f"`{'.'.join(keys)}` must be a list of strings", where=where)
        for item in items:
            yield Requirement(item.strip(), where)

    def _where(self, *keys: str) -> Where:
        return Where(self.name, self.lines.get(keys), ".".join(keys))


def _normal(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()
