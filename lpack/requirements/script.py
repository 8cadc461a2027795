"""A Python file that states its own dependencies, in a `# /// script` block.

https://packaging.python.org/en/latest/specifications/inline-script-metadata/ (PEP 723)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.data import read_text
from lpack.errors import BuildError
from lpack.model import RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project
from lpack.requirements.direct import Spot
from lpack.requirements.document import parse_document
from lpack.requirements.indexes import joined
from lpack.requirements.uv_options import uv_constraints, uv_indexes
from lpack.requirements.uv_sources import UvSources
from lpack.requirements.written import as_named
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.requirements.document import Document

# The expression of the specification, for blocks of this type alone.
_BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def read_script(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the dependencies that a script states.

    Raises BuildError LP101 (malformed), LP102 (no block), LP103, LP104 or LP123; UsageError LP004
    or LP005.
    """
    del wanted, environ
    name = path_in_project(path, root)
    document = _document(path, root, name)
    sources = UvSources(document, alone=True)
    lines = [
        replace(line, text=as_named(line.text, Spot(line.where, root, (path.parent,))))
        for line in document.requirements("dependencies")
    ]
    found = sources.applied(lines)
    return RequirementSet(
        found.requirements,
        uv_constraints(document),
        index=joined((found.index, uv_indexes(document))),
        origin=f"{name} # /// script",
        files=(path,),
    )


def _document(path: Path, root: Path, name: str) -> Document:
    text = read_text(path, name).replace("\r\n", "\n")
    blocks = list(_BLOCK.finditer(text))
    if not blocks:
        raise BuildError(
            "LP102",
            f"`{name}` states no dependencies: it has no `# /// script` block",
            where=Where(name),
            hint="name the file that lists them",
        )
    first, *others = blocks
    if others:
        line = text.count("\n", 0, others[0].start()) + 1
        raise BuildError(
            "LP101", f"`{name}` has two `# /// script` blocks", where=Where(name, line)
        )
    lines = first["content"].splitlines()
    content = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)
    return parse_document(content, path, root, text.count("\n", 0, first.start()) + 1)
