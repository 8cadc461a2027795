"""Layers, which Lambda unpacks to `/opt`, one over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpack.model import Bundle, Entry

OPT = "/opt/"
_FOLDERS = frozenset({"python", "lib", "bin", "extensions"})
"""Of a layer, that Lambda's Python runtimes look into.

https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""


def looks_like_layer(bundle: Bundle) -> bool:
    """Whether all of a package lies in the folders of a layer, with modules in `python/`."""
    roots = {entry.path.partition("/")[0] for entry in bundle.entries if "/" in entry.path}
    has_files = any("/" not in entry.path for entry in bundle.entries)
    has_package = any(entry.path == "python/__init__.py" for entry in bundle.entries)
    return "python" in roots and roots <= _FOLDERS and not (has_files or has_package)


def as_layer(bundle: Bundle) -> Bundle:
    """Move a package to where the files of a layer are: `/opt/python/…`."""
    generated = {OPT + path: content for path, content in bundle.generated.items()}
    return replace(
        bundle,
        entries=tuple(entry._replace(path=OPT + entry.path) for entry in bundle.entries),
        generated=generated,
        folder_modes={OPT + path: mode for path, mode in bundle.folder_modes.items()},
        sums={OPT + path: digest for path, digest in bundle.sums.items()},
    )


def with_layers(bundle: Bundle, layers: Sequence[tuple[str, Bundle]]) -> Bundle:
    """Add layers to a function's package, in the order in which Lambda merges them.

    Each comes with its name, as the user wrote it, and as `read_package` gives it. Of files with
    the same path that of the last layer stays, and all count in the size, as Lambda counts them.
    """
    if not layers:
        return bundle
    merged: dict[str, Entry] = {}
    generated = dict(bundle.generated)
    wheels = {wheel.name: wheel for wheel in bundle.wheels}
    modes, sums = dict(bundle.folder_modes), dict(bundle.sums)
    overridden = bundle.overridden
    for _, layer in layers:
        moved = as_layer(layer)
        replaced = [merged.pop(one.path) for one in moved.entries if one.path in merged]
        overridden += sum(one.size for one in replaced)
        merged.update((one.path, one) for one in moved.entries)
        for one in replaced:
            generated.pop(one.path, None)
        generated.update(moved.generated)
        modes.update(moved.folder_modes)
        sums.update(moved.sums)
        wheels = {**{wheel.name: wheel for wheel in moved.wheels}, **wheels}
    return replace(
        bundle,
        entries=(*bundle.entries, *merged.values()),
        wheels=tuple(wheels[name] for name in sorted(wheels)),
        generated=generated,
        read=(*bundle.read, *(path for _, layer in layers for path in layer.read)),
        flaws=(*bundle.flaws, *(flaw for _, layer in layers for flaw in layer.flaws)),
        folder_modes=modes,
        sums=sums,
        layers=(*bundle.layers, *(name for name, _ in layers)),
        overridden=overridden,
    )
