"""`[tool.pdm]`: a project's indexes, its old groups, and the overrides that its lock tells.

https://pdm-project.org/latest/usage/config/#configure-the-package-indexes
"""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from lpack.config.reading import is_file, resolved
from lpack.errors import BuildError
from lpack.model import IndexOptions
from lpack.requirements.direct import Spot
from lpack.requirements.document import name_of, normalised
from lpack.requirements.indexes import joined
from lpack.requirements.written import as_requirement
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lpack.model import Requirement
    from lpack.requirements.document import Document

_TOOL = ("tool", "pdm")
_SOURCE = (*_TOOL, "source")
DEVELOPMENT = (*_TOOL, "dev-dependencies")
_EDITABLE = re.compile(r"-e\s+")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def pdm_indexes(
    document: Document, requirements: Iterable[Requirement], environ: Mapping[str, str]
) -> IndexOptions:
    """Give the indexes that PDM asks; raises BuildError LP101 or LP104."""
    _refuse_overrides(document)
    names = {name_of(line.text) for line in requirements}
    return joined(
        option
        for source in document.tables(*_SOURCE)
        if isinstance(source.get("url"), str)
        for option in _of_source(source, names, _url(str(source["url"]), document, environ))
    )


def pdm_group(document: Document, name: str) -> tuple[Requirement, ...] | None:
    """Give a group as PDM kept them before PEP 735; None where it has none of that name.

    Raises BuildError LP101.
    """
    groups = document.table(*DEVELOPMENT)
    key = next((one for one in groups if normalised(one) == normalised(name)), None)
    if key is None:
        return None
    return tuple(
        replace(line, text=_named(line, document) if _EDITABLE.match(line.text) else line.text)
        for line in document.requirements(*DEVELOPMENT, key)
    )


def _named(line: Requirement, document: Document) -> str:
    """Write an editable requirement, which is one in the words of pip."""
    spot = Spot(line.where, document.root, (document.path.parent,))
    return as_requirement(_EDITABLE.sub("", line.text, count=1), spot, editable=True)


def _url(text: str, document: Document, environ: Mapping[str, str]) -> str:
    known = {"PROJECT_ROOT": document.path.parent.as_posix().lstrip("/"), **environ}
    url = _VARIABLE.sub(lambda match: known.get(match[1]) or match[0], text)
    path = document.path.parent / url
    return url if "://" in url else str(resolved(path) or path)


def _of_source(source: Mapping[str, object], names: set[str], url: str) -> Iterator[IndexOptions]:
    if source.get("type") == "find_links":
        yield IndexOptions(find_links=(url,))
        return
    if source.get("name") == "pypi":
        yield IndexOptions(index_url=url)
    else:
        yield IndexOptions(extra_index_urls=(url,))
    included = source.get("include_packages")
    for pattern in included if isinstance(included, list) else ():
        fitting = fnmatch.filter(names, normalised(str(pattern)))
        exact = () if any(mark in str(pattern) for mark in "*?[") else (normalised(str(pattern)),)
        for name in sorted({*fitting, *exact}):
            yield IndexOptions(assigned=((name, url),))


def _refuse_overrides(document: Document) -> None:
    if is_file(document.path.with_name("pdm.lock")):
        return
    for key in ("overrides", "excludes"):
        if document.table(*_TOOL, "resolution").get(key):
            raise BuildError(
                "LP104",
                f"`{key}` of PDM change what distributions ask for, which only its lock tells",
                where=document.where(*_TOOL, "resolution", key),
                hint="run `pdm lock`, and commit pdm.lock",
            )
