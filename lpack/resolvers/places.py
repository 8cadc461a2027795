"""All places that a question is looked up in: the user's settings and those of the requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import replace

if TYPE_CHECKING:
    from lpack.index.settings import Indexes
    from lpack.resolvers.base import Question


def places_of(question: Question, known: Indexes) -> Indexes:
    """Add what a requirements file states to settings, as pip does: its --index-url wins."""
    stated = question.requirements.index
    return replace(
        known,
        index_url=stated.index_url or known.index_url,
        extra_index_urls=(*known.extra_index_urls, *stated.extra_index_urls),
        find_links=(*known.find_links, *stated.find_links),
        no_index=known.no_index or stated.no_index,
        assigned=stated.assigned,
        reserved=stated.reserved,
    )


def asked_indexes(indexes: Indexes) -> tuple[str, ...]:
    """Give every index that may be asked for something."""
    assigned = () if indexes.no_index else tuple(url for _, url in indexes.assigned)
    return (*indexes.urls(), *assigned)
