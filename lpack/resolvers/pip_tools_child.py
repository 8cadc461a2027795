"""The child process that runs pip-tools for another machine: one job in, one answer out, as JSON.

It is started as a script with -I: neither the project's folder nor PYTHONPATH gives it code.
"""

# ruff: noqa: PLC0415 - modules can be imported only when the job has told where they are

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lpack.resolvers.index_observer import Observer


def main() -> None:
    """Read the job from stdin and write the answer to stdout."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # pip prints to stdout; only the answer may come there.
    os.dup2(2, 1)
    # Of what a short life allocates, little is garbage.
    gc.set_threshold(100_000, 50, 50)
    job = json.load(sys.stdin)
    sys.path.extend(place for place in job["path"] if place not in sys.path)
    leave_out_the_registry()
    with answers:
        json.dump(answer(job), answers)


def leave_out_the_registry() -> None:
    """Keep the package of the resolvers from importing all of them, which takes 30 ms."""
    package = ModuleType("lpack.resolvers")
    package.__path__ = [str(Path(__file__).parent)]
    sys.modules[package.__name__] = package


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Do the job."""
    from lpack.resolvers import pip_shortcuts

    if job["quick"]:
        pip_shortcuts.leave_out_what_is_never_used()
    from pip._internal.exceptions import PipError
    from pip._vendor.requests.exceptions import RequestException
    from piptools.exceptions import PipToolsError

    from lpack.resolvers import pip_causes, pip_overrides
    from lpack.resolvers.index_observer import Observer

    observer = Observer()
    asked: list[tuple[Any, Any]] = []
    try:
        pip_overrides.look_through_the_targets_eyes(job)
        pip_overrides.keep_names_to_their_indexes(dict(job["assigned"]), job["reserved"])
        pip_overrides.skip_files_that_cannot_fit(frozenset(job["tags"]), observer.sizes)
        pip_overrides.leave_wheels_where_they_are()
        pip_overrides.order_as_uv_does(dict(job["preferred"]))
        pip_overrides.note_who_asks(asked)
        take_shortcuts(job)
        packages = resolve(job, observer)
    except pip_overrides.IncompatibleError as error:
        return {"failure": {"kind": "incompatible", "reason": str(error)}}
    except (PipError, PipToolsError, RequestException, RuntimeError) as error:
        failed = observer.failure(solved=False)
        return {"failure": failed or pip_causes.unsatisfiable(error, asked)}
    failed = observer.failure(solved=True)
    return {"failure": failed} if failed else {"packages": packages}


def take_shortcuts(job: dict[str, Any]) -> None:
    """Save work, and call the scout if there is one."""
    from lpack.resolvers import pip_shortcuts
    from lpack.resolvers.scout_line import Caller

    if job["quick"]:
        pip_shortcuts.save_work()
    if job["scout"]:
        with contextlib.suppress(OSError):
            pip_shortcuts.ask_the_scout(Caller(job["scout"]))


def resolve(job: dict[str, Any], observer: Observer) -> list[dict[str, Any]]:
    """Let pip-tools choose versions, then list the wheels of each."""
    repository = open_repository(job)
    observer.watch(repository.session)
    return [describe(pin, repository, observer.sizes) for pin in solve(job, repository)]


def open_repository(job: dict[str, Any]) -> Any:
    """Open pip-tools' view of the indexes, which reads pip's own settings."""
    from piptools.repositories import PyPIRepository

    arguments = ["--only-binary", ":all:", "--no-input", "--progress-bar", "off"]
    repository = PyPIRepository([*arguments, *job["arguments"]], cache_dir=job["folder"])
    # A `--target` in pip's settings would make pip accept wheels of any platform.
    repository.options.target_dir = None
    # Credentials of an index open its files too.
    repository.session.auth.index_urls = [
        *(repository.session.auth.index_urls or ()),
        *(url for _, url in job["assigned"]),
    ]
    return repository


def solve(job: dict[str, Any], repository: Any) -> Any:
    """Resolve the job's requirements."""
    from piptools.resolver import BacktrackingResolver

    wanted = read_requirements(job, repository, "requirements")
    allowed = read_requirements(job, repository, "constraints", constraint=True)
    resolver = BacktrackingResolver(
        constraints=[one for one in [*wanted, *allowed] if one.match_markers()],
        existing_constraints={},
        repository=repository,
        allow_unsafe=True,
    )
    return resolver.resolve()


def read_requirements(
    job: dict[str, Any], repository: Any, name: str, *, constraint: bool = False
) -> list[Any]:
    """Parse requirements as pip-tools does, options about indexes included."""
    from piptools._compat import parse_requirements

    path = Path(job["folder"], f"{name}.txt")
    path.write_text(job[name], encoding="utf-8")
    return list(
        parse_requirements(
            str(path),
            session=repository.session,
            finder=repository.finder,
            options=repository.options,
            constraint=constraint,
        )
    )


def describe(pin: Any, repository: Any, sizes: dict[str, int]) -> dict[str, Any]:
    """List the wheels of a chosen version, from what the indexes said of them."""
    from pip._vendor.packaging.utils import canonicalize_name
    from pip._vendor.packaging.version import Version

    from lpack.resolvers import pip_overrides

    version = Version(next(iter(pin.specifier)).version)
    if is_direct(pin):
        links = [pin.link]
    else:
        found = repository.find_all_candidates(pin.name)
        same = [one.link for one in found if one.version == version]
        same.sort(key=pip_overrides.is_from_folder, reverse=True)
        links = [link for link in same if not link.is_yanked] or same
    return {
        "name": canonicalize_name(pin.name),
        "version": str(version),
        "wheels": [wheel(link, repository, sizes) for link in links],
    }


def is_direct(pin: Any) -> bool:
    """Whether the requirement names its file by URL."""
    return pin.original_link is not None and bool(pin.req and pin.req.url)


def wheel(link: Any, repository: Any, sizes: dict[str, int]) -> dict[str, Any]:
    """Describe one wheel."""
    return {
        "filename": link.filename,
        "location": link.url_without_fragment,
        "sha256": sha256_of(link, repository),
        "size": sizes.get(link.url_without_fragment) or size_of(link),
    }


def sha256_of(link: Any, repository: Any) -> str:
    """Take the digest from the index, or compute it where the index tells none."""
    told = getattr(link, "_hashes", {}).get("sha256")
    if told is None and link.hash_name == "sha256":
        told = link.hash
    if told:
        return str(told)
    if link.is_file:
        return hashlib.sha256(Path(link.file_path).read_bytes()).hexdigest()
    response = repository.session.get(link.url_without_fragment)
    response.raise_for_status()
    return hashlib.sha256(response.content).hexdigest()


def size_of(link: Any) -> int | None:
    """Give the size of a local file."""
    return Path(link.file_path).stat().st_size if link.is_file else None


if __name__ == "__main__":
    main()
