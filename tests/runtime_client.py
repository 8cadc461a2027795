"""Lambda's runtime client for the tests: fetched once for an environment, then without network."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack.cli.terminal import NoProgress
from lpack.deploying.client import client_for
from lpack.deploying.python import host_architecture
from lpack.errors import LpackError
from lpack.model import Project, Target
from lpack.platforms import runtime_named
from lpack.system import System
from lpack.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARED = Path(sys.prefix) / "lpack-test-clients"
_WHEELS = "wheels-1"
# Settings of pip as they were before any test hid them: an index of one's own may be needed.
ENVIRON = dict(os.environ)


def seed_client(cache: Path, python: tuple[int, int] = sys.version_info[:2]) -> None:
    """Put the client for a Python into a cache, as if it had been used before."""
    runtime = runtime_named("python{}.{}".format(*python))
    assert runtime is not None
    arm = host_architecture() == "arm64"
    client_folder(Target(runtime, "arm64" if arm else "x86_64"), ENVIRON)
    for wheel in (SHARED / _WHEELS).rglob("*.whl"):
        place = cache / wheel.relative_to(SHARED)
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            shutil.copy(wheel, place)


def client_folder(target: Target, environ: Mapping[str, str] = ENVIRON) -> Path:
    """Give the client, unpacked; a machine that has never had it and has no network skips."""
    system = System(environ={**environ, "LPACK_CACHE_DIR": str(SHARED)})
    work = Work(Project(SHARED, SHARED, (), (), "auto"), system, NoProgress())
    try:
        return client_for(target, work)
    except LpackError as error:
        pytest.skip(f"Lambda's runtime client cannot be fetched: {error}")
