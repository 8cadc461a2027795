"""A private index whose password only the `keyring` program knows."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from lpack.index.settings import read_index_settings
from lpack.system import System
from tests.index_server import IndexServer, write_wheel
from tests.resolving import NEW_INTEL, Asker, both, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYRING = """\
#!{python}
import sys
if sys.argv[-1] == "someone" and "127.0.0.1" in sys.argv[-2]:
    print("sesame")
else:
    sys.exit(1)
"""


@pytest.fixture
def private(tmp_path: Path) -> Iterator[IndexServer]:
    """Serve an index that wants a password."""
    (tmp_path / "wheels").mkdir()
    write_wheel(tmp_path / "wheels", "lib", "1.0", requires=["dependency"])
    write_wheel(tmp_path / "wheels", "dependency", "1.0")
    with IndexServer(tmp_path / "wheels", password="sesame") as server:
        yield server


@both
@pytest.mark.parametrize("variable", ["PIP_KEYRING_PROVIDER", "UV_KEYRING_PROVIDER"])
def test_the_keyring_of_either_tool_opens_the_index(
    resolver: str, variable: str, private: IndexServer, tmp_path: Path
) -> None:
    """The user stands in the index's address, and both resolvers and downloads find the rest."""
    program = tmp_path / "bin" / "keyring"
    program.parent.mkdir()
    program.write_text(KEYRING.format(python=sys.executable))
    program.chmod(0o755)
    asker = Asker(tmp_path, private.url.replace("://", "://someone@"))
    asker.environ["PATH"] = f"{program.parent}{os.pathsep}{asker.environ['PATH']}"
    asker.environ[variable] = "subprocess"

    resolution = asker.ask(resolver, NEW_INTEL, "lib")
    settings = read_index_settings(asker.environ, asker.folder, System(asker.environ))

    assert versions(resolution) == {"dependency": "1.0", "lib": "1.0"}
    location = resolution.packages[0].wheels[0].location
    assert location.startswith(private.origin)
    assert settings.credentials_for(location) == ("someone", "sesame")
