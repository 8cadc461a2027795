"""Manifests as they were committed: one blob of the user's own repository, read by git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.comparing.manifests import MANIFEST_BYTES
from lpack.comparing.names import brief
from lpack.errors import UsageError, without_credentials
from lpack.model import Where

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.system import System

_SECONDS = 60
# Nothing that a repository or its owner has set up is run.
_SETTINGS = (
    "--no-pager",
    "--no-optional-locks",
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "protocol.allow=never"),
)


def committed(revision: str, path: str | None, folder: Path, system: System) -> bytes:
    """Give the file at `path`, counted from the folder, as a revision of git has it.

    Without a path, `revision` names the file as well, as in `HEAD~1:dist/api.manifest.json`.
    Raises UsageError LP403.
    """
    name = revision if path is None else f"{revision}:./{path}"
    if name.startswith("-") or "\0" in name:
        raise _failed(name, "is no revision of git")
    size = _git(name, folder, system, "-s")
    if int(size) > MANIFEST_BYTES:
        raise _failed(name, "is too large for a manifest")
    return _git(name, folder, system, "blob")


def _git(name: str, folder: Path, system: System, what: str) -> bytes:
    program = system.which("git")
    if program is None:
        raise _failed(name, "is no file, and cannot be a revision without git", "install git")
    environ = {**system.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = system.run(
            [str(program), *_SETTINGS, "cat-file", what, name],
            environ={**environ, "LC_ALL": "C"},
            folder=folder,
            timeout=_SECONDS,
        )
    except TimeoutError as error:
        raise _failed(name, f"is not read by git within {_SECONDS} seconds") from error
    except (OSError, ValueError) as error:
        raise _failed(name, "cannot be read, as git does not start") from error
    if done.status:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = without_credentials(lines[-1].removeprefix("fatal: ")) if lines else "it fails"
        raise _failed(name, f"is neither a file nor a revision: git says {brief(reason)}")
    return done.stdout


def _failed(name: str, reason: str, hint: str | None = None) -> UsageError:
    return UsageError(
        "LP403",
        f"`{brief(name)}` {reason}",
        where=Where(name),
        hint=hint
        or "name a zip, a manifest, or a revision such as `HEAD~1:./dist/NAME.manifest.json`",
    )
