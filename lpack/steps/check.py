"""Hold the facts of a function and its package against every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts import WaysOut, gather, read_limits
from lpack.model import Diagnostic, Ignored, Verdict
from lpack.printed import path_in_project
from lpack.rules import REGISTRY, check_all
from lpack.rules.in_part import KNOWN_IN_PART
from lpack.values import replace

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from lpack.facts.limits import Limits
    from lpack.facts.proofs import Proof
    from lpack.model import Bundle, Entry, Function, Measured

_HARMLESS = ("tests", "docs", "commands", "stubs")
"""Rules of slimming that nobody notices at run time."""
_HEADERS = 30 + 46
"""Of a file in an archive, besides its name, which is there twice (APPNOTE 4.3)."""
_END = 22
_OF_IMPORTS = "LP339"
"""The rule that is only asked where the handler was imported."""


def check(  # noqa: PLR0913 - what is judged, and what the verdict depends on
    function: Function,
    bundle: Bundle,
    root: Path,
    *,
    archives: tuple[Measured, ...],
    today: date,
    cache: Path | None = None,
    proof: Proof | None = None,
) -> Verdict:
    """Give everything that Lambda would refuse, or that would fail on the first call.

    `root` is the project, `archives` are what is uploaded of the package; what is found out about
    wheels is kept in `cache`, and `proof` is what came of importing the handler.

    Raises UsageError LP020 for a policy that cannot be asked.
    """
    limits = _limits(function, root)
    too_large = _is_too_large(function, archives, limits)
    is_ours = too_large and not bundle.is_given
    ways_out = _ways_out(function, bundle, archives) if is_ours else None
    facts = gather(function, bundle, archives=archives, today=today, cache=cache, ways_out=ways_out)
    judged = check_all(facts if proof is None else replace(facts, proof=proof), limits)
    found = tuple(_in_project(one, bundle, root) for one in judged)
    if bundle.is_given:
        from lpack.packages.wording import for_given  # noqa: PLC0415 - builds have no such package

        found = tuple(for_given(one, function) for one in found)
    unasked: frozenset[str] = frozenset() if proof else frozenset({_OF_IMPORTS})
    if bundle.awaits:
        unasked |= {row.code for row in REGISTRY} - KNOWN_IN_PART
    return _without_ignored(function, found, unasked)


def _limits(function: Function, root: Path) -> Limits:
    limits = read_limits(function.limits)
    if not function.policies:
        return limits
    from lpack.facts.policies import read_policy  # noqa: PLC0415 - few projects have any

    policies = (read_policy(path, path_in_project(path, root)) for path in function.policies)
    return replace(limits, policies=tuple(policies))


def _without_ignored(
    function: Function, found: tuple[Diagnostic, ...], unasked: frozenset[str]
) -> Verdict:
    """Take out what the function says to ignore, and report what it need not say."""
    reasons = {one.code: one.reason for one in function.ignore}
    codes = {one.code for one in found}
    unused = (
        _unused(function, place)
        for place, one in enumerate(function.ignore)
        if one.code not in codes | unasked
    )
    return Verdict(
        (*(one for one in found if one.code not in reasons), *unused),
        tuple(Ignored(one, reasons[one.code]) for one in found if one.code in reasons),
    )


def _unused(function: Function, place: int) -> Diagnostic:
    code = function.ignore[place].code
    known = code in {row.code for row in REGISTRY}
    message = f"`{code}` is ignored, and " + ("finds nothing" if known else "there is no such rule")
    where = function.where(f"ignore.{place}.code")
    return Diagnostic("LP348", "warning", message, where, "remove it from `ignore`")


def _is_too_large(function: Function, archives: tuple[Measured, ...], limits: Limits) -> bool:
    limit = limits.maximum("sizes", "zipped")
    return function.upload == "direct" and any(one.size > limit for one in archives)


def _ways_out(function: Function, bundle: Bundle, archives: tuple[Measured, ...]) -> WaysOut:
    from lpack.remaking.estimate import expected_saving  # noqa: PLC0415 - few are too large

    split = _split(function, bundle, archives[0]) if function.format == "zip" else None
    rules, slimmed = ((), 0) if function.slim else _slimmable(function, bundle)
    return WaysOut(split, rules, slimmed, expected_saving(bundle) or 0)


def _split(function: Function, bundle: Bundle, archive: Measured) -> tuple[int, int] | None:
    """Give the sizes of a zip and a layer; None if there would be no layer."""
    from lpack.facts.shared import staying  # noqa: PLC0415 - few packages are too large

    kept = bundle.own_code
    kept |= {one.owner for one in staying(bundle.entries, kept)}
    moved = [entry for entry in bundle.entries if entry.owner not in kept]
    code = _END + sum(size for owner, size in archive.zipped.items() if owner in kept)
    longer = 2 * len(f"{function.layer_folder}/") * len(moved)
    return (code, archive.size - code + _END + longer) if moved else None


def _slimmable(function: Function, bundle: Bundle) -> tuple[tuple[str, ...], int]:
    """Give the rules of slimming that would leave something out, and its bytes in the archive."""
    from lpack.slimming import slimmed  # noqa: PLC0415 - few packages are too large

    entries = tuple(entry for entry in bundle.entries if entry.owner)
    found = slimmed(entries, replace(function, slim=_HARMLESS))
    left = {entry.path for entry in found.entries}
    gone = sum(_zipped(entry) for entry in entries if entry.path not in left)
    return tuple(one.rule for one in found.saved if one.files), gone


def _zipped(entry: Entry) -> int:
    compressed = entry.member.compressed if entry.member else 0
    return compressed + _HEADERS + 2 * len(entry.path.encode())


def _in_project(one: Diagnostic, bundle: Bundle, root: Path) -> Diagnostic:
    """Point to the file of the project, where a rule points to one of the package."""
    if one.where is None or one.where.line is None or one.where.key is not None:
        return one
    entries = {entry.path: entry for entry in bundle.entries}
    entry = entries.get(one.where.file)
    if entry is None:
        return one
    place = path_in_project(entry.origin, root)
    if entry.owner and not bundle.is_given:
        place = f"{entry.owner}: {entry.path}"  # no file of the project is meant
    elif entry.member is not None:  # the origin is the zip that it lies in
        place = f"{place}/{entry.path.removeprefix('/opt/')}"
    return replace(one, where=replace(one.where, file=place))
