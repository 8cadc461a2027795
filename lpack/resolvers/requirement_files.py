"""The requirements of a question as the files that pip and uv both read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.resolvers.locations import as_url

if TYPE_CHECKING:
    from lpack.resolvers.base import Question


def requirement_lines(question: Question) -> str:
    """Write the requirements."""
    return "".join(f"{one.text}\n" for one in question.requirements.requirements)


def option_lines(question: Question) -> str:
    """Write the options that the requirements' files state about indexes."""
    index = question.requirements.index
    reserved = set(index.reserved)
    lines = [
        *([f"--index-url {index.index_url}"] if index.index_url else []),
        *(f"--extra-index-url {url}" for url in index.extra_index_urls if url not in reserved),
        # A path may have spaces, and a URL has none.
        *(f"--find-links {as_url(link)}" for link in index.find_links),
        *(["--no-index"] if index.no_index else []),
    ]
    return "".join(f"{line}\n" for line in lines)


def constraint_lines(question: Question) -> str:
    """Write the constraints."""
    return "".join(f"{one.text}\n" for one in question.requirements.constraints)
