"""The streams of wheels, deflated as small as libdeflate can; those that do not shrink stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.remaking.base import Change
from lpack.wheels.deflating import ENCODER, LEVELS

if TYPE_CHECKING:
    from lpack.model import Entry
    from lpack.remaking.base import Files


def _all(entry: Entry, files: Files) -> bool:
    del files
    return entry.member is not None and entry.member.compressed > 0


RECOMPRESSION = Change(
    recipe=f"{ENCODER}, level {LEVELS['max']}",
    doing="compressing",
    concerns=_all,
    level=LEVELS["max"],
)
