"""Resolution by pip-tools, in a child process that is made to look through the target's eyes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.index.settings import read_index_settings
from lpack.model import LockedPackage, LockedWheel
from lpack.platforms import marker_environment, platform_tags, wheel_tags
from lpack.resolvers import failures, index_errors
from lpack.resolvers.failures import Suspect
from lpack.resolvers.fitting import resolution
from lpack.resolvers.locations import as_url, clean_url, is_remote, scrub
from lpack.resolvers.places import places_of
from lpack.resolvers.requirement_files import constraint_lines, option_lines, requirement_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpack.errors import BuildError
    from lpack.index.settings import Indexes, IndexSettings
    from lpack.model import Resolution
    from lpack.resolvers.base import Question
    from lpack.system import System

_CHILD = Path(__file__).with_name("pip_tools_child.py")
_UPDATE = "pip install --upgrade pip pip-tools, or use `--resolver uv`"


class PipToolsResolver:
    """Runs pip-tools' backtracking resolver."""

    name = "pip-tools"

    def is_available(self, system: System) -> bool:
        """Whether pip-tools and pip can be imported by the running Python."""
        del system  # they are looked for in this interpreter, not on PATH
        return all(_folder_of(name) is not None for name in ("piptools", "pip"))

    def resolve(self, system: System, question: Question) -> Resolution:
        """Resolve in a child process that takes and gives JSON."""
        settings = read_index_settings(system.environ, question.folder)
        indexes = places_of(question, settings.indexes_for(self.name))
        if question.offline and any(map(is_remote, (*indexes.urls(), *indexes.find_links))):
            raise index_errors.needs_network(
                "pip-tools needs the network for its package index",
                "run without `--offline`, use `--resolver uv`, or name folders of wheels with "
                "`--no-index` and `--find-links`",
            )
        answer = _run(system, question, settings)
        if "failure" in answer:
            raise _failure(answer["failure"], question, settings, indexes)
        return resolution(question, map(_package, answer["packages"]), self.name)


def _run(system: System, question: Question, settings: IndexSettings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="lpack-") as folder:
        job = json.dumps(_job(question, folder)).encode()
        try:
            # -I: neither the project's folder nor PYTHONPATH may give the child modules.
            done = system.run(
                [sys.executable, "-I", str(_CHILD)],
                stdin=job,
                environ=_environ(system, settings),
                folder=question.folder,
            )
        except OSError as error:
            reason = error.strerror or "Python cannot be started"
            raise failures.broken("pip-tools", reason, "reinstall Python") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return answer
    said = scrub(done.stderr.decode(errors="replace")).strip().splitlines()
    raise failures.broken("pip-tools", said[-1] if said else "no answer", _UPDATE)


def _job(question: Question, folder: str) -> dict[str, Any]:
    runtime = question.target.runtime
    python = "".join(map(str, runtime.python))
    return {
        "path": _places(),
        "folder": folder,
        "requirements": option_lines(question) + requirement_lines(question),
        "constraints": constraint_lines(question),
        "preferred": question.preferred,
        "arguments": ["--pre"] if question.requirements.index.prereleases else [],
        "python": list(map(int, runtime.full_version.split("."))),
        "abis": [f"cp{python}"],
        "platforms": platform_tags(question.target),
        "tags": [str(tag) for tag in wheel_tags(question.target)],
        "markers": marker_environment(question.target),
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
    if settings.pip.are_stated:
        return dict(system.environ)
    handed = settings.uv
    found = {
        "PIP_INDEX_URL": settings.with_credentials(handed.index_url or ""),
        "PIP_EXTRA_INDEX_URL": " ".join(map(settings.with_credentials, handed.extra_index_urls)),
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
                wheel["filename"], clean_url(wheel["location"]), wheel["sha256"], wheel["size"]
            )
            for wheel in answer["wheels"]
        ),
    )


def _failure(
    failure: dict[str, Any], question: Question, settings: IndexSettings, indexes: Indexes
) -> BuildError:
    kind, reason = failure["kind"], failure["reason"]
    if kind == "unreachable":
        return index_errors.unreachable(failure["url"], reason)
    if kind == "refused":
        return index_errors.refused(failure["url"], failure["status"])
    if kind == "incompatible":
        return failures.broken("pip-tools", reason, _UPDATE)
    causes = failure["causes"]
    suspects = _suspects(causes)
    lines = [_sentence(cause) for cause in causes] or reason.splitlines()
    return failures.unsatisfiable(
        question, settings, indexes, suspects, _with_constraints(question, suspects, lines)
    )


def _sentence(cause: dict[str, Any]) -> str:
    asker = cause["parent"]
    return f"{asker} needs {cause['text']}" if asker else f"you require {cause['text']}"


def _suspects(causes: Sequence[dict[str, Any]]) -> tuple[Suspect, ...]:
    """Give each project once, with all that is wanted of it together."""
    wanted: dict[str, list[str]] = {}
    for cause in causes:
        if cause["name"]:
            wanted.setdefault(cause["name"], []).extend(filter(None, [cause["specifier"]]))
    return tuple(Suspect(name, ",".join(texts), len(texts)) for name, texts in wanted.items())


def _with_constraints(
    question: Question, suspects: Sequence[Suspect], lines: list[str]
) -> list[str]:
    names = {suspect.name for suspect in suspects}
    stated = [
        f"the constraints say {one.text}"
        for one in question.requirements.constraints
        if failures.name_of(one.text) in names
    ]
    return [*lines, *stated]
