"""Type stubs: `.pyi` files beside the module that they describe, `py.typed`, `NAME-stubs/`.

Why: type checkers read them, Python does not.

Why it cannot hurt: a stub goes only if the module of the same name lies beside it, so it is not the
module's only trace, and only if that module does not read it itself, as modules do that load lazily
with `lazy_loader.attach_stub`. No import statement can name a folder `NAME-stubs`.

Never touched: stubs without a module beside them, since these are the data of type checkers, such
as the typeshed of jedi and mypy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.slimming.base import Shipped, is_module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Target

_STUB = ".pyi"
_READS_STUBS = (b"attach_stub", b".pyi")


def left_out(shipped: tuple[Shipped, ...], target: Target) -> Iterator[str]:  # noqa: ARG001 - any
    """Give every stub that describes a module, and every mark for type checkers."""
    for one in shipped:
        modules = {_module_of(path) for path in one.files if is_module(path)}
        for path in one.files:
            if path.rpartition("/")[2] == "py.typed" or _is_stub(path, one, modules):
                yield path


def _is_stub(path: str, one: Shipped, modules: set[str]) -> bool:
    if path.partition("/")[0].endswith("-stubs"):
        return True
    module = path.removesuffix(_STUB)
    return path.endswith(_STUB) and module in modules and not _reads_stubs(one, f"{module}.py")


def _module_of(path: str) -> str:
    """Give the path of a module without any ending, which extension modules have several of."""
    folder, slash, file = path.rpartition("/")
    return folder + slash + file.partition(".")[0]


def _reads_stubs(one: Shipped, module: str) -> bool:
    if module not in one.files:
        return False
    source = one.read(module)
    return any(word in source for word in _READS_STUBS)
