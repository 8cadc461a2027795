"""How large a package is, by who brings it, and what would make it smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass, field

NEAR = 0.8
"""Part of a limit from which on it is near."""

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Bundle, Function, Measured


@dataclass(frozen=True, slots=True)
class OwnerSize:
    """What one distribution, or the function's own files, puts into the package."""

    owner: str
    """Empty for the function's own files."""
    files: int
    unzipped: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the package is, in bytes."""

    archives: tuple[Measured, ...]
    """What is uploaded, the main one first; empty for a folder."""
    unzipped: int
    """Of all of them together, as Lambda counts a function and its layers."""
    files: int
    by_owner: tuple[OwnerSize, ...]
    """The largest first."""
    layers: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Unzipped bytes of the layers whose size is declared, or that are built, by their names."""

    @property
    def together(self) -> int:
        """Unzipped, with the layers that are known."""
        return self.unzipped + sum(self.layers.values())

    @property
    def zipped(self) -> int | None:
        """Of the main archive; None where there is none."""
        return self.archives[0].size if self.archives else None

    @property
    def layer(self) -> int | None:
        """Of the layer beside a zip; None where there is none."""
        return next((one.size for one in self.archives[1:]), None)


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What would make smaller what is uploaded at once; zipped bytes."""

    split: tuple[int, int] | None = None
    """Of the zip and of the layer, if the distributions went into one."""
    slim: tuple[str, ...] = ()
    """Rules of slimming that would leave something out."""
    slimmed: int = 0
    """What they would leave out."""
    squeezed: int = 0
    """What `compress = "max"` would save, by a sample."""


def sizes_of(function: Function, bundle: Bundle, archives: tuple[Measured, ...]) -> Sizes:
    """Count the files of a bundle and their bytes, by owner, and the layers beside it."""
    totals: dict[str, tuple[int, int]] = {}
    for entry in bundle.entries:
        files, size = totals.get(entry.owner, (0, 0))
        totals[entry.owner] = (files + 1, size + entry.size)
    owners = [OwnerSize(owner, files, size) for owner, (files, size) in totals.items()]
    owners.sort(key=lambda item: (-item.unzipped, item.owner))
    layers = {f"layer {_name(arn)}": size for arn, size in function.layer_sizes}
    layers |= {f"layer {one.name}": one.unzipped for one in bundle.beside}
    return Sizes(archives, bundle.unzipped, len(bundle.entries), tuple(owners), layers)


def _name(arn: str) -> str:
    """Give the name of a layer and its version, the end of its ARN."""
    return ":".join(arn.split(":")[-2:])
