"""What the tests of whole builds share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.building import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    """Give a process that runs lpack quickly; runs share nothing but loaded modules."""
    with Forge(tmp_path_factory.mktemp("talk")) as running:
        yield running
