"""Where Python looks for modules: the folders of the package, and what else may bring some."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lpack.facts.linking import TASK_ROOT

if TYPE_CHECKING:
    from lpack.facts.contents import Contents
    from lpack.model import Bundle, Function

_LAYERS_PATH = "/opt/python/lib/python{}.{}/site-packages:/opt/python"


def import_path(
    function: Function, bundle: Bundle, contents: Contents
) -> tuple[tuple[str, ...], str]:
    """Give the package's folders on the import path, and what else is on it, in words.

    Lambda searches the package's root, then PYTHONPATH, and reads `.pth` files of the root; without
    PYTHONPATH, layers are searched next:
    https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-searchpath
    """
    roots = [""]
    named = len(function.layers) + function.other_layers
    unseen = named > len(bundle.layers) + len(bundle.beside)
    elsewhere = bundle.awaits or ("a layer may hold it" if unseen else "")
    python_path = dict(function.environment).get("PYTHONPATH", "")
    for folder in (python_path or _LAYERS_PATH.format(*function.target.runtime.python)).split(":"):
        inside = posixpath.normpath(posixpath.join(TASK_ROOT, folder))
        if inside.startswith(TASK_ROOT + "/"):
            roots.append(inside.removeprefix(TASK_ROOT + "/"))
        elif bundle.is_given and inside.startswith("/opt"):
            roots.append(inside)
        elif not inside.startswith(("/var/", "/opt/")):
            elsewhere = "PYTHONPATH names a folder outside of the package"
    if any(_adds_folders(path, contents) for path in contents.paths if _is_root_pth(path)):
        elsewhere = "a .pth file adds to the import path"
    return tuple(dict.fromkeys(roots)), elsewhere


def handler_beside(function: Function, bundle: Bundle) -> str:
    """Say where the handler may be, if a layer of the project has a module of that name."""
    top = (function.handler_text or "").partition(".")[0].partition("/")[0]
    return "a layer may hold it" if any(top in one.modules for one in bundle.beside) else ""


def _is_root_pth(path: str) -> bool:
    return path.endswith(".pth") and "/" not in path


def _adds_folders(path: str, contents: Contents) -> bool:
    """Tell whether a `.pth` file holds more than comments and the usual one-line imports."""
    lines = contents.read(path, 64_000).splitlines()
    return any(
        line.strip() and not line.startswith((b"#", b"import ", b"import\t")) for line in lines
    )
