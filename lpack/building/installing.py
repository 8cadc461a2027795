"""Installing what a build needs into its environment: wheels only, from the user's indexes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lpack.building.failing import build_failed, last_lines
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpack.building.environment import Environment
    from lpack.index.settings import Indexes, IndexSettings
    from lpack.model import IndexOptions, Where
    from lpack.system import System

_SECONDS = 15 * 60
# Settings of pip and uv about anything but where to look; the rest is read once, by lpack.
_KEPT = (
    "PIP_CACHE_DIR",
    "PIP_KEYRING_PROVIDER",
    "PIP_NO_CACHE_DIR",
    "PIP_RETRIES",
    "UV_CACHE_DIR",
    "UV_CREDENTIALS_DIR",
    "UV_HTTP_RETRIES",
    "UV_HTTP_TIMEOUT",
    "UV_KEYRING_PROVIDER",
    "UV_NATIVE_TLS",
    "UV_NO_CACHE",
    "UV_SYSTEM_CERTS",
)
_DROPPED = ("PIP_", "UV_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX")


@dataclass(frozen=True, slots=True)
class Supply:
    """Where the requirements of a build come from, and the versions that they are held to."""

    settings: IndexSettings
    index: IndexOptions
    offline: bool
    pins: tuple[str, ...] = ()
    """`name==version`, as a lock remembers them."""

    def indexes_for(self, tool: str) -> Indexes:
        """Give all places to look in: those of the user's settings and of the requirements."""
        known, stated = self.settings.indexes_for(tool), self.index
        return replace(
            known,
            index_url=stated.index_url or known.index_url,
            extra_index_urls=(*known.extra_index_urls, *stated.extra_index_urls),
            find_links=(*known.find_links, *stated.find_links),
            no_index=known.no_index or stated.no_index,
            assigned=stated.assigned,
            reserved=stated.reserved,
        )


def install(
    requirements: Sequence[str],
    environment: Environment,
    supply: Supply,
    system: System,
    where: Where,
) -> None:
    """Install requirements (PEP 508, no URLs) and what they need; raises BuildError LP119.

    No code of theirs runs, so the installer may have the user's whole environment, which logging
    in to an index may need.
    """
    tool = "uv" if system.which("uv") else "pip"
    indexes = supply.indexes_for(tool)
    environment.constraints.write_text("\n".join(supply.pins), encoding="utf-8")
    for url, assigned in _assigned(requirements, supply, indexes).items():
        only = replace(indexes, index_url=url, extra_index_urls=(), find_links=(), reserved=())
        # What they need in turn comes with the rest.
        _run(tool, assigned, ["--no-deps"], only, environment, supply, system, where)
    _run(tool, requirements, [], indexes, environment, supply, system, where)


