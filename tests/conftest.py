"""What every test may rely on: a private cache, and no setting of the machine it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pathlib import Path

# The same examples in every run, so that a change is judged by what it changed;
# `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile("repeatable")

_SETTINGS = ("PIP_", "UV_", "LPACK_", "XDG_", "AWS_")


@pytest.fixture(autouse=True)
def _clean_environment(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Keep the user's settings out; tests that use the network keep those of pip and uv."""
    import os  # noqa: PLC0415 - only to look at the names

    home = tmp_path_factory.mktemp("home")
    kept = () if request.node.get_closest_marker("network") is None else ("PIP_", "UV_")
    for name in list(os.environ):
        if name.startswith(_SETTINGS) and not name.startswith(kept or ("\0",)):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LPACK_CACHE_DIR", str(home / "cache"))
    if not kept:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give an empty folder for a project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder
