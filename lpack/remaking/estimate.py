"""What `compress = "max"` would save, told from a sample: the same for the same package."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from lpack.wheels.content import read_member
from lpack.wheels.deflating import LEVELS, deflated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Bundle, Entry, WheelMember

_FILES = 3
_BYTES = 128 << 10
"""Of each file: enough for a figure that is right by half or better, in a twentieth of a second."""


def expected_saving(bundle: Bundle) -> int | None:
    """Give bytes of the zip that `max` would save on distributions; None if hardly any.

    Rather less than more. A file is as likely in the sample as its stream is long. Raises
    BuildError LP204 when a wheel is damaged.
    """
    if bundle.compress == "max":
        return None
    shipped = [(one, one.member) for one in bundle.entries if one.member and one.member.compressed]
    before = after = 0
    for entry, member in _sample(shipped):
        content = read_member(entry.origin, member, _BYTES)
        before += len(deflated(content, LEVELS["default"]).content)
        after += len(deflated(content, LEVELS["max"]).content)
    if after >= before:
        return None
    total = sum(member.compressed for _, member in shipped)
    return total * (before - after) // before


def _sample(shipped: list[tuple[Entry, WheelMember]]) -> Iterator[tuple[Entry, WheelMember]]:
    """Take the files in which every third of all streams has its middle."""
    largest = sorted(shipped, key=lambda one: (-one[1].compressed, one[0].path))
    ends = list(accumulate(member.compressed for _, member in largest))
    for number in range(_FILES if ends else 0):
        middle = ends[-1] * (2 * number + 1) // (2 * _FILES)
        yield next(one for one, end in zip(largest, ends, strict=True) if end > middle)
