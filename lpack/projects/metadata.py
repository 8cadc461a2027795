"""What a project states of itself, whatever file and form it is stated in."""

from __future__ import annotations

import re

from lpack.errors import BuildError
from lpack.model import Requirement, Where
from lpack.values import dataclass

_SEPARATORS = re.compile(r"[-_.]+")
_NAME = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_LONGEST = 120
_LONG_NUMBER = re.compile(r"\d{100}")

Requirements = tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """A distribution, as its source tree describes it."""

    name: str
    """As it is written."""
    version: str
    """As PEP 440 normalises it."""
    requirements: Requirements = ()
    extras: tuple[tuple[str, Requirements], ...] = ()
    """Normalised name of an extra, and what it adds."""
    fields: tuple[tuple[str, str], ...] = ()
    """Further fields of METADATA by their names there, such as Summary, in order."""
    entry_points: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Group, such as console_scripts, to names and what they call."""
    licenses: tuple[str, ...] | None = None
    """Patterns of licence files; None for those that the build backend assumes."""
    license_file: str = ""
    """The one file that holds the licence, where it is named."""

    def field(self, name: str) -> str:
        """Give the value of a field, or an empty text."""
        return next((value for key, value in self.fields if key == name), "")


def normal(name: str) -> str:
    """Normalise the name of a distribution or of an extra."""
    return _SEPARATORS.sub("-", name).lower()


def file_name_of(name: str) -> str:
    """Spell the name of a distribution as the names of wheels do."""
    return normal(name).replace("-", "_")


def checked_name(name: object, where: Where) -> str:
    """Take the name of a distribution, or raise BuildError LP120."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise BuildError(
            "LP120",
            f"`{_shown(name)}` is not the name of a distribution",
            where=where,
            hint="use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
        )
    return name


def checked_version(version: object, where: Where) -> str:
    """Normalise a version as PEP 440 says, or raise BuildError LP120."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - only where one is read

    try:
        if not isinstance(version, str) or len(version) > _LONGEST:
            raise InvalidVersion  # noqa: TRY301 - one message for all
        return str(Version(version.strip()))
    except InvalidVersion as error:
        raise BuildError(
            "LP120",
            f"`{_shown(version)}` is not a version",
            where=where,
            hint="write it as `1.2.3`",
        ) from error


def checked_requirement(text: str, where: Where) -> Requirement:
    """Take a requirement as PEP 508 writes it, or raise BuildError LP120."""
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - as above
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - as above

    try:
        parsed = Parsed(text)
        if _LONG_NUMBER.search(str(parsed.specifier)):
            raise InvalidRequirement("a number of its version is too long")  # noqa: TRY301
        return Requirement(str(parsed), where)
    except (InvalidRequirement, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise BuildError(
            "LP120",
            f"`{_shown(text)}` is not a requirement: {reason}",
            where=where,
            hint="write it as `name>=1.2`",
        ) from error


def one_line(value: object) -> str:
    """Write a value as one header of METADATA can hold it."""
    return " ".join(str(value).split())


def needs_backend(name: str, what: str, where: Where) -> BuildError:
    """Make the error LP117: something is only known when the build backend has run."""
    return BuildError(
        "LP117",
        f"{what} of `{_shown(name)}` is known only to its build backend, which would have to run",
        where=where,
        hint=f'allow it by name: `build-from-source = ["{_shown(normal(name))}"]`',
    )


def _shown(value: object) -> str:
    text = str(value)[: _LONGEST + 1]
    text = "".join(letter if letter.isprintable() and letter != "`" else "?" for letter in text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
