"""Layers that the project builds itself, beside the functions that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.model import Bundle, Function
    from lpack.staged import Staged
    from lpack.work import Work


def staged_layers(
    function: Function, work: Work, stage: Callable[[Function], Staged]
) -> tuple[Staged, ...]:
    """Lay out the layers that a function is judged with.

    One that cannot be made is left out, and may hold anything: its own build tells what is wrong.
    """
    if work.no_check or not function.project_layers:
        return ()
    known = {one.name: one for one in work.project.functions}
    layers = []
    for name in function.project_layers:
        try:
            layers.append(stage(known[name]))
        except (BuildError, KeyError):
            continue
    return tuple(layers)


def beside(layer: Function, bundle: Bundle) -> Beside:
    """Tell of a layer what concerns the functions that use it."""
    paths = [entry.path for entry in bundle.entries]
    if layer.layer_folder:
        return Beside(layer.name, bundle.unzipped, _tops(paths))
    minor = "{}.{}".format(*layer.target.runtime.python)
    folders = (f"python/lib/python{minor}/site-packages/", "python/")
    inside = [
        path.removeprefix(folder) for folder in folders for path in paths if path.startswith(folder)
    ]
    whole = frozenset(f"/opt/{path}" for path in paths)
    return Beside(layer.name, bundle.unzipped, _tops(inside), whole)


def _tops(paths: list[str]) -> frozenset[str]:
    return frozenset(path.partition("/")[0].partition(".")[0] for path in paths)
