"""The handler that is called in place of a function's own, and tells which modules it imported.

It is put into a package that is made for that alone, and runs in the function's Python.
"""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from typing import Any

_VARIABLE = "LPACK_RECORDED_HANDLER"
_IMPORTS_ONLY = "LPACK_RECORDED_IMPORTS_ONLY"
_ran: set[str] = set()


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Call the function's handler, and give what has been imported until then."""
    failure, seconds = _failure, _seconds
    if _handler is not None and _calls:
        try:
            _handler(event, context)
        except Exception as error:  # noqa: BLE001 - what was imported is told all the same
            failure = f"{type(error).__name__}: {error}"
    return {
        "modules": _modules(),
        "seconds": seconds,
        "imported": _handler is not None,
        "failure": failure,
    }


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    """Remember what ran: a module that fails to import is not in `sys.modules` afterwards."""
    if event == "exec":
        _ran.add(getattr(arguments[0], "co_filename", ""))


def _modules() -> list[str]:
    """Give the paths, in the package, of the modules that are in it."""
    root = __file__.rpartition(os.sep)[0]
    loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    files = {path for path in (*loaded, *_ran) if isinstance(path, str)} - {__file__}
    inside = (os.path.relpath(path, root) for path in files if path.startswith(root + os.sep))
    return sorted(path.replace(os.sep, "/") for path in inside if path.endswith(".py"))


def _find(text: str) -> Any:
    module, _, name = text.rpartition(".")
    return getattr(import_module(module.replace("/", ".")), name)


if _VARIABLE in os.environ:
    sys.dont_write_bytecode = True  # as in Lambda, where nothing can be written there
    _calls = os.environ.pop(_IMPORTS_ONLY, None) is None
    os.environ["_HANDLER"] = os.environ.pop(_VARIABLE)
    sys.addaudithook(_note)
    _handler, _failure = None, ""
    _began = time.perf_counter()
    try:
        _handler = _find(os.environ["_HANDLER"])
    except BaseException as _error:  # noqa: BLE001 - a module may even try to exit
        _failure = f"{type(_error).__name__}: {_error}"
    _seconds = time.perf_counter() - _began
