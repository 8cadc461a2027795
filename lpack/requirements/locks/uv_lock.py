"""`uv.lock`: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, read_toml
from lpack.errors import BuildError
from lpack.model import Where
from lpack.requirements.locks.base import (
    Pin,
    Pins,
    holds,
    malformed,
    pins_of,
    sha256_of,
    tables,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import Target

_PATCH_RELEASES = 40


def read_uv_lock(path: Path, shown: str, target: Target) -> Pins:
    """Read what holds on the target; raises BuildError LP110, LP111, UsageError LP004 or LP005."""
    document = read_toml(path, shown, LOCK_BYTES)
    _refuse_other_python(document.get("requires-python"), shown, target)
    return pins_of(_pins(document, shown, target), shown)


def _refuse_other_python(wanted: object, shown: str, target: Target) -> None:
    """Raise rather than look for wheels of a Python that uv did not lock for."""
    if not isinstance(wanted, str):
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - 20 ms

    try:
        specifier = SpecifierSet(wanted)
    except InvalidSpecifier as error:
        raise malformed(shown, f"`requires-python` is `{wanted}`") from error
    minor = "{}.{}".format(*target.runtime.python)
    # The patch release of the day is not ours to know.
    if not any(specifier.contains(f"{minor}.{patch}") for patch in range(_PATCH_RELEASES)):
        raise BuildError(
            "LP111",
            f"`{shown}` is for Python {wanted}, and the runtime is {target.runtime.name}",
            where=Where(shown, key="requires-python"),
            hint="set `runtime` to one that it is for, or lock again with that `requires-python`",
        )


def _pins(document: dict[str, Any], shown: str, target: Target) -> Iterator[Pin]:
    for package in tables(document, "package", shown):
        source = package.get("source")
        source = source if isinstance(source, dict) else {}
        is_project = "." in (source.get("editable"), source.get("virtual"))
        markers = package.get("resolution-markers", [])
        fits = not markers or any(holds(marker, target, shown) for marker in markers)
        if is_project or not fits:
            continue
        files = (*tables(package, "wheels", shown), package.get("sdist", {}))
        yield Pin(
            text(package, "name", shown),
            str(package.get("version", "0")),
            sha256_of(files),
            published="registry" in source,
        )
