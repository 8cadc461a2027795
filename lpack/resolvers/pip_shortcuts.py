"""pip told by a scout what it would fetch itself, and spared what serves nobody here.

Only speed is at stake: where a private part of pip is not as expected, or the scout has no answer,
pip goes its own way, and a child that fails for another reason than its requirements is started
again without any of this. It runs only in the child process.
"""

# ruff: noqa: PLC0415 - pip can be imported only when the child was told where it is

from __future__ import annotations

import functools
import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lpack.resolvers.pip_overrides import put_in_place

if TYPE_CHECKING:
    from lpack.resolvers.scout_line import Caller

_NOT_FOUND = 404
_CONTENT = ["content", "content_type", "encoding", "url", "cache_link_parsing"]


def leave_out_what_is_never_used() -> None:
    """Stand in for parts of pip that take 50 ms to import; called before pip is imported.

    Tracebacks in colour are drawn for nobody, and of installed distributions, which newer Pythons
    describe in another way, none counts for another machine.
    """
    unused = ["pip._vendor.rich.traceback"]
    if sys.version_info >= (3, 11):
        unused.append("pip._vendor.pkg_resources")
    for name in unused:
        module = ModuleType(name)
        module.__dict__["__getattr__"] = _stand_in
        sys.modules[name] = module


def _stand_in(name: str) -> type[object]:
    if name.startswith("__"):
        raise AttributeError(name)
    return object


def save_work() -> None:
    """Do once what pip does for each wheel, and leave out what it does for statistics."""
    import pip
    from pip._internal.index import package_finder
    from pip._internal.network import session
    from pip._vendor.packaging import utils

    # Tags and names of wheels are values, and each is needed several times.
    for owner, name in ((utils, "parse_tag"), (package_finder, "Wheel")):
        if callable(getattr(owner, name, None)):
            put_in_place(owner, name, functools.cache(getattr(owner, name)))
    # pip runs `lsb_release` and `rustc` to tell the index about the machine: 45 ms.
    if callable(getattr(session, "user_agent", None)):
        put_in_place(session, "user_agent", lambda: f"pip/{pip.__version__} lpack")


def ask_the_scout(caller: Caller) -> None:
    """Take pages and metadata from the scout as far as it has them."""
    _take_pages(caller)
    _take_metadata(caller)


def _take_pages(caller: Caller) -> None:
    from pip._internal.index.collector import IndexContent, LinkCollector

    fetch = getattr(LinkCollector, "fetch_response", None)
    if _parameters(fetch)[:2] != ["self", "location"] or _parameters(IndexContent) != _CONTENT:
        return

    def fetched(self: Any, location: Any, *arguments: Any, **options: Any) -> Any:
        if location.scheme in ("http", "https"):
            head, body = caller.ask("page", location.url)
            if head["status"] == _NOT_FOUND:
                return None
            if head["status"]:
                return IndexContent(
                    body, head["kind"], None, head["url"], location.cache_link_parsing
                )
        return fetch(self, location, *arguments, **options)  # type: ignore[misc]

    put_in_place(LinkCollector, "fetch_response", fetched)


def _take_metadata(caller: Caller) -> None:
    from pip._internal import metadata
    from pip._internal.operations.prepare import RequirementPreparer
    from pip._vendor.packaging.utils import canonicalize_name

    fetch = getattr(RequirementPreparer, "_fetch_metadata_only", None)
    read = getattr(metadata, "get_metadata_distribution", None)
    if _parameters(fetch) != ["self", "req"] or len(_parameters(read)) != _PARTS:
        return

    def fetched(self: Any, req: Any) -> Any:
        if req.link.scheme in ("http", "https") and not self.require_hashes:
            head, content = caller.ask("metadata", req.link.url_without_fragment)
            if head["status"]:
                found = read(content, req.link.filename, req.req.name)  # type: ignore[misc]
                if canonicalize_name(found.raw_name) == canonicalize_name(req.req.name):
                    return found
        return fetch(self, req)  # type: ignore[misc]

    put_in_place(RequirementPreparer, "_fetch_metadata_only", fetched)


# Contents, file name and project name.
_PARTS = 3


def _parameters(part: Any) -> list[str]:
    return [] if part is None else list(inspect.signature(part).parameters)
