"""What `[tool.uv]` says of the resolution as a whole: constraints, overrides and indexes.

https://docs.astral.sh/uv/reference/settings/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.config.reading import is_file, resolved
from lpack.errors import BuildError
from lpack.model import IndexOptions
from lpack.requirements.indexes import joined
from lpack.requirements.uv_sources import index_url

if TYPE_CHECKING:
    from lpack.model import Requirement
    from lpack.requirements.document import Document

_TOOL = ("tool", "uv")
_REPLACING = ("override-dependencies", "exclude-dependencies")


def uv_constraints(document: Document) -> tuple[Requirement, ...]:
    """Give the constraints of a workspace's root; raises BuildError LP101 or LP104.

    Overrides are refused where no uv.lock lies beside, which has them applied.
    """
    locked = is_file(document.path.with_name("uv.lock"))
    for key in () if locked else _REPLACING:
        if document.strings(*_TOOL, key):
            raise BuildError(
                "LP104",
                f"`{key}` changes what distributions ask for, which only uv's lock tells",
                where=document.where(*_TOOL, key),
                hint="run `uv lock`, and commit uv.lock",
            )
    return document.requirements(*_TOOL, "constraint-dependencies")


def uv_indexes(document: Document) -> IndexOptions:
    """Give the indexes that serve all requirements; raises BuildError LP101."""
    table = document.table(*_TOOL)
    folder = document.path.parent
    main: list[IndexOptions] = []
    others: list[IndexOptions] = []
    for one in document.tables(*_TOOL, "index"):
        if not isinstance(one.get("url"), str) or one.get("explicit") is True:
            continue
        url = index_url(one["url"], folder)
        if one.get("format") == "flat":
            others.append(IndexOptions(find_links=(url,)))
        elif one.get("default") is True:
            main.append(IndexOptions(index_url=url))
        else:
            others.append(IndexOptions(extra_index_urls=(url,)))
    if isinstance(table.get("index-url"), str):
        main.append(IndexOptions(index_url=index_url(table["index-url"], folder)))
    extra = [index_url(url, folder) for url in document.strings(*_TOOL, "extra-index-url")]
    links = [
        link if "://" in link else str(resolved(folder / link) or folder / link)
        for link in document.strings(*_TOOL, "find-links")
    ]
    general = IndexOptions(
        extra_index_urls=tuple(extra),
        find_links=tuple(links),
        no_index=table.get("no-index") is True,
        prereleases=table.get("prerelease") == "allow",
    )
    return joined((*main, *others, general))