def _assigned(
    requirements: Sequence[str], supply: Supply, indexes: Indexes
) -> dict[str, list[str]]:
    """Sort out what has an index of its own, by the URL of that."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - only where one builds
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - as above

    home = {} if indexes.no_index else dict(indexes.assigned)
    found: dict[str, list[str]] = {}
    for text in (*requirements, *supply.pins):
        name = canonicalize_name(Requirement(text).name)
        if name in home:
            found.setdefault(home[name], []).append(text)
    return found


def _run(  # noqa: PLR0913 - what an installer has to be told
    tool: str,
    requirements: Sequence[str],
    options: list[str],
    indexes: Indexes,
    environment: Environment,
    supply: Supply,
    system: System,
    where: Where,
) -> None:
    environment.requirements.write_text("\n".join(requirements), encoding="utf-8")
    files = [
        *("--requirement", str(environment.requirements)),
        *("--constraint", str(environment.constraints)),
        *("--only-binary", ":all:"),
    ]
    make = _uv if tool == "uv" else _pip
    words, variables = make(environment, indexes, supply, system)
    try:
        done = system.run(
            [*words, *files, *options],
            environ={**_kept(system), **variables},
            folder=environment.folder,
            timeout=_SECONDS,
        )
    except OSError as error:
        reason = error.strerror or f"{tool} takes more than {_SECONDS // 60} minutes"
        raise _failed(requirements, supply, where, (reason,)) from error
    if done.status:
        raise _failed(requirements, supply, where, last_lines(done))


def _failed(
    requirements: Sequence[str], supply: Supply, where: Where, said: tuple[str, ...]
) -> Exception:
    hint = "see whether an index has wheels of them for this Python"
    if supply.offline:
        hint = "run the command once without `--offline`"
    listed = ", ".join(f"`{one}`" for one in requirements)
    return build_failed(
        f"what the build needs cannot be installed: {listed}", where, said=said, hint=hint
    )


def _pip(
    environment: Environment, indexes: Indexes, supply: Supply, system: System
) -> tuple[list[str], dict[str, str]]:
    """Call lpack's own pip, which is told by variables: they may hold passwords."""
    del system
    settings, links = supply.settings, indexes.find_links
    urls = [settings.with_credentials(url) for url in indexes.urls()]
    if supply.offline:  # for which pip has no option
        urls = [url for url in urls if _path_of(url) is not None]
        links = tuple(one for one in links if _path_of(one) is not None)
    variables = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": urls[0] if urls else "",
        "PIP_EXTRA_INDEX_URL": " ".join(urls[1:]),
        # pip splits at spaces, which a path may have and a URL has not.
        "PIP_FIND_LINKS": " ".join(map(_as_url, links)),
        "PIP_NO_INDEX": "" if urls else "1",
        "PIP_CERT": settings.certificate or "",
        "PIP_CLIENT_CERT": settings.client_certificate or "",
        "PIP_PROXY": settings.proxy or "",
        "PIP_TIMEOUT": "" if settings.timeout is None else str(settings.timeout),
        "PIP_TRUSTED_HOST": " ".join(settings.trusted_hosts),
    }
    words = [
        *(sys.executable, "-m", "pip", "--python", str(environment.python)),
        *("install", "--quiet", "--no-input", "--no-color", "--disable-pip-version-check"),
        # Most of it is never imported.
        "--no-compile",
    ]
    return words, {name: value for name, value in variables.items() if value}


def _uv(
    environment: Environment, indexes: Indexes, supply: Supply, system: System
) -> tuple[list[str], dict[str, str]]:
    """Call uv, which is told by variables as far as there may be passwords in them."""
    settings = supply.settings
    urls = [settings.with_credentials(url) for url in indexes.urls() if _exists(url)]
    variables = {
        "UV_DEFAULT_INDEX": urls[0] if urls else "",
        "UV_INDEX": " ".join(urls[1:]),
        "UV_FIND_LINKS": ",".join(_as_url(one) for one in indexes.find_links if _exists(one)),
        "UV_PYTHON_DOWNLOADS": "never",
        "SSL_CERT_FILE": settings.certificate or "",
        "SSL_CLIENT_CERT": settings.client_certificate or "",
        "HTTPS_PROXY": settings.proxy or "",
        "HTTP_PROXY": settings.proxy or "",
    }
    if settings.timeout is not None:
        variables["UV_HTTP_TIMEOUT"] = str(int(settings.timeout))
    words = [
        *(str(system.which("uv") or "uv"), "pip", "install", "--python", str(environment.python)),
        *("--quiet", "--no-progress", "--color", "never", "--no-config"),
        # A build that changes its environment must not change uv's cache with it.
        *("--link-mode", "copy"),
        *(["--offline"] if supply.offline else []),
        *([] if urls else ["--no-index"]),
        # pip takes the best version of all indexes, and pip's settings were written for that.
        *([] if settings.uv.are_stated else ["--index-strategy", "unsafe-best-match"]),
    ]
    for host in settings.trusted_hosts:
        words += ["--allow-insecure-host", host]
    return words, {name: value for name, value in variables.items() if value}


def _kept(system: System) -> dict[str, str]:
    return {
        name: value
        for name, value in system.environ.items()
        if name in _KEPT or not name.startswith(_DROPPED)
    }


def _path_of(location: str) -> Path | None:
    parts = urlsplit(location)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    return None if parts.scheme else Path(location)


def _exists(location: str) -> bool:
    """Whether to look there: pip passes over a folder that is not there, and uv stops."""
    path = _path_of(location)
    return path is None or path.exists()


def _as_url(location: str) -> str:
    path = _path_of(location)
    return location if path is None else path.absolute().as_uri()
