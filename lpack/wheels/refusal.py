"""How a wheel is refused: one code, one stable rule name, and text that is safe to print."""

from __future__ import annotations

from typing import Literal

from lpack.errors import BuildError
from lpack.model import Where

Rule = Literal[
    "COLLISION",
    "COMMENT",
    "DATA",
    "DEFLATE_CORRUPT",
    "DEFLATE_END",
    "DEFLATE_TRAIL",
    "DESCRIPTOR",
    "DIRECTORY_PAYLOAD",
    "DIRECTORY_RECORD",
    "DIST_INFO",
    "DUPLICATE",
    "END_RECORD",
    "ENTRY_POINT",
    "EXTRA",
    "FILENAME",
    "FILE_AS_DIRECTORY",
    "FLAGS",
    "GAP",
    "INFLATE_CRC",
    "INFLATE_SIZE",
    "LOCAL_CENTRAL_CRC",
    "LOCAL_CENTRAL_FLAGS",
    "LOCAL_CENTRAL_METHOD",
    "LOCAL_CENTRAL_NAME",
    "LOCAL_CENTRAL_SIZE",
    "LOCAL_HEADER",
    "METADATA",
    "METHOD",
    "MODE_SETUID",
    "MODE_TYPE",
    "MULTI_DISK",
    "NAME_ABSOLUTE",
    "NAME_BACKSLASH",
    "NAME_CONTROL",
    "NAME_DEPTH",
    "NAME_DOTDOT",
    "NAME_EMPTY",
    "NAME_ENCODING",
    "NAME_LENGTH",
    "NAME_PORTABLE",
    "ORPHAN",
    "OVERLAP",
    "POLYGLOT",
    "PREFIX",
    "RATIO",
    "RECORD_ALGORITHM",
    "RECORD_DIGEST",
    "RECORD_DUPLICATE",
    "RECORD_EXTRA",
    "RECORD_FORMAT",
    "RECORD_MISSING",
    "RECORD_SELF",
    "RECORD_SIZE",
    "RECORD_UNHASHED",
    "STORED_SIZE",
    "TOTAL",
    "TRAILING",
    "UNREADABLE",
    "VERSION_NEEDED",
    "WHEEL_FILE",
    "ZIP64",
]
"""The names of the rules; stable, because messages, tests and issue reports cite them."""

# A wheel that is named for something else is the lock's fault, not its publisher's.
_HINTS: dict[Rule, str] = {"FILENAME": "run `lpack lock`, which takes the names from the index"}
_HINT = "lock another version, and report the wheel to the project that published it"
_SHOWN = 120


def refusal(rule: Rule, message: str) -> BuildError:
    """Make the error LP204 that refuses a wheel by `rule`."""
    return BuildError("LP204", f"{message} (rule {rule})", hint=_HINTS.get(rule, _HINT))


def located(error: BuildError, filename: str) -> BuildError:
    """Say in which wheel the refused thing lies."""
    first = error.diagnostics[0]
    return BuildError(first.code, first.message, where=Where(shown(filename)), hint=first.hint)


def shown(name: str | bytes) -> str:
    """Make a foreign name safe to print: ASCII, no control characters, at most 120 long."""
    text = name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else name
    # A backquote would end the quotation in a message.
    escaped = text[: _SHOWN * 2].encode("unicode_escape").decode("ascii").replace("`", "\\x60")
    return escaped if len(escaped) <= _SHOWN else f"{escaped[: _SHOWN - 3]}..."
