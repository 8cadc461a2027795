"""Distributions that came, went, moved up or down, or come from another wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.comparing.manifests import Distribution
    from lpack.comparing.sides import Side

Move = Literal["added", "removed", "up", "down", "another version", "another wheel"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A distribution that is not the same on both sides."""

    name: str
    move: Move
    before: Distribution | None
    after: Distribution | None


def moved(before: Side, after: Side) -> dict[str, Moved]:
    """Compare the distributions of both sides, by name."""
    found = {}
    for name in sorted({*before.distributions, *after.distributions}):
        old, new = before.distributions.get(name), after.distributions.get(name)
        move = _move(old, new)
        if move is not None:
            found[name] = Moved(name, move, old, new)
    return found


def _move(old: Distribution | None, new: Distribution | None) -> Move | None:
    if old is None or new is None:
        return "added" if old is None else "removed"
    if old.version != new.version:
        return _direction(old.version, new.version)
    # A zip without a manifest does not tell which wheel it was made of.
    if old.sha256 and new.sha256 and old.sha256 != new.sha256:
        return "another wheel"
    return None


def _direction(old: str, new: str) -> Move:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - most have not moved

    try:
        return "up" if Version(new) > Version(old) else "down"
    except InvalidVersion:
        return "another version"
