"""A profile for programs, as `schemas/invocations.schema.json` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.profiling.table import parts, sums

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.profiling.comparing import Comparison
    from lpack.profiling.profile import Import, Profile


def document(profile: Profile, comparison: Comparison | None, files: list[Path]) -> dict[str, Any]:
    """Give all that the tables tell and every import, with times in milliseconds."""
    sandbox, runtime, imports, around = parts(profile)
    owners = sorted(sums(profile.function).items(), key=lambda one: -one[1].own)
    return {
        "is_whole": profile.is_whole,
        "total_ms": _ms(profile.ready),
        "sandbox_ms": _ms(sandbox),
        "runtime_ms": _ms(runtime),
        "imports_ms": _ms(imports),
        "around_ms": _ms(around),
        "imports_in_other_threads": profile.elsewhere,
        "owners": [
            {
                "owner": owner,
                "own_ms": _ms(one.own),
                "whole_ms": _ms(one.whole),
                "modules": one.modules,
            }
            for owner, one in owners
        ],
        "imports": [row for root in profile.function for row in _rows(root, None)],
        "bytecode": None if comparison is None else _compared(comparison),
        "files": [str(one) for one in files],
    }


def _rows(one: Import, by: str | None) -> Iterator[dict[str, Any]]:
    yield {
        "module": one.name,
        "owner": one.owner,
        "imported_by": by,
        "begin_ms": _ms(one.begin),
        "own_ms": _ms(one.own),
        "whole_ms": _ms(one.took),
    }
    for inner in one.inner:
        yield from _rows(inner, one.name)


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "is_brought": comparison.is_brought,
        "starts": comparison.starts,
        "imports_with_ms": _ms(comparison.with_it.imported),
        "imports_without_ms": _ms(comparison.without.imported),
    }


def _ms(value: float) -> float:
    return round(value, 3)
