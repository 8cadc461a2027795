"""Parses source code of strangers, which may nest deeper than a stack is."""

from __future__ import annotations

import ast
import sys
import warnings

_GUARDS_ITSELF = (3, 11)
"""The first Python that counts how deep it is while it makes a tree; older ones crash."""
_SHALLOW = 20_000
"""Bytes; whatever has no more fits onto the stack of any thread."""
_STACK = 512 << 20
"""Bytes of address space, enough for a level in every second byte of the largest file."""


def parse(
    source: bytes, path: str = "<unknown>", feature_version: tuple[int, int] | None = None
) -> ast.Module:
    """Parse a file, without a word about odd but valid code.

    Raises SyntaxError, ValueError (a null byte, before Python 3.12), and RecursionError or
    MemoryError for what is nested too deeply.
    """
    if sys.version_info >= _GUARDS_ITSELF or len(source) <= _SHALLOW:
        return _parsed(source, path, feature_version)
    return _on_large_stack(source, path, feature_version)


def _parsed(source: bytes, path: str, feature_version: tuple[int, int] | None) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, path, feature_version=feature_version)


def _on_large_stack(
    source: bytes, path: str, feature_version: tuple[int, int] | None
) -> ast.Module:
    import threading  # noqa: PLC0415 - only for large files, and an old Python

    found: list[ast.Module | BaseException] = []

    def run() -> None:
        try:
            found.append(_parsed(source, path, feature_version))
        except BaseException as error:  # noqa: BLE001 - raised again below
            found.append(error)

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run)
        thread.start()
    except RuntimeError as error:  # there is no such room
        raise MemoryError from error
    finally:
        threading.stack_size(before)
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]
