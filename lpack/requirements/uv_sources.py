"""`[tool.uv.sources]`: where uv takes a requirement from instead of the usual index.

https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.config.reading import is_file, resolved
from lpack.errors import BuildError
from lpack.model import IndexOptions, Requirement
from lpack.requirements.direct import (
    Asked,
    Spot,
    both,
    from_address,
    from_path,
    from_repository,
    path_of,
)
from lpack.requirements.document import Document, name_of, normalised, read_document
from lpack.requirements.indexes import NamedIndex, assigned, joined
from lpack.requirements.targets import negated, possible
from lpack.requirements.uv_workspace import Workspace, workspace_of
from lpack.validation.wording import shown
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SOURCES = ("tool", "uv", "sources")
_INDEX = ("tool", "uv", "index")
_DECLARE = "declare it in `[[tool.uv.index]]`"
_PLACES = ("workspace", "path", "git", "url", "index")


@dataclass(frozen=True, slots=True)
class Sourced:
    """Requirements that say themselves where they come from."""

    requirements: tuple[Requirement, ...]
    index: IndexOptions = field(default_factory=IndexOptions)
    """Which of them come from one index alone."""
    files: tuple[Path, ...] = ()
    """Every file that was read, or whose absence decided something."""


def sourced(
    requirements: Sequence[Requirement],
    pyproject: Path,
    root: Path,
    *,
    extra: str = "",
    group: str = "",
) -> Sourced:
    """Apply the sources that a project's pyproject.toml, or its workspace, states.

    `extra` or `group` is what the requirements belong to, where they are not those of the project
    itself. Raises BuildError LP101 to LP104 or LP123; UsageError LP004 or LP005.
    """
    if not requirements or not is_file(pyproject):
        return Sourced(tuple(requirements), files=(pyproject,))
    sources = UvSources(read_document(pyproject, root))
    return sources.applied(requirements, extra=extra, group=group)


@dataclass(slots=True)
class UvSources:
    """The sources that hold for one document, a pyproject.toml or a script's."""

    document: Document
    alone: bool = False
    """Whether no workspace can hold it, as for a script."""
    workspace: Workspace = field(init=False)
    _members: dict[str, Path] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Find the workspace."""
        self.workspace = (
            Workspace(self.document, (self.document.path,))
            if self.alone
            else workspace_of(self.document)
        )

    def applied(
        self, requirements: Sequence[Requirement], *, extra: str = "", group: str = ""
    ) -> Sourced:
        """Apply the sources to requirements of the document; raises as `sourced` does."""
        found = [self._one(line, extra=extra, group=group) for line in requirements]
        return Sourced(
            tuple(line for one in found for line in one.requirements),
            joined(one.index for one in found),
            self.workspace.files,
        )

    def _one(self, line: Requirement, *, extra: str, group: str) -> Sourced:
        owner, stated = self._stated(name_of(line.text))
        sources = [one for one in stated if _is_for(one, extra=extra, group=group)]
        if not sources:
            self._refuse_unsourced_member(line, is_stated=bool(stated))
            return Sourced((line,))
        parsed = _parsed(line)
        if parsed is None:
            return Sourced((line,))
        asked, version = parsed
        wanted = [one for one in sources if possible(one.get("marker"), line.where) != "never"]
        texts = [self._from(one, asked, version, owner, line) for one in wanted]
        rest = _remainder(sources, line)
        plain = () if rest is None else (Requirement(_registry(asked, version, rest), line.where),)
        found = [text for text, _ in texts if text]
        return Sourced(
            (*(Requirement(text, line.where) for text in found), *plain),
            _one_index([options for _, options in texts], wanted, line),
        )

    def _stated(self, name: str) -> tuple[Document, list[dict[str, Any]]]:
        """Find what is stated of a name, by the project before its workspace, and by which."""
        for document in (self.document, self.workspace.document):
            for key, value in document.table(*_SOURCES).items():
                if normalised(key) != name:
                    continue
                listed = value if isinstance(value, list) else [value]
                if all(isinstance(one, dict) for one in listed):
                    return document, listed
                raise document.wrong("must be a table or a list of tables", *_SOURCES, key)
        return self.document, []

    def _from(
        self,
        source: dict[str, Any],
        asked: Asked,
        version: str,
        owner: Document,
        line: Requirement,
    ) -> tuple[str, IndexOptions]:
        spot = Spot(line.where, owner.root, (owner.path.parent,))
        marker = both(asked.marker, _text(source, "marker"))
        at = Asked(asked.name, asked.extras, marker)
        place = next((key for key in _PLACES if key in source), "")
        subdirectory = _text(source, "subdirectory")
        wanted = True if place == "workspace" else _text(source, place)
        if place and (source[place] != wanted or not wanted):
            what = "must be true" if place == "workspace" else "must be a string"
            raise owner.wrong(what, *_SOURCES, asked.name, place)
        if place == "index":
            index = assigned(asked.name, source["index"], self._indexes(), line.where, _DECLARE)
            return _registry(asked, version, marker), index
        if place == "workspace":
            return at.at(self._member(asked.name, line).as_uri()), IndexOptions()
        if place == "path":
            path = _text(source, "path")
            path = path_of(path, line.where) if path.startswith("file:") else path
            return from_path(at, path, spot), IndexOptions()
        if place == "git":
            revision = _text(source, "rev") or _text(source, "tag") or _text(source, "branch")
            url = _text(source, "git")
            text = from_repository(at, url, spot, revision=revision, subdirectory=subdirectory)
            return text, IndexOptions()
        if place == "url":
            url = _text(source, "url")
            return from_address(at, url, line.where, subdirectory), IndexOptions()
        raise owner.wrong(f"states none of {', '.join(_PLACES)}", *_SOURCES, asked.name)

    def _indexes(self) -> Iterator[NamedIndex]:
        for document in (self.document, self.workspace.document):
            for one in document.tables(*_INDEX):
                if isinstance(one.get("name"), str) and isinstance(one.get("url"), str):
                    url = index_url(one["url"], document.path.parent)
                    yield NamedIndex(one["name"], url, one.get("explicit") is True)

    def _member(self, name: str, line: Requirement) -> Path:
        folder = self._all_members().get(normalised(name))
        if folder is None:
            raise BuildError(
                "LP102",
                f"`{shown(name)}` is no member of the workspace of {self.workspace.document.shown}",
                where=line.where,
                hint="add its folder to `members` of `[tool.uv.workspace]`",
            )
        return folder

    def _all_members(self) -> dict[str, Path]:
        if self._members is None:
            self._members = {} if self.alone else self.workspace.members()
        return self._members

    def _refuse_unsourced_member(self, line: Requirement, *, is_stated: bool) -> None:
        """Never look on an index for what lies in the workspace, as uv does not either."""
        if is_stated or not self.workspace.document.table("tool", "uv", "workspace"):
            return
        name = name_of(line.text)
        if name in self._all_members() and " @ " not in line.text:
            raise BuildError(
                "LP104",
                f"`{name}` lies in the workspace, and nothing says that it comes from there",
                where=line.where,
                hint=f"add `{name} = {{ workspace = true }}` to `[tool.uv.sources]`",
            )


def index_url(url: str, folder: Path) -> str:
    """Give the URL of an index; a path starts at the file that names it."""
    if "://" in url:
        return url
    path = folder / url
    return (resolved(path) or path).as_uri()


def _is_for(source: dict[str, Any], *, extra: str, group: str) -> bool:
    """Tell whether a source counts for what belongs to that extra or group."""
    conditions = (("extra", extra), ("group", group))
    return all(
        normalised(_text(source, key)) == normalised(asked)
        for key, asked in conditions
        if key in source
    )


def _parsed(line: Requirement) -> tuple[Asked, str] | None:
    """Take a requirement apart; None for what the check of its syntax will refuse."""
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - 100 ms
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms

    try:
        one = Parsed(line.text)
    except (InvalidRequirement, RecursionError):
        return None
    if one.url is not None:
        raise BuildError(
            "LP103",
            f"`{one.name}` has an address, and a source in `[tool.uv.sources]` as well",
            where=line.where,
            hint="remove one of them",
        )
    asked = Asked(one.name, tuple(sorted(one.extras)), str(one.marker or ""))
    return asked, str(one.specifier)


def _registry(asked: Asked, version: str, marker: str) -> str:
    name = f"{asked.name}[{','.join(asked.extras)}]" if asked.extras else asked.name
    return f"{name}{version}" + (f" ; {marker}" if marker else "")


def _remainder(sources: list[dict[str, Any]], line: Requirement) -> str | None:
    """Give the marker under which no source counts, so that the usual index does."""
    markers = [_text(one, "marker") for one in sources]
    if not all(markers) or possible(" or ".join(f"({m})" for m in markers), line.where) == "always":
        return None
    parsed = _parsed(line)
    own = parsed[0].marker if parsed else ""
    return both(own, *(negated(marker, line.where) for marker in markers))


def _one_index(
    found: list[IndexOptions], wanted: list[dict[str, Any]], line: Requirement
) -> IndexOptions:
    """Put the assignments together; an index is for all targets or for none."""
    whole = joined(found)
    if not whole.assigned:
        return whole
    some = any(possible(one.get("marker"), line.where) == "some" for one in wanted)
    if some or len(whole.assigned) > 1:
        raise BuildError(
            "LP104",
            f"`{name_of(line.text)}` comes from one index on some of Lambda's targets only",
            where=line.where,
            hint="take it from one index on all targets: remove the markers of its source",
        )
    return whole


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key, "")
    return value if isinstance(value, str) else ""
