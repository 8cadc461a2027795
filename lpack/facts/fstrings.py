"""Finding f-strings that Python 3.12 made possible, which `ast` does not refuse for older ones."""

from __future__ import annotations

import io
import tokenize


def first_free_fstring(source: bytes) -> int | None:
    """Give the line of the first f-string that only PEP 701 allows, or None when there is none.

    Before, the fields of an f-string held no quote of its own, no backslash and no comment. The
    running Python has to know PEP 701 itself, or it takes an f-string for one token.
    """
    quotes: list[str] = []
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            kind = tokenize.tok_name[token.type]
            if kind == "FSTRING_END":
                quotes.pop()
            elif _is_free(kind, token.string, quotes):
                return token.start[0]
            if kind == "FSTRING_START":
                quotes.append(token.string.lstrip("fFrR"))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return None
    return None


def _is_free(kind: str, text: str, quotes: list[str]) -> bool:
    """Tell whether an older Python would stumble over a token inside f-strings."""
    if kind == "FSTRING_MIDDLE":  # the text of the innermost f-string, not of a field
        quotes = quotes[:-1]
    if not quotes:
        return False
    ends_line = kind == "NL" and len(quotes[0]) == 1
    return kind == "COMMENT" or ends_line or "\\" in text or any(quote in text for quote in quotes)
