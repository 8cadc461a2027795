"""Requirement lines (PEP 508), parsed before anything relies on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lpack.errors import BuildError

if TYPE_CHECKING:
    from lpack.model import Requirement


# Python and the resolvers refuse to read longer ones, each in its own words.
_LONG_NUMBER = re.compile(r"\d{100}")


def check_syntax(lines: tuple[Requirement, ...]) -> list[object]:
    """Parse requirement lines (PEP 508).

    Raises BuildError LP101 or LP104 for all that are malformed or no wheel.
    """
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - 100 ms
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms

    parsed: list[object] = []
    errors = []
    for line in lines:
        try:
            one = Parsed(line.text)
            if _LONG_NUMBER.search(str(one.specifier)):
                raise InvalidRequirement("a number of its version is too long")  # noqa: TRY301
            if one.url is not None and not _is_wheel_address(one.url):
                errors.append(_no_wheel_address(line))
            parsed.append(one)
        except (InvalidRequirement, RecursionError) as error:
            reason = re.split(r"\n", str(error), maxsplit=1)[0]
            errors.append(
                BuildError(
                    "LP101",
                    f"`{line.text}` is not a requirement: {reason}",
                    where=line.where,
                    hint="write it as `name>=1.2`",
                )
            )
    if errors:
        raise BuildError.of(tuple(error.diagnostics[0] for error in errors))
    return parsed


def _is_wheel_address(url: str) -> bool:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415 - 100 ms

    try:
        parts = urlsplit(url)
        parse_wheel_filename(unquote(parts.path.rsplit("/", 1)[-1]))
    except (InvalidWheelFilename, ValueError):
        return False
    return parts.scheme in ("https", "http") and unquote(url).isprintable()


def _no_wheel_address(line: Requirement) -> BuildError:
    return BuildError(
        "LP104",
        f"`{line.text}` is not the http address of a wheel",
        where=line.where,
        hint="publish it to an index, or put its files below `source`",
    )
