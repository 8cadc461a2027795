"""The call of `uv pip compile`: its words, its environment and the files it reads."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lpack.platforms import MACHINES
from lpack.resolvers.locations import is_remote, local_path
from lpack.resolvers.places import places_of
from lpack.resolvers.requirement_files import constraint_lines, option_lines, requirement_lines
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.index.settings import Indexes, IndexSettings
    from lpack.model import Target
    from lpack.resolvers.base import Question
    from lpack.system import System

OUTPUT = "pylock.toml"
# https://docs.astral.sh/uv/reference/cli/#uv-pip-compile--python-platform
_MANYLINUX_MINORS = (17, 28, *range(31, 41))


@dataclass(frozen=True, slots=True)
class UvCommand:
    """What to start, and the variables to start it with."""

    words: tuple[str, ...]
    environ: Mapping[str, str]


def prepare(  # noqa: PLR0913 - all that decides what uv is told
    system: System,
    question: Question,
    settings: IndexSettings,
    folder: Path,
    excluded: Mapping[str, tuple[str, ...]],
    relay: str = "",
) -> UvCommand:
    """Write uv's input files into `folder` and give the command that reads them.

    `relay` is the address of an index that comes before all others: see `uv_relay`.
    """
    handed = _handed_over(question, settings)
    options = option_lines(question) if handed is None else ""
    (folder / "requirements.in").write_text(options + requirement_lines(question), encoding="utf-8")
    ruled_out = "".join(
        f"{name}{','.join(f'!={version}' for version in versions)}\n"
        for name, versions in excluded.items()
    )
    (folder / "constraints.txt").write_text(
        constraint_lines(question) + ruled_out, encoding="utf-8"
    )
    _write_preferred(question, folder / OUTPUT)
    words = [
        *(str(system.which("uv") or "uv"), "pip", "compile"),
        str(folder / "requirements.in"),
        *("--constraints", str(folder / "constraints.txt")),
        *("--output-file", str(folder / OUTPUT)),
        # A project may have made uv resolve for all platforms at once in its settings.
        "--no-universal",
        *("--format", "pylock.toml", "--no-header", "--color", "never", "--no-progress", "--quiet"),
        *("--only-binary", ":all:"),
        *("--python", sys.executable),
        *("--python-version", question.target.runtime.full_version),
        *("--python-platform", platform(question.target)),
    ]
    if question.offline:
        words.append("--offline")
    if question.requirements.index.prereleases:
        words += ["--prerelease", "allow"]
    # A trace would drown the reason of a failure.
    environ = {name: value for name, value in system.environ.items() if name != "RUST_LOG"}
    # Without it uv looks for a Python to download, and retries for seconds when it cannot.
    environ["UV_PYTHON_DOWNLOADS"] = "never"
    environ.update(_connection(system, settings))
    if handed is not None:
        environ.update(_index_variables(handed))
        words += _index_words(handed, settings)
    if relay:
        environ.update(_relay_variables(environ, handed, relay))
        words += [] if handed and merges(handed) else ["--index-strategy", "first-index"]
    return UvCommand(tuple(words), environ)


def platform(target: Target) -> str:
    """Name the oldest of uv's platforms that hides no wheel that fits the target."""
    minor = next(
        (one for one in _MANYLINUX_MINORS if one >= target.runtime.glibc[1]), _MANYLINUX_MINORS[-1]
    )
    return f"{MACHINES[target.architecture]}-manylinux_2_{minor}"


def _write_preferred(question: Question, path: Path) -> None:
    """Write the output of an imaginary former run, whose versions uv prefers to keep."""
    if not question.preferred:
        return
    import tomli_w  # noqa: PLC0415 - not needed when nothing changed

    packages = [{"name": name, "version": version} for name, version in question.preferred]
    document = {"lock-version": "1.0", "created-by": "lpack", "packages": packages}
    path.write_text(tomli_w.dumps(document), encoding="utf-8")


def _handed_over(question: Question, settings: IndexSettings) -> Indexes | None:
    """Give all places to look in where uv was told none; otherwise it reads its own itself."""
    if settings.uv.are_stated:
        return None
    places = places_of(question, settings.pip)
    # pip passes over a folder that is not there; uv stops.
    return replace(
        places,
        extra_index_urls=tuple(filter(_exists, places.extra_index_urls)),
        find_links=tuple(filter(_exists, places.find_links)),
    )


def _index_words(handed: Indexes, settings: IndexSettings) -> list[str]:
    words = ["--no-index"] if handed.no_index else []
    for link in handed.find_links:
        if not is_remote(link):
            words += ["--find-links", link]
    for host in settings.trusted_hosts:
        words += ["--allow-insecure-host", host]
    if merges(handed):
        # pip takes the best version of all indexes. uv's own way, the first index that has the
        # project, is safer against a stranger who takes a private name on a public index, but
        # these settings were written for pip, and the other resolver has to give the same answer.
        words += ["--index-strategy", "unsafe-best-match"]
    return words


def _index_variables(handed: Indexes) -> dict[str, str]:
    """Hand over URLs by variables: they may hold passwords, and a command line is public.

    For uv the default index comes last, for pip the main one comes first; of a file that several
    have, the first gives the location. So the last of pip's is uv's default.
    """
    *others, last = handed.urls() or ("",)
    found = {
        "UV_DEFAULT_INDEX": last if others or handed.index_url else "",
        "UV_INDEX": " ".join(others),
        "UV_FIND_LINKS": ",".join(link for link in handed.find_links if is_remote(link)),
    }
    return {name: value for name, value in found.items() if value}


def _connection(system: System, settings: IndexSettings) -> dict[str, str]:
    """Give what pip was told of the way to the index, as far as uv was not told itself."""
    wanted: dict[str, str | None] = {
        "SSL_CERT_FILE": settings.certificate,
        "SSL_CLIENT_CERT": settings.client_certificate,
        "HTTPS_PROXY": settings.proxy,
        "HTTP_PROXY": settings.proxy,
        "UV_HTTP_TIMEOUT": None if settings.timeout is None else str(int(settings.timeout)),
        "UV_KEYRING_PROVIDER": "subprocess" if settings.keyring else None,
    }
    known = {name.upper() for name, value in system.environ.items() if value}
    return {name: value for name, value in wanted.items() if value and name not in known}


def merges(indexes: Indexes) -> bool:
    """Whether uv is to take the best version of several indexes."""
    return bool(indexes.extra_index_urls)


def _relay_variables(
    environ: Mapping[str, str], handed: Indexes | None, relay: str
) -> dict[str, str]:
    """Put the relay before all indexes, or in their place where it merges them itself."""
    hosts = ",".join(filter(None, [environ.get("NO_PROXY", ""), "127.0.0.1"]))
    direct = {"NO_PROXY": hosts, "no_proxy": hosts}
    if handed and merges(handed):
        return {**direct, "UV_INDEX": "", "UV_DEFAULT_INDEX": relay}
    return {**direct, "UV_INDEX": f"{relay} {environ.get('UV_INDEX', '')}".strip()}


def _exists(location: str) -> bool:
    path = local_path(location)
    return path is None or path.exists()
