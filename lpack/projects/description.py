"""The `.dist-info` folder of a project's wheel.

https://packaging.python.org/en/latest/specifications/core-metadata/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.data import CONFIG_BYTES, read_bytes
from lpack.errors import BuildError
from lpack.model import Where
from lpack.projects.build_system import backend_of
from lpack.projects.document import read_document
from lpack.projects.files import Tree
from lpack.projects.licenses import license_files
from lpack.projects.metadata import file_name_of
from lpack.projects.reading import read_metadata
from lpack.projects.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import LocalProject, Requirement
    from lpack.projects.metadata import Metadata

TAG = "py3-none-any"
_WHEEL = f"Wheel-Version: 1.0\nGenerator: lpack\nRoot-Is-Purelib: true\nTag: {TAG}\n"
# A name must not begin a section or a comment, and neither may hold what ends a line.
_ENTRY = re.compile(r"[^\s=\[#;][^=\r\n]*")
_OF_A_FILE = re.compile(r"\s*@\s*file:[^\s;]*")


def dist_info_folder(project: LocalProject) -> str:
    """Give the name of the folder."""
    return f"{stem(project)}.dist-info"


def stem(project: LocalProject) -> str:
    """Give the `name-version` that the names of its wheel and of its folders begin with."""
    return f"{file_name_of(project.name)}-{project.version.replace('-', '_')}"


def dist_info(project: LocalProject) -> dict[str, bytes]:
    """Give the files of the `.dist-info` folder, by their path in the wheel, without RECORD.

    The readme is left out: nothing reads it at run time. Raises as `read_project`, and BuildError
    LP221 or LP222 for a licence that cannot be read.
    """
    sources = Sources(project.folder, project.folder)
    document = read_document(sources)
    metadata = read_metadata(sources, document)
    tree = Tree(project.folder, project.folder)
    licenses = license_files(metadata, backend_of(document), tree)
    tree.shipped({name: name for name in licenses})
    files = {
        "METADATA": "".join(f"{key}: {value}\n" for key, value in _headers(metadata, licenses)),
        "WHEEL": _WHEEL,
    }
    if metadata.entry_points:
        files["entry_points.txt"] = _entry_points(metadata, sources)
    folder = dist_info_folder(project)
    contents = {f"{folder}/{name}": text.encode() for name, text in files.items()}
    for name in licenses:
        path = f"{folder}/licenses/{name}"
        contents[path] = read_bytes(sources.path(name), sources.shown(name), CONFIG_BYTES)
    return contents


def _headers(metadata: Metadata, licenses: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "Metadata-Version", "2.4"
    yield "Name", metadata.name
    yield "Version", metadata.version
    yield from metadata.fields
    yield from (("License-File", name) for name in licenses)
    yield from (("Requires-Dist", _published(line)) for line in metadata.requirements)
    for extra, lines in metadata.extras:
        yield "Provides-Extra", extra
        yield from (("Requires-Dist", _only_for(extra, line)) for line in lines)


def _published(line: Requirement) -> str:
    """Leave out where a folder lies on this machine: the wheel would differ on another."""
    return _OF_A_FILE.sub("", line.text, count=1)


def _only_for(extra: str, line: Requirement) -> str:
    from packaging.markers import Marker  # noqa: PLC0415 - only where a wheel is made
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - as above

    parsed = Parsed(_published(line))
    condition = f'extra == "{extra}"'
    own = f"({parsed.marker}) and " if parsed.marker else ""
    parsed.marker = Marker(own + condition)
    return str(parsed)


def _entry_points(metadata: Metadata, sources: Sources) -> str:
    groups = []
    for group, pairs in sorted(metadata.entry_points):
        lines = [f"{name} = {called}" for name, called in sorted(pairs)]
        if not all(_ENTRY.fullmatch(one) for one in (group, *sum(pairs, ()))) or "]" in group:
            raise BuildError(
                "LP120",
                "an entry point has a name that entry_points.txt cannot hold",
                where=Where(sources.shown("")),
                hint="write its group, its name and what it calls on one line, without `=`",
            )
        groups.append("\n".join([f"[{group}]", *lines]))
    return "\n\n".join(groups) + "\n"
