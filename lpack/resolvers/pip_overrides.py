"""pip made to look through the eyes of another machine, by replacing some of its private parts.

pip has no public interface to resolve for another Python than its own. Where a part that is needed
is missing, IncompatibleError says so; where only speed is lost, pip goes its plain and slow way.
This runs only in the child process, whose pip serves nobody else.
"""

# ruff: noqa: PLC0415 - pip can be imported only when the child was told where it is

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lpack.resolvers.filenames import may_fit
from lpack.resolvers.locations import clean_url

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def keep_names_to_their_indexes(assigned: Mapping[str, str], reserved: list[str]) -> None:
    """Look for some projects in one index each, and for no other project in reserved indexes."""
    if not assigned and not reserved:
        return
    from pip._internal.index.collector import LinkCollector
    from pip._internal.models.search_scope import SearchScope
    from pip._vendor.packaging.utils import canonicalize_name

    need(LinkCollector, "collect_sources", "project_name")
    need(LinkCollector, "create")
    need(SearchScope, "get_index_urls_locations", "project_name")
    collect = LinkCollector.collect_sources

    def collected(self: Any, project_name: str, *arguments: Any, **options: Any) -> Any:
        known = self.search_scope
        index = assigned.get(canonicalize_name(project_name))
        links = known.find_links if index is None or known.no_index else []
        open_to_all = [
            url for url in known.index_urls if clean_url(url).rstrip("/") not in reserved
        ]
        urls = open_to_all if index is None or known.no_index else [index]
        narrow = LinkCollector(self.session, SearchScope(links, urls, known.no_index))
        return collect(narrow, project_name, *arguments, **options)

    put_in_place(LinkCollector, "collect_sources", collected)


def order_as_uv_does(preferred: Mapping[str, str]) -> None:
    """Try preferred versions first, and of one version the files of folders before those of pages.

    pip-tools makes constraints of preferred versions, which would keep what an upgrade has to
    change; and of a version that both a folder and an index have, pip takes that of the index.
    A preferred version that was yanked meanwhile stays.
    """
    from pip._internal.index.package_finder import CandidateEvaluator
    from pip._vendor.packaging.utils import canonicalize_name

    need(CandidateEvaluator, "_sort_key", "candidate")
    need(CandidateEvaluator, "get_applicable_candidates", "candidates")
    key_of = CandidateEvaluator._sort_key  # noqa: SLF001 - pip has no public way
    applicable = CandidateEvaluator.get_applicable_candidates

    def is_kept(candidate: Any) -> bool:
        return preferred.get(canonicalize_name(candidate.name)) == str(candidate.version)

    def key(self: Any, candidate: Any) -> Any:
        is_local = is_from_folder(candidate.link)
        return (is_kept(candidate), *key_of(self, candidate), is_local)

    def forgiven(self: Any, candidates: list[Any]) -> Any:
        for one in filter(is_kept, candidates):
            one.link.yanked_reason = None
        return applicable(self, candidates)

    put_in_place(CandidateEvaluator, "_sort_key", key)
    put_in_place(CandidateEvaluator, "get_applicable_candidates", forgiven)


def is_from_folder(link: Any) -> bool:
    """Whether a file was found in a folder of wheels, and not on a page."""
    return bool(link.is_file and link.comes_from is None)


def note_who_asks(record: list[tuple[Any, Any]]) -> None:
    """Note every requirement with the candidate that has it, for the explanation of a failure."""
    from pip._internal.resolution.resolvelib.reporter import PipReporter

    def adding_requirement(self: Any, requirement: Any, parent: Any) -> None:
        del self
        record.append((requirement, parent))

    put_in_place(PipReporter, "adding_requirement", adding_requirement)


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


def _last_part(url: str) -> str:
    return unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2])
