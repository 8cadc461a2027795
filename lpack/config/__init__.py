"""What a table of configuration may say: checked, typed, and read file by file."""

from lpack.config.checking import (
    DEFAULT_OUTPUT,
    DEFAULT_RESOLVER,
    DEFAULT_SIZES,
    RESOLVERS,
    Overrides,
    function_settings,
    read_settings,
)

__all__ = [
    "DEFAULT_OUTPUT",
    "DEFAULT_RESOLVER",
    "DEFAULT_SIZES",
    "RESOLVERS",
    "Overrides",
    "function_settings",
    "read_settings",
]
