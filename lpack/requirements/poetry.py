"""`[tool.poetry]`: its dependencies, groups, extras and sources, in the words of PEP 508.

https://python-poetry.org/docs/dependency-specification/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lpack.config.reading import is_file
from lpack.errors import BuildError
from lpack.model import IndexOptions, Requirement
from lpack.requirements.direct import (
    Asked,
    Spot,
    both,
    from_address,
    from_path,
    from_repository,
    with_extras,
    with_marker,
)
from lpack.requirements.document import name_of, normalised
from lpack.requirements.indexes import PYPI, NamedIndex, assigned, joined
from lpack.requirements.poetry_versions import (
    UnreadableConstraintError,
    platform_marker,
    python_marker,
    specifier,
)
from lpack.validation.wording import shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.model import Where
    from lpack.requirements.document import Document

_TOOL = ("tool", "poetry")
_DEPENDENCIES = (*_TOOL, "dependencies")
_ELSEWHERE = ("path", "file", "git", "url")
_DECLARE = "declare it in `[[tool.poetry.source]]`"

Found = tuple[Requirement, IndexOptions]
"""A requirement, and the index that it comes from if it is from one alone."""

Wanted = Callable[[str, Mapping[str, Any]], bool]
"""Tells by its normalised name and details whether a dependency is one of those asked for."""


@dataclass(frozen=True, slots=True)
class Poetry:
    """The tables of Poetry in one pyproject.toml."""

    document: Document

    @property
    def has_dependencies(self) -> bool:
        """Whether there is anything but Python itself."""
        return bool(set(self.document.table(*_DEPENDENCIES)) - {"python"})

    @property
    def is_stated(self) -> bool:
        """Whether there is a table of dependencies, be it of Python alone."""
        return bool(self.document.table(*_DEPENDENCIES))

    def dependencies(self) -> Iterator[Found]:
        """Give what is needed always; raises BuildError LP101 to LP104 or LP123."""
        yield from self._of_table(_DEPENDENCIES, lambda _one, details: not details.get("optional"))

    def extra(self, name: str) -> Iterator[Found] | None:
        """Give what an extra adds, or None where Poetry has none of that name."""
        extras = self.document.table(*_TOOL, "extras")
        key = next((one for one in extras if normalised(one) == normalised(name)), None)
        if key is None:
            return None
        names = {name_of(one) for one in self.document.strings(*_TOOL, "extras", key)}
        return self._of_table(_DEPENDENCIES, lambda one, _details: one in names)

    def group(self, name: str, inside: tuple[str, ...] = ()) -> Iterator[Found] | None:
        """Give the requirements of a group, or None where Poetry has none of that name."""
        groups = self.document.table(*_TOOL, "group")
        key = next((one for one in groups if normalised(one) == normalised(name)), None)
        if key in inside:
            raise self.document.wrong("includes itself", *_TOOL, "group", str(key))
        if key is not None:
            return self._group(key, (*inside, key))
        if name == "dev" and self.document.table(*_TOOL, "dev-dependencies"):
            return self._of_table((*_TOOL, "dev-dependencies"), lambda _one, _details: True)
        return None

    def enriched(self, line: Requirement) -> Found:
        """Add to a requirement of `[project]` where Poetry says that it comes from."""
        for key, value in self.document.table(*_DEPENDENCIES).items():
            if normalised(key) != name_of(line.text) or " @ " in line.text:
                continue
            for details in value if isinstance(value, list) else [value]:
                if isinstance(details, dict) and any(one in details for one in _ELSEWHERE):
                    return self._one((*_DEPENDENCIES, key), details, line.where)
                if isinstance(details, dict) and "source" in details:
                    return line, self._assigned(key, details["source"], line.where)
        return line, IndexOptions()

    def indexes(self) -> IndexOptions:
        """Give the sources that serve all requirements.

        A source without a priority is a primary one, and takes the place of PyPI.
        """
        by_priority: dict[str, list[str]] = {}
        for one in self.document.tables(*_TOOL, "source"):
            url = one.get("url", PYPI if str(one.get("name")).lower() == "pypi" else None)
            if isinstance(url, str):
                by_priority.setdefault(_priority(one), []).append(url)
        first = [*by_priority.get("default", ()), *by_priority.get("primary", ())]
        then = [*by_priority.get("secondary", ()), *by_priority.get("supplemental", ())]
        main = first[0] if first and first[0] != PYPI else None
        return IndexOptions(index_url=main, extra_index_urls=(*first[1:], *then))

    def _group(self, key: str, inside: tuple[str, ...]) -> Iterator[Found]:
        keys = (*_TOOL, "group", key)
        for other in self.document.strings(*keys, "include-groups"):
            included = self.group(other, inside)
            if included is None:
                raise self.document.wrong(f"includes no group: `{shown(other)}`", *keys)
            yield from included
        yield from self._of_table((*keys, "dependencies"), lambda _one, _details: True)

    def _of_table(self, keys: tuple[str, ...], is_wanted: Wanted) -> Iterator[Found]:
        for name, value in self.document.table(*keys).items():
            if name.lower() == "python":
                continue
            where = self.document.where(*keys, name)
            for one in value if isinstance(value, list) else [value]:
                details = one if isinstance(one, dict) else {"version": one}
                if is_wanted(normalised(name), details):
                    yield self._one((*keys, name), details, where)

    def _one(self, keys: tuple[str, ...], details: Mapping[str, Any], where: Where) -> Found:
        name = keys[-1]
        extras = self.document.extras(details, *keys)
        asked = Asked(name, extras, _marker(details, name, where))
        folder = self.document.path.parent
        spot = Spot(where, self.document.root, (folder,))
        subdirectory = str(details.get("subdirectory", ""))
        place = next((key for key in _ELSEWHERE if key in details), "")
        if not isinstance(details.get(place or "version", "*"), str):
            raise self.document.wrong(f"must have a {place or 'version'} as text", *keys)
        if place in ("path", "file"):
            return Requirement(from_path(asked, details[place], spot), where), IndexOptions()
        if place == "git":
            revisions = (details.get(key) for key in ("rev", "tag", "branch"))
            revision = next((str(one) for one in revisions if one), "")
            text = from_repository(
                asked, details["git"], spot, revision=revision, subdirectory=subdirectory
            )
            return Requirement(text, where), IndexOptions()
        if place == "url":
            text = from_address(asked, details["url"], where, subdirectory)
            return Requirement(text, where), IndexOptions()
        version = self._version(name, details.get("version", "*"), where)
        text = with_extras(name, asked.extras) + version + with_marker(asked.marker)
        index = IndexOptions()
        if "source" in details:
            index = self._assigned(name, details["source"], where)
        return Requirement(text, where), index

    def _version(self, name: str, constraint: object, where: Where) -> str:
        """Write a version as PEP 440 does; a lock may say what PEP 440 cannot."""
        try:
            return specifier(str(constraint))
        except UnreadableConstraintError as error:
            if is_file(self.document.path.with_name("poetry.lock")):
                return ""
            raise BuildError(
                "LP104",
                f"the version `{shown(constraint)}` of `{shown(name)}` cannot be read: {error}",
                where=where,
                hint="run `poetry lock`, or write the version as `>=1.2,<3`",
            ) from error

    def _assigned(self, name: str, source: object, where: Where) -> IndexOptions:
        known = [
            NamedIndex(
                str(one.get("name")),
                str(one.get("url", PYPI)),
                reserved=_priority(one) == "explicit",
            )
            for one in self.document.tables(*_TOOL, "source")
        ]
        if str(source).lower() == "pypi" and not any(one.name.lower() == "pypi" for one in known):
            known.append(NamedIndex("PyPI", PYPI))
        return assigned(name, source, known, where, _DECLARE)


def split(found: Iterator[Found]) -> tuple[tuple[Requirement, ...], IndexOptions]:
    """Part requirements from their indexes."""
    pairs = list(found)
    return tuple(line for line, _ in pairs), joined(index for _, index in pairs)


def _priority(source: Mapping[str, Any]) -> str:
    if source.get("default") is True:
        return "default"
    if source.get("secondary") is True:
        return "secondary"
    return str(source.get("priority", "primary"))


def _marker(details: Mapping[str, Any], name: str, where: Where) -> str:
    conditions = [str(details.get("markers", "") or "")]
    try:
        conditions.append(python_marker(str(details.get("python", "*") or "*")))
    except UnreadableConstraintError as error:
        raise BuildError(
            "LP104",
            f"the Python `{shown(details['python'])}` of `{shown(name)}` cannot be read: {error}",
            where=where,
            hint="write it as `>=3.9,<3.13`",
        ) from error
    if isinstance(details.get("platform"), str):
        conditions.append(platform_marker(details["platform"]))
    return both(*conditions)
