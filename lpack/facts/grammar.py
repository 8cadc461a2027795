"""Parsing source code by the grammar of the target's Python, without running any of it."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

from lpack.syntax_trees import parse as parse_tree
from lpack.values import dataclass

if TYPE_CHECKING:
    import ast

_FREE_FSTRINGS = (3, 12)
"""The first Python with PEP 701."""
_STARRED_INDEX = (3, 11)
"""The first Python after which the parser tells newer syntax apart, but for that."""


@dataclass(frozen=True, slots=True)
class BadSyntax:
    """Why a file is no Python of the target."""

    message: str
    line: int | None
    certain: bool
    """False when the host's Python is older than the target's, and so may be the one at fault."""
    column: int | None = None
    """1-based, in characters."""


class TooDeep(Exception):
    """The file nests deeper than the host's parser goes."""


def parse(source: bytes, path: str, python: tuple[int, int]) -> ast.Module | BadSyntax:
    """Parse a module as the target's Python would, as far as the host's Python can tell.

    The compiler sees the tree too, since it refuses what the grammar lets pass, such as a
    `return` outside a function. Raises TooDeep when the host cannot parse the file at all.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parse_tree(source, path, python)
            compile(tree, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        line, column = error.lineno or None, error.offset or None
        return BadSyntax(error.msg, line, host_knows(python), column)
    except ValueError as error:  # a null byte, before Python 3.12
        return BadSyntax(str(error), None, host_knows(python))
    except (RecursionError, MemoryError) as error:
        raise TooDeep from error
    return _too_new(tree, source, python) or tree


def _too_new(tree: ast.Module, source: bytes, python: tuple[int, int]) -> BadSyntax | None:
    """Find what the parser lets pass although the target's Python does not know it."""
    if python < _STARRED_INDEX:
        from lpack.facts.newer_syntax import first_newer  # noqa: PLC0415 - for older targets only

        newer = first_newer(tree, source, python)
        if newer is not None:
            return BadSyntax(newer.message, newer.line, certain=True)
    if python >= _FREE_FSTRINGS or not host_knows(_FREE_FSTRINGS):
        return None
    from lpack.facts.fstrings import first_free_fstring  # noqa: PLC0415 - for older targets only

    line = first_free_fstring(source)
    if line is None:
        return None
    return BadSyntax("the f-string needs Python 3.12", line, certain=True)


def host_knows(python: tuple[int, int]) -> bool:
    """Tell whether the running Python knows the whole grammar of another."""
    return sys.version_info[:2] >= python
