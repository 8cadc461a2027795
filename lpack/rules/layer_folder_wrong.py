"""Modules of a layer lie where Python does not look for them.

Why: Lambda unpacks a layer to `/opt`, and its Python looks for modules in `/opt/python` and in
`/opt/python/lib/python3.X/site-packages` of its own version. What lies at the root of the layer, or
in the folder of another version, is uploaded and never found: the import ends in `No module named`.

Fix: put the modules into the folder `python` of the layer, as `pip install --target layer/python`
does, or let `lpack build` make it with `format = "layer"`.

Example:
    requests/__init__.py                                          # wrong: at the root
    python/lib/python3.11/site-packages/requests/__init__.py      # wrong for python3.12
    python/requests/__init__.py                                   # right for all
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Where
from lpack.printed import count
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP490"
NAME = "layer-folder-wrong"
SEVERITY: Severity = "error"
SUMMARY = "Modules of a layer lie where Python does not look for them"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html"
_OPT = "/opt/"
_OTHERS = ("bin/", "lib/", "extensions/")
"""Folders of a layer that are for other things than modules."""
_VERSIONS = "python/lib/python3."


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Look where the modules of layers lie; an error if none is where Python looks."""
    own = "python/lib/python{}.{}/site-packages/".format(*facts.function.target.runtime.python)
    modules = sorted(
        path.removeprefix(_OPT)
        for path in facts.paths
        if path.startswith(_OPT) and path.endswith((".py", ".so"))
    )
    found = [path for path in modules if _is_found(path, own)]
    astray = [path for path in modules if path not in found and not path.startswith(_OTHERS)]
    if not astray or "PYTHONPATH" in dict(facts.function.environment):
        return
    others = f" and {count(len(astray) - 1, 'other')}" if len(astray) > 1 else ""
    layers = facts.given_layers or (facts.function.where("").file,)
    severity = SEVERITY if facts.function.format == "layer" and not found else "warning"
    yield Diagnostic(
        CODE,
        severity,
        f"`{shown(astray[0])}`{others} of the layer cannot be imported: Python looks into `python` "
        f"and `{own.rstrip('/')}`",
        Where(layers[-1]),
        "put the modules into the folder `python` of the layer",
    )


def _is_found(path: str, own: str) -> bool:
    is_versioned = path.startswith(_VERSIONS)
    return path.startswith(own) or (path.startswith("python/") and not is_versioned)
