"""`Pipfile`: its `[packages]`, and other categories only where they are asked for.

https://pipenv.pypa.io/en/stable/pipfile.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import IndexOptions, Requirement, RequirementSet, RequirementsInput
from lpack.requirements.direct import (
    Asked,
    Spot,
    both,
    from_path,
    from_repository,
    with_extras,
    with_marker,
)
from lpack.requirements.document import Document, read_document
from lpack.requirements.indexes import NamedIndex, assigned, joined
from lpack.requirements.written import from_url
from lpack.validation.wording import shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT = "packages"
_DECLARE = "declare it in `[[source]]`"
_REPOSITORIES = ("git", "hg", "svn", "bzr")
_MARKERS = (
    "sys_platform",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_version",
    "python_full_version",
    "implementation_name",
    "implementation_version",
)
# What pipenv once wrote in place of the name of a folder or repository.
_NO_NAME = re.compile(r"[0-9a-f]{7}")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


def read_pipfile(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the packages of a Pipfile, and the categories that `groups` names.

    Raises BuildError LP101 (malformed), LP102 (no such category), LP104 or LP123; UsageError LP004
    or LP005.
    """
    document = read_document(path, root)
    pipfile = Pipfile(document, environ)
    if wanted.extras:
        raise _missing("extra", wanted.extras[0], document)
    for group in wanted.groups:
        if group not in document.content:
            raise _missing("category", group, document)
    categories = (DEFAULT, *(one for one in wanted.groups if one != DEFAULT))
    found = [
        pipfile.one(name, value, category)
        for category in categories
        for name, value in document.table(category).items()
    ]
    return RequirementSet(
        tuple(line for line, _ in found),
        index=joined((pipfile.indexes(), *(index for _, index in found))),
        origin=", ".join([document.shown, *(f"category `{one}`" for one in categories[1:])]),
        files=(path,),
        uses_variables=any("$" in str(value) for value in document.table(DEFAULT).values()),
    )


def _missing(kind: str, name: str, document: Document) -> BuildError:
    tables = [key for key, value in document.content.items() if isinstance(value, dict)]
    known = [key for key in tables if key not in ("requires", "pipenv", "scripts")]
    return BuildError(
        "LP102",
        f"{kind} `{shown(name)}` does not exist",
        where=document.where(),
        hint=f"declared there: {', '.join(f'`{key}`' for key in known) or 'none'}",
    )


@dataclass(frozen=True, slots=True)
class Pipfile:
    """The packages and sources of one Pipfile, or of its lock."""

    document: Document
    environ: Mapping[str, str]
    sources: tuple[str, ...] = ("source",)
    """Keys that lead to the list of sources."""

    def one(self, name: str, value: Any, category: str) -> tuple[Requirement, IndexOptions]:
        """Read one package; raises BuildError LP101, LP102, LP104 or LP123."""
        where = self.document.where(category, name)
        details = value if isinstance(value, dict) else {"version": value}
        known = "" if _NO_NAME.fullmatch(name) and "version" not in details else name
        asked = Asked(known, self.document.extras(details, category, name), _marker(details))
        spot = Spot(where, self.document.root, (self.document.path.parent,))
        place = next((key for key in (*_REPOSITORIES, "path", "file") if key in details), "")
        if place:
            return Requirement(self._elsewhere(asked, details, place, spot), where), IndexOptions()
        version = details.get("version", "*")
        if not isinstance(version, str):
            raise self.document.wrong("must have a version as text", category, name)
        index = IndexOptions()
        if "index" in details:
            index = assigned(name, details["index"], self._named(), where, _DECLARE)
        text = with_extras(name, asked.extras) + _specifier(version) + with_marker(asked.marker)
        return Requirement(text, where), index

    def indexes(self) -> IndexOptions:
        """Give the indexes that serve all packages.

        Since 2022 that is the first source alone, but for a setting: what lies in another one has
        to name it.
        """
        urls = [one.url for one in self._named()]
        settings = self.document.table("pipenv")
        everywhere = settings.get("install_search_all_sources") is True
        return IndexOptions(
            index_url=urls[0] if urls else None,
            extra_index_urls=tuple(urls[1:]) if everywhere else (),
            prereleases=settings.get("allow_prereleases") is True,
        )

    def _named(self) -> list[NamedIndex]:
        found = [
            (str(one.get("name", "")), self._expanded(one["url"]))
            for one in self.document.tables(*self.sources)
            if isinstance(one.get("url"), str)
        ]
        return [NamedIndex(name, url, place > 0) for place, (name, url) in enumerate(found)]

    def _expanded(self, text: str) -> str:
        return _VARIABLE.sub(lambda match: self.environ.get(match[1]) or match[0], text)

    def _elsewhere(self, asked: Asked, details: Mapping[str, Any], place: str, spot: Spot) -> str:
        text = self._expanded(str(details[place]))
        if place in ("path", "file"):
            is_url = "://" in text or text.startswith("file:")
            return from_url(asked, text, spot) if is_url else from_path(asked, text, spot)
        if place != "git":
            return from_url(asked, f"{place}+{text}", spot)
        return from_repository(
            asked,
            text,
            spot,
            revision=str(details.get("ref", "") or ""),
            subdirectory=str(details.get("subdirectory", "") or ""),
        )


def _marker(details: Mapping[str, Any]) -> str:
    """Join `markers` and the keys that are each a part of one: `sys_platform = "== 'linux'"`."""
    keys = (f"{key} {details[key]}" for key in _MARKERS if isinstance(details.get(key), str))
    whole = details.get("markers")
    return both(*keys, whole if isinstance(whole, str) else "")


def _specifier(version: str) -> str:
    version = version.strip()
    if version == "*":
        return ""
    return f"=={version}" if re.match(r"\d", version) else version
