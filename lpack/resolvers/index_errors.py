"""The errors of an index that cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.resolvers.locations import clean_url, scrub

if TYPE_CHECKING:
    from lpack.model import Where


def unreachable(url: str, reason: str) -> BuildError:
    """Make the error for an index that does not answer."""
    place = f" `{clean_url(url)}`" if url else ""
    return BuildError(
        "LP113",
        f"the package index{place} cannot be reached: {scrub(reason)}",
        hint="check the network, the proxy and the index settings of pip and uv",
    )


def refused(url: str, status: int) -> BuildError:
    """Make the error for an index that wants credentials, or other ones."""
    return BuildError(
        "LP205",
        f"the package index `{clean_url(url)}` refuses access: {status}",
        hint="give credentials for it in netrc, pip.conf or UV_INDEX_NAME_PASSWORD",
    )


def needs_network(what: str, hint: str, where: Where | None = None) -> BuildError:
    """Make the error for a question that cannot be answered offline."""
    return BuildError("LP206", what, where=where, hint=hint)
