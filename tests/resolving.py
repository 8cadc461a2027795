"""Asking a resolver as a user would, for the tests of both."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import (
    IndexOptions,
    Requirement,
    RequirementSet,
    Resolution,
    Target,
    Where,
)
from lpack.platforms import runtime_named
from lpack.resolvers import RESOLVERS
from lpack.resolvers.base import Question
from lpack.system import System

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Architecture

both = pytest.mark.parametrize(
    "resolver", ["uv", pytest.param("pip-tools", marks=pytest.mark.slow)]
)


def target(runtime: str, architecture: Architecture) -> Target:
    found = runtime_named(runtime)
    assert found is not None
    return Target(found, architecture)


OLD_ARM = target("python3.10", "arm64")
NEW_INTEL = target("python3.13", "x86_64")
AMAZON_LINUX_2 = target("python3.11", "x86_64")


class Asker:
    """Asks a resolver as a user would who has `index` in pip's settings and no other setting."""

    def __init__(self, folder: Path, index_url: str) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "UV_CACHE_DIR": str(folder / "uv-cache"),
            "UV_HTTP_RETRIES": "0",
            "PIP_RETRIES": "0",
            "PIP_CACHE_DIR": str(folder / "pip-cache"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": index_url,
        }

    def ask(  # noqa: PLR0913 - each is one thing a test may want
        self,
        resolver: str,
        target: Target,
        *requirements: str,
        constraints: tuple[str, ...] = (),
        preferred: tuple[tuple[str, str], ...] = (),
        options: IndexOptions | None = None,
        hashes: Mapping[str, tuple[str, ...]] | None = None,
        offline: bool = False,
    ) -> Resolution:
        """Ask a resolver in this environment."""
        asked = RequirementSet(
            tuple(_requirement(text, line) for line, text in enumerate(requirements, 1)),
            tuple(Requirement(text, Where("constraints.txt", 1)) for text in constraints),
            hashes or {},
            options or IndexOptions(),
        )
        question = Question(asked, target, self.folder, preferred, offline)
        return RESOLVERS[resolver].resolve(System(self.environ), question)

    def fail(self, resolver: str, target: Target, *requirements: str) -> BuildError:
        """Ask for what cannot be had, and give the error."""
        with pytest.raises(BuildError) as caught:
            self.ask(resolver, target, *requirements)
        return caught.value


def _requirement(text: str, line: int) -> Requirement:
    return Requirement(text, Where("requirements.txt", line))


def versions(resolution: Resolution) -> dict[str, str]:
    return {package.name: package.version for package in resolution.packages}


def filenames(resolution: Resolution) -> dict[str, list[str]]:
    return {
        package.name: [wheel.filename for wheel in package.wheels]
        for package in resolution.packages
    }
