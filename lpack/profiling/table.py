"""A profile as text: what the start is made of, who takes the time, and through which imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.printed import count
from lpack.profiling.profile import OWN, Import, Profile
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.profiling.comparing import Comparison

_MOST = 12
"""Lines of owners and of modules."""
_CHAINS, _DEEPEST = 5, 6
_LEAST = 0.05
"""Milliseconds that are worth a line."""


@dataclass(slots=True)
class Sum:
    """What the modules of one owner take together."""

    own: float = 0
    whole: float = 0
    """What they take with all that they import, each moment counted once."""
    modules: int = 0


def sums(roots: Iterable[Import]) -> dict[str, Sum]:
    """Add up by owner; the `own` times of all give the time of the roots."""
    found: dict[str, Sum] = {}

    def add(one: Import, above: frozenset[str]) -> None:
        total = found.setdefault(one.owner, Sum())
        total.own += one.own
        total.modules += 1
        total.whole += 0 if one.owner in above else one.took
        for inner in one.inner:
            add(inner, above | {one.owner})

    for root in roots:
        add(root, frozenset())
    return found


def render(profile: Profile, comparison: Comparison | None, name: str) -> str:
    """Write the tables, and what bytecode saves."""
    lines = [*_parts(profile, name), *_owners(profile), *_modules(profile), *_chains(profile)]
    lines += _bytecode(comparison)
    return "\n".join(lines) + "\n"


def parts(profile: Profile) -> tuple[float, float, float, float]:
    """Give the milliseconds of sandbox, runtime, the function's imports, and what is around them.

    They follow each other, but for the last, and add up to the whole start.
    """
    after = profile.ready - profile.client
    before = _took(one for one in profile.function if one.end <= profile.client)
    late = _took(one for one in profile.runtime if one.end > profile.client)
    runtime = profile.client - profile.begun - before + late
    around = after - profile.imported + before - late
    return profile.begun, runtime, profile.imported, around


def _parts(profile: Profile, name: str) -> Iterator[str]:
    sandbox, runtime, imports, around = parts(profile)
    until = "the first event" if profile.is_whole else "the last import, as the start has failed"
    yield f"start of `{name}`: {profile.ready:.1f} ms until {until}\n"
    yield "       ms"
    yield f"{sandbox:9.1f}  start of the sandbox and of Python"
    yield f"{runtime:9.1f}  Lambda's runtime, of which imports {_took(profile.runtime):.1f}"
    yield f"{imports:9.1f}  imports of the function"
    yield f"{around:9.1f}  what the runtime does around them"
    if profile.elsewhere:
        number = profile.elsewhere
        what = "import in another thread is" if number == 1 else "imports in other threads are"
        yield f"\n{number} {what} in none of these times"


def _owners(profile: Profile) -> Iterator[str]:
    if not profile.function:
        return
    found = sorted(sums(profile.function).items(), key=lambda one: -one[1].own)
    yield "\n  own ms  with theirs  modules  imported by the function"
    for owner, one in found[:_MOST]:
        yield f"{one.own:8.1f} {one.whole:12.1f} {one.modules:8}  {owner}"
    rest = [one for _, one in found[_MOST:]]
    if rest:
        own, modules = sum(one.own for one in rest), sum(one.modules for one in rest)
        yield f"{own:8.1f} {'':12} {modules:8}  {len(rest)} others"
    modules = sum(one.modules for _, one in found)
    yield f"{profile.imported:8.1f} {'':12} {modules:8}  all of them"


def _modules(profile: Profile) -> Iterator[str]:
    modules = [one for root in profile.function for one in root.all() if one.own >= _LEAST]
    modules.sort(key=lambda one: -one.own)
    if modules:
        yield "\n  own ms  with theirs  module"
    for one in modules[:_MOST]:
        yield f"{one.own:8.1f} {one.took:12.1f}  {one.name} ({one.owner})"


def _chains(profile: Profile) -> Iterator[str]:
    """Follow the slowest import of each import, from the slowest that the own code makes."""
    starts = [
        inner
        for root in profile.function
        for one in root.all()
        if one.owner == OWN
        for inner in one.inner
        if inner.owner != OWN and inner.took >= _LEAST
    ]
    starts.sort(key=lambda one: -one.took)
    if starts:
        yield "\n      ms  slowest chains of what your code imports"
    for one in starts[:_CHAINS]:
        yield f"{one.took:8.1f}  {' > '.join(_chain(one))}"


def _chain(one: Import) -> Iterator[str]:
    for _ in range(_DEEPEST):
        yield f"{one.name} {one.took:.1f}"
        slow = max(one.inner, key=lambda inner: inner.took, default=None)
        # Below that, it is the module's own code that takes the time.
        if slow is None or slow.took < max(one.took / 4, 1):
            return
        one = slow


def _bytecode(comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        return
    with_it, without = comparison.with_it, comparison.without
    yield (
        f"\nwith bytecode {with_it.imported:.1f} ms of imports, without {without.imported:.1f},"
        f" as {count(comparison.starts, 'more start')} of each kind tell"
    )
    if comparison.is_worth_it:
        saves = (
            "the package brings it, which saves"
            if comparison.is_brought
            else ("`bytecode = true` ships it, which would save")
        )
        yield f"{saves} {comparison.saved:.1f} ms of each cold start"


def _took(imports: Iterable[Import]) -> float:
    return sum(one.took for one in imports)
