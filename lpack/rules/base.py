"""What a rule is: one question about the facts, with one code."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from lpack.facts.native_files import runtimes_of
from lpack.facts.sizes import NEAR
from lpack.model import Diagnostic, Where
from lpack.platforms import DEFAULT_RUNTIME, OWN_RUNTIMES, RUNTIMES
from lpack.printed import count
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from lpack.facts import Facts
    from lpack.facts.bootstrap import BootstrapFault, FaultKind
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import Load, NativeFile
    from lpack.facts.part_findings import Standing, Unshipped
    from lpack.model import Flaw, FlawKind, Severity


class Rule(Protocol):
    """A module of this folder; its docstring says why the rule exists and how to fix what it finds.

    `Example:` of the docstring shows what is wrong and what is right, line by line.

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


def newest_runtime(today: date, *, is_own: bool = False) -> str:
    """Name the runtime to move to: the newest that is neither a preview nor deprecated.

    Who brings a runtime of its own stays with that.
    """
    supported = (
        runtime.name
        for runtime in (OWN_RUNTIMES if is_own else RUNTIMES)
        if not runtime.preview and (runtime.deprecated is None or runtime.deprecated > today)
    )
    return next(supported, DEFAULT_RUNTIME)


def bootstrap_faults(facts: Facts, kind: FaultKind) -> Iterator[tuple[str, BootstrapFault, Where]]:
    """Give the faults of one kind of a function's own runtime: path, fault, and place."""
    found = facts.bootstrap
    for fault in found.faults if found is not None else ():
        if fault.kind == kind and found is not None:
            is_text = kind in ("interpreter", "line-ends") and fault.is_certain
            place = Where(found.path, 1) if is_text else facts.function.where("source")
            yield found.path, fault, place


_LISTED = 3
_LARGEST = 3
_LONGEST_CHAIN = 5
_ORDER = {"error": 0, "warning": 1, "info": 2}


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


def lacking(
    files: Iterable[NativeFile], facts: Facts, severities: Mapping[Load, Severity], *, unsure: bool
) -> Iterator[tuple[str, Severity, list[NativeFile]]]:
    """Group files that lack something by owner, the worst first, and tell how bad that one is.

    Nothing is an error where `unsure`, because it may be there all the same; nor is what a
    distribution for every platform brings.
    """
    for owner, group in by_owner(files):
        if owner not in facts.misfits:  # of those the whole wheel is reported
            ordered = sorted(group, key=lambda item: _ORDER[severities[item.load]])
            severity = severities[ordered[0].load]
            milder = unsure or owner in facts.platform_neutral
            yield owner, "warning" if milder and severity == "error" else severity, ordered


def runtimes_that_load(files: list[NativeFile], facts: Facts) -> str:
    """Name the runtimes that can load all of these files; empty if there are none."""
    architecture = facts.function.target.architecture
    loading = [runtimes_of(item, facts.libraries, architecture) for item in files]
    names = [runtime.name for runtime in RUNTIMES if all(runtime.name in one for one in loading)]
    known = [runtime.name for runtime in RUNTIMES]
    if len(names) > 1 and names == known[: len(names)]:
        return f"{names[-1]} and later"
    return ", ".join(reversed(names))


def report_flaws(  # noqa: PLR0913 - what a diagnostic is made of
    facts: Facts, kind: FlawKind, code: str, severity: Severity, milder: Severity, hint: str
) -> Iterator[Diagnostic]:
    """Report what is odd about the archives, those of one kind together, by archive."""
    found = sorted((one for one in facts.flaws if one.kind == kind), key=_weight)
    for (archive, mild), group in groupby(found, key=lambda one: (one.archive, one.mild)):
        first, *others = group
        what = first.what if first.path else f"`{shown(archive)}` {first.what}"
        more = f", and so {count(len(others), 'other')}" if others else ""
        yield Diagnostic(code, milder if mild else severity, what + more, Where(archive), hint)


