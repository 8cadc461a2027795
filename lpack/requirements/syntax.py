"""Requirement lines (PEP 508), parsed before anything relies on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lpack.errors import BuildError
from lpack.requirements.direct import SDIST_ENDINGS, shown

if TYPE_CHECKING:
    from lpack.model import Requirement


# Python and the resolvers refuse to read longer ones, each in its own words.
_LONG_NUMBER = re.compile(r"\d{100}")
_REPOSITORIES = ("git+https", "git+http", "git+ssh", "git+git", "git+file")


def check_syntax(
    lines: tuple[Requirement, ...], *, sources: bool = False, wheels_here: bool = False
) -> list[object]:
    """Parse requirement lines (PEP 508).

    `sources` allows folders, repositories and sdists, `wheels_here` wheels on this machine.
    Raises BuildError LP101 or LP104 for all that are malformed, or no wheel and no allowed source.
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
            if one.url is not None and not _is_address(
                one.url, sources=sources, wheels_here=sources or wheels_here
            ):
                errors.append(_no_address(line, sources=sources))
            parsed.append(one)
        except (InvalidRequirement, RecursionError) as error:
            reason = re.split(r"\n", str(error), maxsplit=1)[0]
            errors.append(
                BuildError(
                    "LP101",
                    f"`{shown(line.text)}` is not a requirement: {shown(reason)}",
                    where=line.where,
                    hint="write it as `name>=1.2`",
                )
            )
    if errors:
        raise BuildError.of(tuple(error.diagnostics[0] for error in errors))
    return parsed


def _is_address(url: str, *, sources: bool, wheels_here: bool) -> bool:
    try:
        parts = urlsplit(url)
        filename = unquote(parts.path.rsplit("/", 1)[-1])
    except ValueError:
        return False
    if not unquote(url).isprintable():
        return False
    if filename.endswith(".whl"):
        schemes = ("https", "http", "file") if wheels_here else ("https", "http")
        return parts.scheme in schemes and _is_wheel(filename)
    return sources and _is_source(parts.scheme, parts.netloc, parts.path)


def _is_source(scheme: str, host: str, path: str) -> bool:
    if scheme == "file":
        return path.startswith("/") and host in ("", "localhost")
    if scheme in ("https", "http"):
        return bool(host) and unquote(path).lower().endswith(SDIST_ENDINGS)
    return scheme in _REPOSITORIES and bool(host or scheme == "git+file")


def _is_wheel(filename: str) -> bool:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415 - 100 ms

    try:
        parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return False
    return True


def _no_address(line: Requirement, *, sources: bool) -> BuildError:
    kinds = "address of a wheel, source distribution, folder or git repository"
    return BuildError(
        "LP104",
        f"`{shown(line.text)}` is not the {kinds if sources else 'http address of a wheel'}",
        where=line.where,
        hint="publish it to an index, or put its files below `source`",
    )
