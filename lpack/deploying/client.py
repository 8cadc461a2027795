"""Lambda's runtime client for a Python: pinned by digest, fetched as any wheel, unpacked once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.data import own_text
from lpack.deploying.folders import unpacked
from lpack.errors import BuildError
from lpack.lockfile import LockFile, packages_for
from lpack.model import Lock, RequirementSet
from lpack.steps.fetch import fetch

if TYPE_CHECKING:
    from lpack.model import Target
    from lpack.work import Work

# The last release of the client that has wheels for a Python, by the oldest such Python.
_LOCKS = (
    ((3, 10), "pylock.py310.toml"),
    ((3, 9), "pylock.py39.toml"),
    ((3, 8), "pylock.py38.toml"),
)


def client_for(target: Target, work: Work, brought: tuple[str, ...] = ()) -> Path:
    """Give the folder with the client for a target's Python, which is that of this machine.

    What else the runtime brings is there where its lock is named in `brought`, in about the
    versions that the runtime has.
    Raises BuildError LP206 when it would have to be fetched and may not be, LP408 when there is
    none for so old a Python, and what fetching raises.
    """
    name = next((name for oldest, name in _LOCKS if target.runtime.python >= oldest), None)
    if name is None:
        raise BuildError(
            "LP408",
            f"there is no runtime client for {target.runtime.name}",
            hint="choose a newer runtime with `--runtime`",
        )
    contents = {one: _text(one) for one in (name, *brought)}
    packages = tuple(
        package
        for one, content in contents.items()
        for package in packages_for(LockFile(Path(one), one, content), target)
    )
    digest = hashlib.sha256(b"".join(contents.values())).hexdigest()
    locked = Lock(None, digest, "uv", packages, fresh=False)
    try:
        fetched = fetch(
            locked,
            RequirementSet(()),
            work.store,
            work.builder(""),
            work.system.environ,
            progress=work.progress.bytes,
        )
    except BuildError as error:
        if error.code != "LP206":
            raise
        raise BuildError(
            "LP206",
            f"what Lambda's runtime brings is not in the cache: {_named(brought)}",
            hint="run the command once without `--offline`",
        ) from error
    return unpacked((wheel.path for wheel in fetched.wheels), work.cache)


def _named(brought: tuple[str, ...]) -> str:
    """Say in words what locks hold."""
    if not brought:
        return "its client"
    names = {"pylock.sdk.toml": "boto3"}
    words = (one.removeprefix("pylock.").removesuffix(".toml") for one in brought)
    return ", ".join(names.get(one, word) for one, word in zip(brought, words, strict=True))


def _text(name: str) -> bytes:
    return own_text("schemas", "runtime-client", name).encode()