def _weight(one: Flaw) -> tuple[str, bool]:
    return one.archive, one.mild


def is_near(size: int, limit: int) -> bool:
    """Tell whether something has 80 % of a limit or more, and not more than all of it."""
    return limit * NEAR <= size <= limit


def percent(size: int, limit: int) -> str:
    """Write a part of a limit; what is over it is never written as 100 %."""
    exact = size * 100 / limit if limit else 100.0
    return f"{exact:.0f} %" if round(exact) != 100 or size == limit else f"{exact:.2f} %"  # noqa: PLR2004 - per cent


def shares(sizes: Mapping[str, int]) -> str:
    """Name the largest owners, each with its part of all; the empty name is that of own files."""
    total = sum(sizes.values()) or 1
    ordered = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    named = (f"{name or 'own files'} {size / total:.0%}" for name, size in ordered[:_LARGEST])
    others = len(ordered) - _LARGEST
    more = f" and {count(others, 'other')}" if others > 0 else ""
    return ", ".join(named).replace("%", " %") + more


def ends_in(facts: Facts) -> str:
    """Name the class of error that a call of the handler ends in, to follow a message."""
    return f" ({facts.handler.error})" if facts.handler.error else ""


def trigger_key(place: int, option: str) -> tuple[str, ...]:
    """Name the keys of an option of a trigger, then of what is above it."""
    return f"triggers.{place}.{option}", f"triggers.{place}", "triggers"


def of_owner(owner: str) -> str:
    """Name whose native code is meant, after `native code`."""
    return f" of {owner}" if owner else ""


def unshipped(facts: Facts, standings: Iterable[Standing]) -> Iterator[tuple[Unshipped, str]]:
    """Give each module that is not shipped once, by its strongest import, and who imports it.

    The words follow `imported`, and begin with a space or are empty.
    """
    wanted = frozenset(standings)
    found = [one for one in facts.parts.unshipped if one.standing in wanted]
    told: set[str] = set()
    for one in found:
        if one.module not in told:
            told.add(one.module)
            files = sum(other.module == one.module for other in found)
            yield one, _importer(one, files)


def severity_of_import(one: Unshipped) -> Severity:
    """Tell how bad it is that a module is not there: only what runs at once fails for certain."""
    return "error" if one.certain else "warning"


def place_of_import(facts: Facts, one: Unshipped) -> Where:
    """Point to an import of the function's own; a distribution is in its requirements."""
    return facts.function.where("requirements") if one.owner else Where(one.path, one.line)


def _importer(one: Unshipped, files: int) -> str:
    if not one.owner:
        others = f", in {count(files - 1, 'other file')} as well" if files > 1 else ""
        return others if one.certain else f" where it is called{others}"
    others = f" and in {count(files - 1, 'other file')}" if files > 1 else ""
    names = one.chain
    if len(names) > _LONGEST_CHAIN:
        names = (*names[:2], "…", *names[-2:])
    return f" by {one.owner}{others}: {' → '.join(names)} ({one.path}:{one.line})"


_BESIDE = frozenset({"__MACOSX", ".DS_Store", "README.md", "LICENSE", "requirements.txt"})
"""What may lie beside the folder that was zipped, and means nothing."""
_OF_DEPENDENCIES = frozenset({"package", "python", "site-packages"})


def wrong_root(facts: Facts) -> str:
    """Give the folder that should be the root: everything lies in it, dependencies as well.

    Where there are none, a handler that names the folder would do as well.
    """
    folder = facts.handler.folder if facts.handler.outcome == "module-missing" else ""
    inside = [path for path in facts.paths if path.startswith(f"{folder}/")] if folder else []
    others = {path.partition("/")[0] for path in facts.paths.difference(inside)}
    is_root = folder.rpartition("/")[2] in _OF_DEPENDENCIES or any(
        path.removeprefix(f"{folder}/").partition("/")[0].endswith(".dist-info") for path in inside
    )
    return folder if inside and is_root and others <= _BESIDE else ""
