"""Reading what others wrote: text, TOML and JSON with limits, and lpack's own data files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.model import Where

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

CONFIG_BYTES = 1_000_000
LOCK_BYTES = 50_000_000
# A dotted key of thousands of parts keeps a TOML parser busy for seconds.
_LONG_DOTTED_KEY = re.compile(r"^[ \t[]*(?:[\w\"'-]+[ \t]*\.[ \t]*){64}", re.MULTILINE)


def read_bytes(path: Path, shown: str, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes, or raise UsageError LP004."""
    try:
        if not path.is_file():
            raise UsageError("LP004", f"`{shown}` is not a regular file", where=Where(shown))
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            "LP004", f"`{shown}` cannot be read: {reason}", where=Where(shown)
        ) from error
    if len(content) > limit:
        raise UsageError("LP004", f"`{shown}` is larger than {limit:,} bytes", where=Where(shown))
    return content


def read_text(path: Path, shown: str, limit: int = CONFIG_BYTES) -> str:
    """Read a UTF-8 file, a byte order mark allowed, or raise UsageError LP004."""
    try:
        return read_bytes(path, shown, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "LP004",
            f"`{shown}` is not UTF-8: byte {error.start} cannot be decoded",
            where=Where(shown),
            hint="save the file as UTF-8",
        ) from error


def parse_toml(text: str, shown: str) -> dict[str, Any]:
    """Parse TOML, or raise UsageError LP005 with the line."""
    import tomli  # noqa: PLC0415 - not needed when nothing changed

    if _LONG_DOTTED_KEY.search(text):
        raise UsageError("LP005", f"`{shown}` has a key of more than 64 parts", where=Where(shown))
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise UsageError(
            "LP005",
            f"`{shown}` is not valid TOML: {error.msg}",
            where=Where(shown, error.lineno, column=error.colno),
        ) from error
    except (ValueError, RecursionError) as error:
        # Python's own words about long integers end with advice to programmers.
        reason = str(error).partition(";")[0]
        if reason.startswith("maximum recursion depth"):
            reason = "values are nested too deeply"
        raise UsageError(
            "LP005", f"`{shown}` is not valid TOML: {reason}", where=Where(shown)
        ) from error


def read_toml(path: Path, shown: str, limit: int = CONFIG_BYTES) -> dict[str, Any]:
    """Read and parse a TOML file, or raise UsageError LP004 or LP005."""
    return parse_toml(read_text(path, shown, limit), shown)


def own_file(folder: str, *parts: str) -> Traversable:
    """Find a file of lpack's `schemas` or `templates`, in a wheel or in a checkout."""
    package = Path(__file__).resolve().parent
    for root in (package / "_data", package.parent):
        if root.joinpath(folder, *parts).is_file():
            return root.joinpath(folder, *parts)
    from importlib import resources  # noqa: PLC0415 - takes long, and only a zip needs it

    return resources.files("lpack").joinpath("_data", folder, *parts)


def own_text(folder: str, *parts: str) -> str:
    """Read a file of lpack's `schemas` or `templates`."""
    return own_file(folder, *parts).read_text(encoding="utf-8")


def own_json(folder: str, *parts: str) -> dict[str, Any]:
    """Read a JSON object of lpack's `schemas`."""
    loaded: dict[str, Any] = json.loads(own_text(folder, *parts))
    return loaded


def own_names(folder: str, *parts: str) -> tuple[str, ...]:
    """List the names in a folder of lpack's `schemas` or `templates`, in no order."""
    package = Path(__file__).resolve().parent
    for root in (package / "_data", package.parent):
        if root.joinpath(folder, *parts).is_dir():
            return tuple(path.name for path in root.joinpath(folder, *parts).iterdir())
    from importlib import resources  # noqa: PLC0415 - takes long, and only a zip needs it

    found = resources.files("lpack").joinpath("_data", folder, *parts)
    return tuple(path.name for path in found.iterdir())
