"""The seal of a manifest: a digest of its text, so that a changed value cannot go unnoticed.

It protects from accidents and from edits that were forgotten, not from a forger, who would write
another one.
"""

from __future__ import annotations

import hashlib
import re

_HEAD = re.compile(r'\A\{\n  "seal": "([0-9a-f]{64})",\n')


def sealed(text: str) -> str:
    """Put the seal into the text of a manifest, as its first key."""
    content = _unsealed(text)
    return f'{{\n  "seal": "{_digest(content)}",\n{content[2:]}'


def seal_holds(text: str) -> bool:
    """Whether the text is the one that was sealed; line ends of another system do not count."""
    plain = text.replace("\r\n", "\n")
    head = _HEAD.match(plain)
    return head is not None and head[1] == _digest(_unsealed(plain))


def _unsealed(text: str) -> str:
    return _HEAD.sub("{\n", text)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
