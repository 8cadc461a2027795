"""Cut the package into the archives that a build makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.shared import staying
from lpack.model import Bundle, Cut, Function
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.facts.shared import Shared

ZIP_SUFFIX, LAYER_SUFFIX = ".zip", ".layer.zip"


def cut(function: Function, bundle: Bundle) -> tuple[Cut, ...]:
    """Give what goes into each archive, the main one first; none for a folder.

    A layer beside a zip holds the distributions, but for those that the user's own code is made
    of, and those that would not be found whole if they were parted from it.
    """
    prefix = f"{function.layer_folder}/" if function.layer_folder else ""
    if function.format == "layer":
        return (Cut(ZIP_SUFFIX, replace(bundle, prefix=prefix)),)
    if function.format == "zip+layer":
        return _parted(function, bundle, prefix)
    return () if function.format == "folder" else (Cut(ZIP_SUFFIX, bundle),)


def _parted(function: Function, bundle: Bundle, prefix: str) -> tuple[Cut, ...]:
    shared = staying(bundle.entries, bundle.own_code)
    kept = bundle.own_code.union(one.owner for one in shared)
    notes = [*bundle.notes, *(_note(one) for one in shared)]
    layer = _of_owners(bundle, frozenset(wheel.name for wheel in bundle.wheels) - kept)
    if not layer.entries:
        notes.append("there is no layer: no distribution could go into it")
        return (Cut(ZIP_SUFFIX, replace(bundle, notes=tuple(notes))),)
    notes += _unreachable(function)
    rest = replace(_of_owners(bundle, kept), notes=tuple(notes))
    return (Cut(ZIP_SUFFIX, rest), Cut(LAYER_SUFFIX, replace(layer, prefix=prefix)))


def _of_owners(bundle: Bundle, owners: frozenset[str]) -> Bundle:
    return replace(
        bundle,
        entries=tuple(entry for entry in bundle.entries if entry.owner in owners),
        wheels=tuple(wheel for wheel in bundle.wheels if wheel.name in owners),
        containers=tuple(one for one in bundle.containers if one.owner in owners),
        notes=(),
    )


def _note(one: Shared) -> str:
    return f"`{one.owner}` stays in the zip, which has other files of `{one.module}`"


def _unreachable(function: Function) -> list[str]:
    """Tell of a PYTHONPATH, with which Lambda does not put layers on the import path."""
    path = dict(function.environment).get("PYTHONPATH")
    folder = f"/opt/{function.layer_folder}"
    if path is None or folder in path.split(":"):
        return []
    return [f"PYTHONPATH hides the layer from Python, unless it has {folder} too"]
