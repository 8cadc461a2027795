"""Requirements files as pip reads them: nested files, constraints, hashes and index options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.config.reading import is_file, is_folder, resolved
from lpack.errors import BuildError
from lpack.model import IndexOptions, Requirement, RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project
from lpack.requirements.direct import Spot, path_of, shown
from lpack.requirements.document import name_of
from lpack.requirements.lines import logical_lines, options, read_lines, split_hashes
from lpack.requirements.written import as_requirement
from lpack.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAXIMUM_DEPTH = 20
_MOST_FILES = 200
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s+|(?=[./]))(?P<rest>.*)")
_ABOUT_INDEXES = ("-i", "-f", "--index-url", "--extra-index-url", "--find-links")
# Options that change nothing that lpack does: it takes wheels, pins every one by hash, and builds
# only what the configuration names.
_NO_EFFECT = {
    "--prefer-binary",
    "--only-binary",
    "--no-binary",
    "--require-hashes",
    "--trusted-host",
    "--use-feature",
}


@dataclass
class _Reading:
    """What has been read so far, while nested files are followed."""

    root: Path
    environ: Mapping[str, str]
    requirements: list[Requirement] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    hashes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    index: IndexOptions = field(default_factory=IndexOptions)
    files: list[Path] = field(default_factory=list)
    uses_variables: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """Where a line stands, and what that means for it."""

    path: Path
    where: Where
    constraint: bool
    depth: int


def read_requirements_txt(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read a requirements file and the files that it names.

    Raises BuildError LP101 (syntax), LP102 (file missing), LP103 or LP104 (not supported), or
    what makes a folder that it names no project.
    """
    del wanted
    reading = _Reading(root, environ)
    _read_file(path, reading, constraint=False, asked_by=None, depth=0)
    return RequirementSet(
        tuple(reading.requirements),
        tuple(reading.constraints),
        reading.hashes,
        reading.index,
        origin=path_in_project(path, root),
        files=tuple(dict.fromkeys(reading.files)),
        uses_variables=reading.uses_variables,
    )


def _read_file(
    path: Path, reading: _Reading, *, constraint: bool, asked_by: Where | None, depth: int
) -> None:
    name = path_in_project(path, reading.root)
    if depth > MAXIMUM_DEPTH or len(reading.files) > _MOST_FILES:
        raise BuildError("LP101", f"`{name}` includes itself", where=asked_by)
    if not is_file(path):
        raise BuildError(
            "LP102",
            f"requirements file `{name}` does not exist",
            where=asked_by,
            hint="correct the path, or create the file",
        )
    reading.files.append(path)
    for number, written in logical_lines(read_lines(path, name)):
        line = _VARIABLE.sub(lambda match: reading.environ.get(match[1]) or match[0], written)
        # Where a lock that fits was found makes no difference, so an index may change.
        if not written.startswith(_ABOUT_INDEXES):
            reading.uses_variables |= _VARIABLE.search(written) is not None
        _read_line(line, reading, _Line(path, Where(name, number), constraint, depth))


def _read_line(line: str, reading: _Reading, at: _Line) -> None:
    editable = _EDITABLE.fullmatch(line)
    if editable:
        quoted = re.fullmatch(r"""(["'])(.*)\1""", editable["rest"])
        rest = quoted[2] if quoted else editable["rest"]
        _read_requirement(rest, reading, at, editable=True)
    elif line.startswith("-"):
        for name, value in options(line, at.where):
            _read_option(name, value, reading, at)
    else:
        _read_requirement(line, reading, at, editable=False)


def _read_option(name: str, value: str, reading: _Reading, at: _Line) -> None:
    if name in ("--requirement", "--constraint"):
        _read_file(
            at.path.parent / _local(value, at.where),
            reading,
            constraint=at.constraint or name == "--constraint",
            asked_by=at.where,
            depth=at.depth + 1,
        )
    elif name == "--editable":
        _read_requirement(value, reading, at, editable=True)
    elif name not in _NO_EFFECT:
        reading.index = _with_index_option(reading, name, value, at)


def _local(value: str, where: Where) -> str:
    if value.startswith("file:"):
        return path_of(value, where)
    if "://" in value:
        raise BuildError(
            "LP104",
            f"a requirements file of another machine is not read: `{shown(value)}`",
            where=where,
            hint="copy it into the project, so that every build reads the same",
        )
    return value


def _with_index_option(reading: _Reading, name: str, value: str, at: _Line) -> IndexOptions:
    index = reading.index
    if name == "--index-url":
        return replace(index, index_url=value)
    if name == "--extra-index-url":
        return replace(index, extra_index_urls=(*index.extra_index_urls, value))
    if name == "--find-links":
        return replace(index, find_links=(*index.find_links, _link(value, reading.root, at)))
    if name == "--no-index":
        return replace(index, no_index=True)
    return replace(index, prereleases=True)


def _link(value: str, root: Path, at: _Line) -> str:
    """Give the place of `--find-links`: a path starts at the file, else where pip is called."""
    if "://" in value:
        return value
    places = [folder / _local(value, at.where) for folder in (at.path.parent, root)]
    there = (place for place in places if is_folder(place) or is_file(place))
    found = next(there, places[0])
    return str(resolved(found) or found)


def _read_requirement(line: str, reading: _Reading, at: _Line, *, editable: bool) -> None:
    text, hashes = split_hashes(line, at.where)
    # pip starts where it is called, which is the project or the folder of the file.
    spot = Spot(at.where, reading.root, tuple(dict.fromkeys((at.path.parent, reading.root))))
    requirement = Requirement(as_requirement(text, spot, editable=editable), at.where)
    (reading.constraints if at.constraint else reading.requirements).append(requirement)
    if hashes:
        name = name_of(requirement.text)
        reading.hashes[name] = (*reading.hashes.get(name, ()), *hashes)
