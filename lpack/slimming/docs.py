"""Documentation: `share/man/`, `share/doc/`, and folders `docs/`, `doc/` and `man/`.

Why: people read it, programs do not.

Why it cannot hurt: `share/` is for data outside of packages. A folder `docs/` goes only if it holds
nothing that Python could import (the settings of Sphinx apart, where it lies at the root); inside
of a package also only if all of it is text or pictures and no module of the distribution names it.

Never touched: packages such as `botocore/docs`, data such as `botocore/data`, pages that a package
may serve, and licences wherever they lie.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.slimming.base import Shipped, folders_named, is_module
from lpack.slimming.licences import is_licence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Target

_NAMES = frozenset({"doc", "docs", "man"})
_SHARED = ("share/doc", "share/info", "share/man")
_SPHINX = frozenset({"conf.py", "__init__.py"})
_READ_BY_PEOPLE = re.compile(r".*\.(?:md|rst|txt|adoc|tex|pdf|png|jpe?g|gif|svg|[1-8])")
_ROOT_FILE = re.compile(
    r"(?:readme|changelog|changes|history|news|contributing|code_of_conduct|security)"
    r"(?:\.(?:md|rst|txt|adoc))?",
    re.IGNORECASE,
)


def left_out(shipped: tuple[Shipped, ...], target: Target) -> Iterator[str]:  # noqa: ARG001 - any
    """Give every file of documentation that is no licence."""
    for one in shipped:
        folders = [*_SHARED, *(f for f in folders_named(one.files, _NAMES) if _is_read(one, f))]
        found = {path for folder in folders for path in one.below(folder)}
        found |= {path for path in one.files if _ROOT_FILE.fullmatch(path)}
        yield from (path for path in found if not is_licence(path))


def _is_read(one: Shipped, folder: str) -> bool:
    """Tell whether a folder is there for people alone."""
    files = [path.rpartition("/")[2] for path in one.below(folder)]
    if "/" not in folder:
        modules = {file for file in files if is_module(file)}
        return not modules or ("conf.py" in modules and modules <= _SPHINX)
    return all(map(_READ_BY_PEOPLE.fullmatch, files)) and not _is_named(one, folder)


def _is_named(one: Shipped, folder: str) -> bool:
    """Tell whether a module of the distribution has the folder's name in a text."""
    name = re.escape(folder.rpartition("/")[2].encode())
    quoted = re.compile(rb"""['"/]""" + name + rb"""['"/]""")
    return any(quoted.search(one.read(path)) for path in one.files if path.endswith(".py"))
