"""Why the hash of a package changed, from the most to the least of its bytes."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from lpack.comparing.causes import Cause, causes
from lpack.comparing.distributions import Moved, moved
from lpack.comparing.files import Change, changes, owner_of
from lpack.comparing.recorded import Recorded, recorded
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.comparing.sides import Item, Side


@dataclass(frozen=True, slots=True)
class OwnerSize:
    """What the files of one owner take in both packages; bytes compressed, without headers."""

    owner: str
    files_before: int
    files_after: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two packages."""

    before: Side
    after: Side
    causes: tuple[Cause, ...]
    """Empty when the hash is the same."""
    recorded: tuple[Recorded, ...]
    distributions: tuple[Moved, ...]
    owners: tuple[OwnerSize, ...]
    """Every owner, by the size of the difference."""
    changes: tuple[Change, ...]
    layer: Difference | None = None
    """Of the layers beside the two, where both have one."""

    @property
    def same_hash(self) -> bool:
        """Whether both packages are the same bytes."""
        return self.before.sha256 == self.after.sha256

    @property
    def same(self) -> bool:
        """Whether nothing at all differs."""
        if (self.before.layer is None) != (self.after.layer is None):
            return False
        is_same = self.same_hash and not self.recorded and not self.distributions
        return is_same and (self.layer is None or self.layer.same)


def difference(before: Side, after: Side) -> Difference:
    """Compare two packages."""
    found, moves = changes(before, after), moved(before, after)
    same_hash = before.sha256 == after.sha256
    return Difference(
        before,
        after,
        () if same_hash else causes(before, after, found, moves),
        recorded(before, after),
        tuple(moves.values()),
        _owners(before, after),
        found,
        _layers(before, after),
    )


def _layers(before: Side, after: Side) -> Difference | None:
    if before.layer is None or after.layer is None:
        return None
    # What both manifests record is told once.
    return replace(difference(before.layer, after.layer), recorded=())


def _owners(before: Side, after: Side) -> tuple[OwnerSize, ...]:
    old, new = ({one.path: one for one in side.items} for side in (before, after))
    one, other = _sums(old, new), _sums(new, old)
    rows = [
        OwnerSize(owner, one[0][owner], other[0][owner], one[1][owner], other[1][owner])
        for owner in sorted({*one[0], *other[0]})
    ]
    return tuple(sorted(rows, key=lambda row: -abs(row.after - row.before)))


def _sums(
    here: Mapping[str, Item], there: Mapping[str, Item]
) -> tuple[Counter[str], defaultdict[str, int]]:
    """Count files and bytes by owner; where a side does not know one, the other side may."""
    files: Counter[str] = Counter()
    sizes: defaultdict[str, int] = defaultdict(int)
    for path, item in here.items():
        owner = owner_of(item, there.get(path))
        files[owner] += 1
        sizes[owner] += item.compressed
    return files, sizes
