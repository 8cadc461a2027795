"""Resolution by pip-tools, in a child process that is made to look through the target's eyes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.cache import known_cache_folder
from lpack.index.settings import read_index_settings
from lpack.model import LockedPackage, LockedWheel
from lpack.platforms import marker_environment, platform_tags, wheel_tags
from lpack.resolvers import failures, index_errors
from lpack.resolvers.fitting import resolution
from lpack.resolvers.index_cache import IndexCache
from lpack.resolvers.locations import as_url, clean_url, is_remote, plain_url, scrub
from lpack.resolvers.pip_failures import UPDATE, failure_of
from lpack.resolvers.places import asked_indexes, places_of
from lpack.resolvers.requirement_files import constraint_lines, option_lines, requirement_lines
from lpack.resolvers.scout import Scout
from lpack.resolvers.scout_line import listening

if TYPE_CHECKING:
    from lpack.index.settings import Indexes, IndexSettings
    from lpack.model import Resolution
    from lpack.resolvers.base import Question
    from lpack.system import Completed, System

_CHILD = Path(__file__).with_name("pip_tools_child.py")


class PipToolsResolver:
    """Runs pip-tools' backtracking resolver."""

    name = "pip-tools"

    def is_available(self, system: System) -> bool:
        """Whether pip-tools and pip can be imported by the running Python."""
        del system  # they are looked for in this interpreter, not on PATH
        return all(_folder_of(name) is not None for name in ("piptools", "pip"))

    def resolve(self, system: System, question: Question) -> Resolution:
        """Resolve in a child process that takes and gives JSON."""
        settings = read_index_settings(system.environ, question.folder, system)
        settings = settings.also_stated(question.requirements.index)
        indexes = places_of(question, settings.indexes_for(self.name))
        asked = (*asked_indexes(indexes), *indexes.find_links)
        if question.offline and any(map(is_remote, asked)):
            raise index_errors.needs_network(
                "pip-tools needs the network for its package index",
                "run without `--offline`, use `--resolver uv`, or name folders of wheels with "
                "`--no-index` and `--find-links`",
            )
        answer = _run(system, question, settings, indexes)
        if "failure" in answer:
            inquiry = failures.Inquiry(question, settings, indexes, system.today())
            raise failure_of(answer["failure"], inquiry)
        return resolution(question, map(_package, answer["packages"]), self.name)


def _run(
    system: System, question: Question, settings: IndexSettings, indexes: Indexes
) -> dict[str, Any]:
    """Run the child with a scout ahead of it, and once more alone if that goes wrong."""
    environ = _environ(system, settings)
    with tempfile.TemporaryDirectory(prefix="lpack-") as name:
        folder = Path(name)
        job = _job(question, settings, indexes, folder)
        scout = Scout(question, settings, indexes, _cache(system))
        with scout, listening(scout, folder) as place:
            done = _start(system, question, {**job, "quick": True, "scout": place}, environ)
        answer = _read(done)
        if answer is None:
            done = _start(system, question, {**job, "quick": False, "scout": ""}, environ)
            answer = _read(done)
    if answer is not None:
        return answer
    said = scrub(done.stderr.decode(errors="replace")).strip().splitlines()
    raise failures.broken("pip-tools", said[-1] if said else "no answer", UPDATE)


def _start(
    system: System, question: Question, job: dict[str, Any], environ: dict[str, str]
) -> Completed:
    try:
        # -I: neither the project's folder nor PYTHONPATH may give the child modules.
        return system.run(
            [sys.executable, "-I", str(_CHILD)],
            stdin=json.dumps(job).encode(),
            environ=environ,
            folder=question.folder,
        )
    except OSError as error:
        reason = error.strerror or "Python cannot be started"
        raise failures.broken("pip-tools", reason, "reinstall Python") from error


def _read(done: Completed) -> dict[str, Any] | None:
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _cache(system: System) -> IndexCache:
    folder = known_cache_folder(system.environ)
    return IndexCache(None if folder is None else Path(folder))


def _job(
    question: Question, settings: IndexSettings, indexes: Indexes, folder: Path
) -> dict[str, Any]:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - 50 ms, and seldom needed

    runtime = question.target.runtime
    python = "".join(map(str, runtime.python))
    return {
        "path": _places(),
        "folder": str(folder),
        "requirements": option_lines(question) + requirement_lines(question),
        "constraints": constraint_lines(question),
        "preferred": [(canonicalize_name(name), pin) for name, pin in question.preferred],
        "arguments": ["--pre"] if question.requirements.index.prereleases else [],
        "python": list(map(int, runtime.full_version.split("."))),
        "abis": [f"cp{python}"],
        "platforms": platform_tags(question.target),
        "tags": [str(tag) for tag in wheel_tags(question.target)],
        "markers": marker_environment(question.target),
        "assigned": [(name, settings.with_credentials(url)) for name, url in indexes.assigned],
        "reserved": [clean_url(url).rstrip("/") for url in indexes.reserved],
    }


def _places() -> list[str]:
    """List the folders that the child may need beyond those of an isolated Python."""
    found = [_folder_of("piptools"), _folder_of("pip"), str(Path(__file__).parents[2])]
    return list(dict.fromkeys(place for place in found if place))


def _folder_of(name: str) -> str | None:
    """Find the folder that a package is imported from, the current one not counting."""
    here = os.path.realpath(os.curdir)
    places = [place for place in sys.path if place and os.path.realpath(place) != here]
    found = PathFinder.find_spec(name, places)
    return None if found is None or not found.origin else str(Path(found.origin).parent.parent)


def _environ(system: System, settings: IndexSettings) -> dict[str, str]:
    """Hand over uv's index settings where pip has none, by variables: a command line is public."""
    found = {"PIP_TRUSTED_HOST": " ".join(settings.trusted_hosts)}
    if settings.keyring and "PIP_KEYRING_PROVIDER" not in system.environ:
        found["PIP_KEYRING_PROVIDER"] = "subprocess"
    if not settings.pip.are_stated:
        handed = settings.uv
        extra = map(settings.with_credentials, handed.extra_index_urls)
        found |= {
            "PIP_INDEX_URL": settings.with_credentials(handed.index_url or ""),
            "PIP_EXTRA_INDEX_URL": " ".join(extra),
            # pip splits at spaces, which a path may have and a URL has not.
            "PIP_FIND_LINKS": " ".join(map(as_url, handed.find_links)),
            "PIP_NO_INDEX": "1" if handed.no_index else "",
        }
    return {**system.environ, **{name: value for name, value in found.items() if value}}


def _package(answer: dict[str, Any]) -> LockedPackage:
    return LockedPackage(
        answer["name"],
        answer["version"],
        tuple(
            LockedWheel(
                wheel["filename"], plain_url(wheel["location"]), wheel["sha256"], wheel["size"]
            )
            for wheel in answer["wheels"]
        ),
    )
