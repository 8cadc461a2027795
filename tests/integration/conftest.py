"""What the tests of whole builds share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.building import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    """Give a process that runs lpack quickly; runs share nothing but loaded modules."""
    with Forge() as running:
        yield running
