"""Requirements files as pip reads them: nested files, constraints, hashes and index options."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lpack.data import read_text
from lpack.errors import BuildError
from lpack.model import IndexOptions, Requirement, RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAXIMUM_DEPTH = 20
_COMMENT = re.compile(r"(^|\s)#.*$")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_OPTION_START = re.compile(r"\s(?=--?[a-zA-Z])")
_PATH_LIKE = re.compile(r"^(\.{0,2}/|\.$|\.\.$|~|file:)")
_VERSION_CONTROL = re.compile(r"^(git|hg|svn|bzr)\+|@\s*(git|hg|svn|bzr)\+")
# What `pip freeze` writes of a project that is installed in place.
_OWN = (".", "./")
_ABOUT_INDEXES = ("-i", "-f", "--index-url", "--extra-index-url", "--find-links")
_SHORT = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "--pypi-url": "--index-url",
    "-f": "--find-links",
}
# Options that change nothing that lpack does: it takes wheels only, and pins every one by hash.
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


def read_requirements_txt(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read a requirements file and the files that it names.

    Raises BuildError LP101 (syntax), LP102 (file missing) or LP104 (not supported).
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
        files=tuple(reading.files),
        uses_variables=reading.uses_variables,
    )


def _read_file(
    path: Path, reading: _Reading, *, constraint: bool, asked_by: Where | None, depth: int
) -> None:
    name = path_in_project(path, reading.root)
    if depth > MAXIMUM_DEPTH:
        raise BuildError("LP101", f"`{name}` includes itself", where=asked_by)
    if not path.is_file():
        raise BuildError(
            "LP102",
            f"requirements file `{name}` does not exist",
            where=asked_by,
            hint="correct the path, or create the file",
        )
    reading.files.append(path)
    for number, written in logical_lines(read_text(path, name)):
        where = Where(name, number)
        line = _VARIABLE.sub(lambda match: reading.environ.get(match[1], match[0]), written)
        # Where a lock that fits was found makes no difference, so an index may change.
        if not written.startswith(_ABOUT_INDEXES):
            reading.uses_variables |= _VARIABLE.search(written) is not None
        if line.startswith("-"):
            _read_option(line, path, reading, where, constraint=constraint, depth=depth)
        else:
            _read_requirement(line, reading, where, constraint=constraint)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines with their numbers: joined at backslashes, without comments."""
    start, joined = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        # As pip does: a comment line inside a continued line ends nothing.
        content = "" if joined and line.lstrip().startswith("#") else line
        if content.endswith("\\"):
            joined += content[:-1].rstrip() + " "
            continue
        whole = _COMMENT.sub("", joined + content).strip()
        if whole:
            yield start, whole
        start, joined = 0, ""
    if joined.strip():
        yield start, joined.strip()


def _read_option(  # noqa: PLR0913 - one place that knows all of a line
    line: str, path: Path, reading: _Reading, where: Where, *, constraint: bool, depth: int
) -> None:
    name, value = _split_option(line, where)
    if name in ("--requirement", "--constraint"):
        if "://" in value:
            raise BuildError(
                "LP104",
                f"a requirements file of another machine is not read: `{value}`",
                where=where,
                hint="copy it into the project, so that every build reads the same",
            )
        nested = path.parent / value
        _read_file(
            nested,
            reading,
            constraint=constraint or name == "--constraint",
            asked_by=where,
            depth=depth + 1,
        )
    elif name == "--editable":
        raise _unsupported("an editable requirement", value, where, own=value in _OWN)
    elif name not in _NO_EFFECT:
        reading.index = _with_index_option(reading.index, name, value, path, where)


def _split_option(line: str, where: Where) -> tuple[str, str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise BuildError(
            "LP101", f"`{line}` is not a valid option: {error}", where=where
        ) from error
    name, equals, value = words[0].partition("=")
    if not equals and name[:2] in _SHORT and name not in _SHORT:
        name, value = name[:2], name[2:]
    return _SHORT.get(name, name), value or " ".join(words[1:])


def _with_index_option(
    index: IndexOptions, name: str, value: str, path: Path, where: Where
) -> IndexOptions:
    if name == "--index-url":
        return replace(index, index_url=value)
    if name == "--extra-index-url":
        return replace(index, extra_index_urls=(*index.extra_index_urls, value))
    if name == "--find-links":
        local = value if "://" in value else str((path.parent / value).resolve())
        return replace(index, find_links=(*index.find_links, local))
    if name == "--no-index":
        return replace(index, no_index=True)
    if name == "--pre":
        return replace(index, prereleases=True)
    raise BuildError("LP101", f"`{name}` is not an option of a requirements file", where=where)


def _read_requirement(line: str, reading: _Reading, where: Where, *, constraint: bool) -> None:
    text, hashes = _split_hashes(line, where)
    if _VERSION_CONTROL.search(text):
        raise _unsupported("a version control requirement", text, where)
    if _PATH_LIKE.match(text):
        raise _unsupported("a local path", text, where, own=text in _OWN)
    if "://" in text and "@" not in text.split("://", 1)[0]:
        text = _named_url(text, where)
    (reading.constraints if constraint else reading.requirements).append(Requirement(text, where))
    if hashes:
        name = re.split(r"[\s\[<>=!~;@(]", text, maxsplit=1)[0]
        normalised = re.sub(r"[-_.]+", "-", name).lower()
        reading.hashes[normalised] = (*reading.hashes.get(normalised, ()), *hashes)


def _split_hashes(line: str, where: Where) -> tuple[str, tuple[str, ...]]:
    parts = _OPTION_START.split(line)
    hashes = []
    for option in parts[1:]:
        name, _, value = option.strip().replace(" ", "=", 1).partition("=")
        if name == "--hash":
            hashes.append(value.strip())
        elif name not in ("--global-option", "--config-settings", "--install-option"):
            raise BuildError("LP101", f"`{name}` is not an option of a requirement", where=where)
    return parts[0].strip(), tuple(hashes)


def _named_url(url: str, where: Where) -> str:
    bare = url.split(";", 1)[0].strip()
    filename = unquote(urlsplit(bare).path.rsplit("/", 1)[-1])
    if not filename.endswith(".whl"):
        raise _unsupported("a URL that is not a wheel", url, where)
    return f"{filename.split('-', 1)[0]} @ {url}"


def _unsupported(kind: str, text: str, where: Where, *, own: bool = False) -> BuildError:
    hint = "publish it to an index, or put its files below `source`"
    if own:
        hint = "remove the line: the project's own files are packed from `source`"
    return BuildError(
        "LP104",
        f"{kind} cannot be packaged: `{text}`",
        where=where,
        hint=hint,
    )
