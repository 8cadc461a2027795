"""The indexes that a declaration names, and the requirements that it takes from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import IndexOptions
from lpack.requirements.document import normalised
from lpack.validation.wording import listed, shown
from lpack.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import Where

PYPI = "https://pypi.org/simple"


@dataclass(frozen=True, slots=True)
class NamedIndex:
    """An index that requirements can be taken from by its name."""

    name: str
    url: str = field(repr=False)
    reserved: bool = False
    """Whether it serves only what names it."""


def assigned(
    requirement: str, name: object, known: Iterable[NamedIndex], where: Where, declare: str
) -> IndexOptions:
    """Take one requirement from the index of that name alone; raises BuildError LP123."""
    indexes = list(known)
    index = next((one for one in indexes if one.name.lower() == str(name).lower()), None)
    if index is None:
        names = f"declared there: {listed(one.name for one in indexes)}" if indexes else declare
        raise BuildError(
            "LP123",
            f"`{shown(requirement)}` comes from the index `{shown(name)}`, which is not declared",
            where=where,
            hint=names,
        )
    reserved = (index.url,) if index.reserved else ()
    return IndexOptions(assigned=((normalised(requirement), index.url),), reserved=reserved)


def joined(options: Iterable[IndexOptions]) -> IndexOptions:
    """Put index options together; the first that names a main index decides on it."""
    whole = IndexOptions()
    for one in options:
        whole = replace(
            whole,
            index_url=whole.index_url or one.index_url,
            extra_index_urls=_unique(whole.extra_index_urls, one.extra_index_urls),
            find_links=_unique(whole.find_links, one.find_links),
            no_index=whole.no_index or one.no_index,
            prereleases=whole.prereleases or one.prereleases,
            assigned=tuple(dict.fromkeys((*whole.assigned, *one.assigned))),
            reserved=_unique(whole.reserved, one.reserved),
        )
    return whole


def _unique(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))
