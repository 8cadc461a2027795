"""Functions of a template that bring their own runtime: which of them lpack can make or judge.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-custom-runtimes.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lpack.lazily import pattern
from lpack.platforms import OWN_RUNTIMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.templates.declared import Declared

_BOOTSTRAP = "bootstrap"
_METHOD = pattern(r"python(\d+\.\d+)")
_NAMES = frozenset(one.name for one in OWN_RUNTIMES)


def is_for_lpack(runtime: str) -> bool:
    """Whether a runtime is one of Python, or one that a function can bring itself."""
    return runtime.startswith(("python", *_NAMES))


def python_of(table: Mapping[str, Any], method: object) -> str | None:
    """Give the Python that SAM's `BuildMethod` names for an own runtime."""
    if table.get("runtime") not in _NAMES or not isinstance(method, str):
        return None
    found = _METHOD.fullmatch(method)
    return found[1] if found else None


def made_elsewhere(declared: Declared, folder: Path) -> str:
    """Say that another tool makes the runtime of a function in a folder; empty where none has to.

    Without `bootstrap`, a folder is the source of a program in Go, Rust or C++, which is not what
    runs; a layer may bring the runtime for modules of Python.
    """
    runtime = declared.table.get("runtime")
    if runtime not in _NAMES or (folder / _BOOTSTRAP).is_file():
        return ""
    has_layers = bool(declared.table.get("layers")) or declared.other_layers
    if has_layers and any(name.endswith(".py") for name in os.listdir(folder)):  # noqa: PTH208 - names alone
        return ""
    return f"{runtime}, and its `{_BOOTSTRAP}` is not made yet"
