"""pip made to look through the eyes of another machine, by replacing four of its private parts.

pip has no public interface to resolve for another Python than its own. Where a part that is needed
is missing, IncompatibleError says so; where only speed is lost, pip goes its plain and slow way.
This runs only in the child process, whose pip serves nobody else.
"""

# ruff: noqa: PLC0415 - pip can be imported only when the child was told where it is

from __future__ import annotations

import functools
import inspect
from typing import Any
from urllib.parse import unquote

# name-version-python-abi-platform
_DASHES_BEFORE_TAGS = 3


class IncompatibleError(Exception):
    """A private part of pip that is needed is not there."""


def look_through_the_targets_eyes(job: dict[str, Any]) -> None:
    """Make pip evaluate markers, wheel tags and Requires-Python as the target would."""
    from pip._internal.commands.install import InstallCommand
    from pip._internal.models.target_python import TargetPython
    from pip._vendor.packaging import markers

    need(markers, "default_environment")
    need(InstallCommand, "_build_package_finder", "target_python")
    need(InstallCommand, "make_resolver", "py_version_info")
    target = TargetPython(
        platforms=job["platforms"],
        py_version_info=tuple(job["python"]),
        abis=job["abis"],
        implementation="cp",
    )
    finder = functools.partialmethod(
        InstallCommand._build_package_finder,  # noqa: SLF001 - pip has no public way
        target_python=target,
    )
    resolver = functools.partial(
        InstallCommand.make_resolver, py_version_info=target.py_version_info
    )
    put_in_place(markers, "default_environment", lambda: dict(job["markers"]))
    put_in_place(InstallCommand, "_build_package_finder", finder)
    put_in_place(InstallCommand, "make_resolver", staticmethod(resolver))


def leave_wheels_where_they_are() -> None:
    """Keep older pips from downloading what they chose: only metadata was asked for."""
    from pip._internal.operations.prepare import RequirementPreparer

    name = "prepare_linked_requirements_more"
    if hasattr(RequirementPreparer, name):
        put_in_place(RequirementPreparer, name, lambda *_, **__: None)


def put_in_place(owner: Any, name: str, part: Any) -> None:
    """Replace a part of pip."""
    setattr(owner, name, part)


def need(owner: Any, name: str, parameter: str | None = None) -> None:
    """Raise IncompatibleError when pip lacks an attribute, or the attribute a parameter."""
    found = getattr(owner, name, None)
    if found is None or (parameter and parameter not in inspect.signature(found).parameters):
        import pip

        raise IncompatibleError(
            f"pip {pip.__version__} has no `{owner.__name__}.{name}` as expected"
        )


def skip_files_that_cannot_fit(tags: frozenset[str], sizes: dict[str, int]) -> None:
    """Drop files of other platforms before pip parses them, and note the sizes of the rest.

    Nine of ten files of an index page are for other platforms, and their parsing is most of
    pip's time. Without these private parts pip does the same, slower, and sizes stay unknown.
    """
    from pip._internal.models.link import Link

    from_json = getattr(Link, "from_json", None)
    if from_json and list(inspect.signature(from_json).parameters) == ["file_data", "page_url"]:

        def filtered(file_data: dict[str, Any], page_url: str) -> Any:
            name = file_data.get("filename") or _last_part(str(file_data.get("url")))
            if not may_fit(name, tags):
                return None
            link = from_json(file_data, page_url)
            if link is not None and isinstance(file_data.get("size"), int):
                sizes[link.url_without_fragment] = file_data["size"]
            return link

        put_in_place(Link, "from_json", staticmethod(filtered))
    from_element = getattr(Link, "from_element", None)
    if from_element and "anchor_attribs" in inspect.signature(from_element).parameters:

        def filtered_element(anchor_attribs: dict[str, Any], **places: str) -> Any:
            if not may_fit(_last_part(anchor_attribs.get("href") or ""), tags):
                return None
            return from_element(anchor_attribs, **places)

        put_in_place(Link, "from_element", staticmethod(filtered_element))


def may_fit(filename: str, tags: frozenset[str]) -> bool:
    """Whether a file is a wheel with a tag that the target accepts."""
    stem, _, extension = filename.lower().rpartition(".")
    _, *compressed = stem.rsplit("-", 3)
    return (
        extension == "whl" and stem.count("-") > _DASHES_BEFORE_TAGS and _any_tag(*compressed, tags)
    )


@functools.cache
def _any_tag(pythons: str, abis: str, platforms: str, tags: frozenset[str]) -> bool:
    return any(
        f"{python}-{abi}-{platform}" in tags
        for platform in platforms.split(".")
        for abi in abis.split(".")
        for python in pythons.split(".")
    )


def _last_part(url: str) -> str:
    return unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2])
