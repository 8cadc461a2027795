"""Commands of distributions: the files of `bin/`.

Why: a function is imported; nobody types a command in Lambda, whose PATH does not even hold
`/var/task/bin`.

Why it cannot hurt: `bin/` at the package's root is where the scripts of wheels go, beside the
packages and not in them. A function that starts one by its path names it in `include`.

Never touched: a `bin` that is a package, and folders named `bin` inside of packages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Target
    from lpack.slimming.base import Shipped


def left_out(shipped: tuple[Shipped, ...], target: Target) -> Iterator[str]:  # noqa: ARG001 - any
    """Give every file of `bin/`."""
    for one in shipped:
        if "bin/__init__.py" not in one.files:
            yield from one.below("bin")
