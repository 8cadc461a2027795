"""What a rule is: one question about the facts, with one code."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from lpack.platforms import DEFAULT_RUNTIME, RUNTIMES
from lpack.printed import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import NativeFile
    from lpack.model import Diagnostic, Severity


class Rule(Protocol):
    """A module of this folder; its docstring says why the rule exists and how to fix what it finds.

    An error means that Lambda refuses the package, or that its first call fails.
    """

    CODE: str
    """Stable for ever, such as `LP301`."""
    NAME: str
    """What is wrong, in kebab-case."""
    SEVERITY: Severity
    """The worst that the rule reports."""
    SUMMARY: str
    """One line for a table of all rules."""
    SOURCE: str
    """Address of the page that the rule rests on."""
    __doc__: str | None

    def check(self, facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
        """Report what is wrong, without any effect."""
        ...


def newest_runtime(today: date) -> str:
    """Name the runtime to move to: the newest that is neither a preview nor deprecated."""
    supported = (
        runtime.name
        for runtime in RUNTIMES
        if not runtime.preview and (runtime.deprecated is None or runtime.deprecated > today)
    )
    return next(supported, DEFAULT_RUNTIME)


_LISTED = 3


def by_owner(files: Iterable[NativeFile]) -> Iterator[tuple[str, list[NativeFile]]]:
    """Group files by who brings them, own files first."""
    ordered = sorted(files, key=lambda item: (item.owner, item.path))
    for owner, group in groupby(ordered, key=lambda item: item.owner):
        yield owner, list(group)


def listed(files: list[NativeFile]) -> str:
    """Name the first files and count the others."""
    named = ", ".join(f"`{item.path}`" for item in files[:_LISTED])
    others = len(files) - _LISTED
    return f"{named} and {count(others, 'other')}" if others > 0 else named
