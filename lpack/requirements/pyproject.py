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

_MOST = 200
_WITH_EXTRAS = re.compile(r"([\w.-]+)\s*\[([\w.,\s-]+)\]")
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
        self._read: set[tuple[str, str]] = set()
        """Extras and groups that have been read: each counts once, however often it is included."""

    def dependencies(self) -> Iterator[Requirement]:
        project = self._table("project")
        dynamic = project.get("dynamic")
        if isinstance(dynamic, list) and "dependencies" in dynamic:
            raise BuildError(
                "LP104",
                "the dependencies of `[project]` are dynamic, so only a build can tell them",
                where=self._where("project", "dynamic"),
                hint='name a requirements file: `requirements = "requirements.txt"`',
            )
        poetry = self._table("tool", "poetry", "dependencies")
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
        lines = self._strings(project.get("dependencies", []), "project", "dependencies")
        yield from self._without_itself(lines)

    def extra(self, extra: str) -> Iterator[Requirement]:
        keys = ("project", "optional-dependencies")
        extras = self._table(*keys)
        key = self._named(extra, extras, "extra", keys)
        if self._is_new("extra", key):
            yield from self._without_itself(self._strings(extras[key], *keys, key))

    def group(self, group: str, inside: tuple[str, ...]) -> Iterator[Requirement]:
        groups = self._table("dependency-groups")
        key = self._named(group, groups, "dependency group", ("dependency-groups",))
        if key in inside:
            raise BuildError(
                "LP101",
                f"dependency group `{key}` includes itself",
                where=self._where("dependency-groups", key),
            )
        if not self._is_new("group", key):
            return
        for item in groups[key] if isinstance(groups[key], list) else (groups[key],):
            if isinstance(item, dict) and isinstance(item.get("include-group"), str):
                yield from self.group(item["include-group"], (*inside, key))
            else:
                yield from self._strings([item], "dependency-groups", key)

    def _without_itself(self, lines: Iterator[Requirement]) -> Iterator[Requirement]:
        """Read `name[extra]`, where the project names itself, as the extra that it means."""
        name = _normal(str(self._table("project").get("name", "")))
        for line in lines:
            own = _WITH_EXTRAS.fullmatch(line.text)
            if own is None or _normal(own[1]) != name:
                yield line
                continue
            for extra in own[2].split(","):
                yield from self.extra(extra.strip())

    def _is_new(self, kind: str, key: str) -> bool:
        if len(self._read) >= _MOST:
            message = f"more than {_MOST} extras and groups include each other"
            raise BuildError("LP101", message, where=Where(self.name))
        if (kind, key) in self._read:
            return False
        self._read.add((kind, key))
        return True

    def _table(self, *keys: str) -> dict[str, Any]:
        table: Any = self.document
        for length, key in enumerate(keys, 1):
            table = table.get(key, {})
            if not isinstance(table, dict):
                where = self._where(*keys[:length])
                raise BuildError(
                    "LP101", f"`{'.'.join(keys[:length])}` must be a table", where=where
                )
        return dict(table)

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
