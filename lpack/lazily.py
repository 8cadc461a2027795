"""What is named now, and loaded or compiled when it is first used: most runs need little of it."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    from collections.abc import Callable


def lazily(place: str) -> Callable[..., Any]:
    """Give a function that stands for the one at `module:name`."""
    module, _, name = place.partition(":")

    def call(*arguments: Any, **keywords: Any) -> Any:
        return getattr(import_module(module), name)(*arguments, **keywords)

    return call


def lazily_from(module: str, *names: str) -> tuple[Callable[..., Any], ...]:
    """Give what stands for functions and classes of a module, to be called by these names."""
    return tuple(lazily(f"{module}:{name}") for name in names)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Give what stands for a regular expression, and is compiled at its first use."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


class _Pattern:
    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        for method in ("match", "fullmatch", "search", "sub", "split", "findall", "finditer"):
            self.__dict__[method] = getattr(compiled, method)
        return getattr(compiled, name)
