"""The seal of a manifest: a digest of its text, so that a changed value cannot go unnoticed.

It protects from accidents and from edits that were forgotten, not from a forger, who would write
another one.
"""

from __future__ import annotations

import hashlib

from lpack.lazily import pattern

_HEAD = pattern(r'\A\{\n  "seal": "([0-9a-f]{64})",\n')


def sealed(*pieces: str) -> str:
    """Put the seal into the text of a manifest, given in pieces, as its first key."""
    first, *rest = pieces
    content = _unsealed(first)
    return "".join((f'{{\n  "seal": "{_digest(content, *rest)}",\n', content[2:], *rest))


def seal_holds(text: str) -> bool:
    """Whether the text is the one that was sealed; line ends of another system do not count."""
    plain = text.replace("\r\n", "\n")
    head = _HEAD.match(plain)
    return head is not None and head[1] == _digest(_unsealed(plain))


def _unsealed(text: str) -> str:
    return _HEAD.sub("{\n", text)


def _digest(*pieces: str) -> str:
    digest = hashlib.sha256()
    for one in pieces:
        digest.update(one.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
