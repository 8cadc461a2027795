"""Functions ready to be called, made of a few files, in the Python that runs the tests."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from lpack.deploying.python import host_architecture
from lpack.model import Deployment, InstalledPython, Surroundings, Target
from lpack.platforms import runtime_named
from lpack.runtime import open_sandbox
from lpack.system import System
from tests.runtime_client import client_folder

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from lpack.runtime import Sandbox
    from tests.handler_zoo import Package

RUNNING = "python{}.{}".format(*sys.version_info)


def this_python() -> InstalledPython:
    """Give the Python that runs the tests, outside of any virtual environment."""
    program = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    version = "{}.{}.{}".format(*sys.version_info)
    return InstalledPython(program, version, os.path.realpath(sys.base_prefix), program)


def deployment_of(
    folder: Path, package: Package, python: InstalledPython | None = None, **settings: Any
) -> Deployment:
    """Write the files of a package and make a function of it."""
    python = python or this_python()
    task = written(folder / "task", package)
    runtime = runtime_named("python{}.{}".format(*python.version.split(".")))
    assert runtime is not None
    host = "arm64" if host_architecture() == "arm64" else "x86_64"
    client = client_folder(Target(runtime, host))  # type: ignore[arg-type]
    return Deployment(
        "api",
        package.handler,
        runtime.name,
        host,
        str(task),
        interpreter=python,
        client=str(client),
        **settings,
    )


def written(task: Path, package: Package) -> Path:
    """Write the files of a package into a folder, as Lambda unpacks them."""
    task.mkdir(parents=True, exist_ok=True)
    for name, text in package.files.items():
        path = task / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o644)
    # pytest's folders are nobody else's, and the function is somebody else where it is enclosed.
    for one in (task, *(path for path in task.rglob("*") if path.is_dir())):
        one.chmod(0o755)
    return task


def sandbox(
    deployment: Deployment, surroundings: Surroundings | None = None, **options: Any
) -> AbstractContextManager[Sandbox]:
    """Open a sandbox; without more words in namespaces, where there are any."""
    return open_sandbox(deployment, surroundings or Surroundings(), System(), **options)
