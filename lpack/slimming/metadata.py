"""The parts of `.dist-info` that only installers read: RECORD, WHEEL and the like.

Why: RECORD has a line for each file of the wheel, and hashes hardly compress.

Why it cannot hurt: what `importlib.metadata` answers from stays: METADATA (version, requirements),
entry_points.txt, and top_level.txt, which is written where only RECORD told the same. Of its
functions `files()` alone changes: it answers None, as it does for what a Linux distribution
installs.

Never touched: licences, which have to ship with the code, and `.dist-info` folders inside packages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Entry
from lpack.slimming.base import DIST_INFO, Shipped, is_module
from lpack.slimming.licences import is_licence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Target

_KEPT = frozenset({"METADATA", "entry_points.txt", "top_level.txt"})


def left_out(shipped: tuple[Shipped, ...], target: Target) -> Iterator[str]:  # noqa: ARG001 - any
    """Give every file of `.dist-info` that nobody asks for at run time."""
    for one in shipped:
        for path in one.files:
            folder, _, rest = path.partition("/")
            if folder.endswith(DIST_INFO) and rest not in _KEPT and not is_licence(rest):
                yield path


def stand_in(one: Shipped, gone: frozenset[str]) -> tuple[Entry, bytes] | None:
    """Write top_level.txt, from which `packages_distributions()` answers where RECORD is gone."""
    record = next((path for path in one.files if path in gone and path.endswith("/RECORD")), None)
    if record is None:
        return None
    folder = record.rpartition("/")[0]
    path, names = f"{folder}/top_level.txt", _top_level(one, gone)
    if path in one.files or not names or f"{folder}/METADATA" in gone:
        return None
    content = "".join(f"{name}\n" for name in sorted(names)).encode()
    return Entry(path, one.name, len(content), 0o644, one.files[record].origin), content


def _top_level(one: Shipped, gone: frozenset[str]) -> set[str]:
    """Name what can be imported of a distribution."""
    modules = (path for path in one.files if path not in gone and is_module(path))
    names = {path.partition("/")[0].partition(".")[0] for path in modules if not _is_hidden(path)}
    return {name for name in names if name.isidentifier()}


def _is_hidden(path: str) -> bool:
    """Tell whether a file lies in a folder that no import can name, such as `numpy.libs`."""
    folder, slash, _ = path.partition("/")
    return bool(slash) and not folder.isidentifier()
