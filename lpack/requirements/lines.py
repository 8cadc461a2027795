"""The text of a requirements file as pip takes it apart, before a line means anything.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import codecs
import shlex
from typing import TYPE_CHECKING

from lpack.data import CONFIG_BYTES, read_bytes
from lpack.errors import BuildError, UsageError
from lpack.lazily import pattern
from lpack.model import Where
from lpack.printed import safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMENT = pattern(r"(^|\s+)#.*$")
_CODING = pattern(rb"^#.*?coding[:=][ \t]*([-\w.]+)")
# UTF-32 goes first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_OPTION_START = pattern(r"\s(?=--?[a-zA-Z])")
_SHORT = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "--pypi-url": "--index-url",
    "-f": "--find-links",
}
_WITH_VALUE = (
    "--requirement",
    "--constraint",
    "--editable",
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--only-binary",
    "--no-binary",
    "--trusted-host",
    "--use-feature",
)
_SWITCHES = ("--no-index", "--pre", "--prefer-binary", "--require-hashes")


def read_lines(path: Path, shown: str) -> str:
    """Read the file in the encoding that its first bytes state, or raise UsageError LP004.

    Where they state none it is UTF-8. pip then tries the encoding of the machine, which would
    make two packages of one file.
    """
    content = read_bytes(path, shown, CONFIG_BYTES)
    mark, encoding = next(
        ((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "")
    )
    try:
        return content[len(mark) :].decode(encoding or _stated_encoding(content) or "utf-8")
    except (UnicodeDecodeError, LookupError) as error:
        raise UsageError(
            "LP004",
            f"`{shown}` is not {encoding or 'UTF-8'}, and states no other encoding",
            where=Where(shown),
            hint="save the file as UTF-8",
        ) from error


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines with their numbers: joined at backslashes, without comments."""
    start, joined = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        # A comment ends a continued line, even with a backslash at its own end.
        is_comment = _COMMENT.match(line) is not None
        if line.endswith("\\") and not is_comment:
            joined += line.strip("\\")
            continue
        yield from _without_comment(start, joined + (f" {line}" if is_comment else line))
        start, joined = 0, ""
    yield from _without_comment(start, joined)


def options(line: str, where: Where) -> Iterator[tuple[str, str]]:
    """Give the options of a line by long name; a line may have several.

    Raises BuildError LP101 for what is none.
    """
    words = iter(_words(line, where))
    for word in words:
        written, equals, value = word.partition("=")
        if not equals and not word.startswith("--") and written not in _SHORT:
            written, value = word[:2], word[2:]
        name = _option(_SHORT.get(written, written), where)
        if name in _WITH_VALUE and not value:
            value = next(words, "")
        if bool(value) != (name in _WITH_VALUE):
            state = "has a value" if value else "has no value"
            raise BuildError("LP101", f"`{name}` {state}", where=where)
        yield name, value


def split_hashes(line: str, where: Where) -> tuple[str, tuple[str, ...]]:
    """Take the options off a requirement, and give the hashes among them."""
    parts = _OPTION_START.split(line)
    hashes = []
    for option in parts[1:]:
        name, _, value = option.strip().replace(" ", "=", 1).partition("=")
        if name == "--hash":
            hashes.append(value.strip())
        elif name not in ("--global-option", "--config-settings", "--install-option"):
            raise BuildError(
                "LP101", f"`{safe(name)}` is not an option of a requirement", where=where
            )
    return parts[0].strip(), tuple(hashes)


def _stated_encoding(content: bytes) -> str:
    """Find `# -*- coding: … -*-` in the first two lines."""
    found = (_CODING.match(line) for line in content.split(b"\n", 2)[:2])
    return next((match[1].decode("ascii", "replace") for match in found if match), "")


def _without_comment(number: int, line: str) -> Iterator[tuple[int, str]]:
    whole = _COMMENT.sub("", line).strip()
    if whole:
        yield number, whole


def _words(line: str, where: Where) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise BuildError(
            "LP101", f"`{safe(line)}` is not a valid option: {error}", where=where
        ) from error


def _option(name: str, where: Where) -> str:
    """Find the option that is meant; its beginning is enough, as in pip."""
    known = (*_WITH_VALUE, *_SWITCHES)
    meant = [one for one in known if name.startswith("--") and one.startswith(name)]
    if name in known or len(meant) == 1:
        return name if name in known else meant[0]
    raise BuildError(
        "LP101", f"`{safe(name)}` is not an option of a requirements file", where=where
    )
