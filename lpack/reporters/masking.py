"""Which parts of a line are never shown: values of environment variables, and secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.facts.secret_patterns import secret_spans
from lpack.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.toml_spans import Span

MASK = "***"
# What is called a secret, in any notation: `db_password: "…"`, `API_KEY=…`, `{"token": "…"}`.
_NAMED = pattern(
    r"""(?i)(?:secret|token|passw(?:or)?d|passphrase|credential|api_?key|access_?key
    |private_?key)\w{0,64}["']?\s{0,8}[:=]\s{0,8}(?=[^\s=])(?P<value>"[^"]*"?|'[^']*'?|[^\s,;#]+)""",
    re.VERBOSE,
)


def masked(line: str, hidden: Iterable[Span] = ()) -> list[Span]:
    """Give the parts of a line that must not be seen, in order and apart from each other.

    `hidden` are parts that are known to be such.
    """
    found = [*hidden, *secret_spans(line)]
    if ":" in line or "=" in line:
        found += (one.span("value") for one in _NAMED.finditer(line))
    shorter = [(end - len(line[start:end].lstrip()), end) for start, end in found]
    joined: list[Span] = []
    for start, end in sorted(shorter):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
