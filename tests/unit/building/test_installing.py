"""What a build needs is installed as wheels, from where the user says, and nobody sees how."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack.building.environment import Environment
from lpack.building.installing import Supply, install
from lpack.errors import BuildError
from lpack.index.settings import IndexSettings, read_index_settings
from lpack.model import IndexOptions, Where
from lpack.system import Completed, System
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PRIVATE = "https://me:secret@a.example/simple"
_TOOLS = pytest.mark.parametrize("tool", ["pip", "uv"])


@dataclass(frozen=True)
class RecordingSystem(System):
    """Starts nothing, and remembers what it should have started."""

    tool: str = "uv"
    status: int = 0
    started: list[tuple[str, Mapping[str, str], str, str]] = field(default_factory=list)

    def run(
        self,
        command: Sequence[str],
        *,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
        timeout: float | None = None,
    ) -> Completed:
        """Remember the words, the variables, and the files that are handed over."""
        assert folder is not None
        assert timeout
        assert not stdin
        requirements = (folder / "requirements.txt").read_text()
        constraints = (folder / "constraints.txt").read_text()
        self.started.append((" ".join(command), environ or {}, requirements, constraints))
        return Completed(self.status, b"", b"at https://me:secret@a.example/\n\x1b[31mno\x1b[0m\n")

    def which(self, program: str) -> Path | None:
        """Have uv or not."""
        return Path("/bin/uv") if program == self.tool else None


def installed(
    folder: Path, system: RecordingSystem, supply: Supply, *requirements: str
) -> RecordingSystem:
    """Install, and give what was started."""
    install(requirements or ("tool>=1",), Environment(folder), supply, system, Where("x"))
    return system


def supply_of(index: IndexOptions, *, offline: bool = False, **environ: str) -> Supply:
    """Give the supply of a user with these variables."""
    settings = read_index_settings({"HOME": "/nowhere", "PIP_CONFIG_FILE": "/dev/null", **environ})
    return Supply(settings, index, offline)


@_TOOLS
def test_only_wheels_are_installed(tmp_path: Path, tool: str) -> None:
    """Whatever has to be built itself would run code with the user's variables."""
    supply = Supply(IndexSettings(), IndexOptions(), offline=False, pins=("tool==1.2",))
    ((words, _, requirements, constraints),) = installed(
        tmp_path, RecordingSystem(tool=tool), supply
    ).started

    assert "--only-binary :all:" in words
    assert (requirements, constraints) == ("tool>=1", "tool==1.2")


@_TOOLS
def test_passwords_are_not_on_the_command_line(tmp_path: Path, tool: str) -> None:
    """A list of processes can be read by everybody."""
    supply = supply_of(IndexOptions(), PIP_INDEX_URL=_PRIVATE, PIP_EXTRA_INDEX_URL=_PRIVATE)

    ((words, environ, _, _),) = installed(tmp_path, RecordingSystem(tool=tool), supply).started

    assert "secret" not in words
    assert environ["UV_DEFAULT_INDEX" if tool == "uv" else "PIP_INDEX_URL"] == _PRIVATE


@_TOOLS
def test_settings_for_other_purposes_are_not_handed_on(tmp_path: Path, tool: str) -> None:
    """They could move the installation, or let something be built."""
    environ = {
        "PIP_TARGET": "/x",
        "PIP_NO_BINARY": ":all:",
        "UV_NO_BINARY": "1",
        "PYTHONPATH": "/y",
        "PIP_CACHE_DIR": "/cache",
        "AWS_PROFILE": "of the user's index",
    }
    system = RecordingSystem(environ, tool=tool)

    ((_, given, _, _),) = installed(tmp_path, system, supply_of(IndexOptions())).started

    assert set(environ) & set(given) == {"PIP_CACHE_DIR", "AWS_PROFILE"}


@_TOOLS
def test_the_requirements_own_index_wins(tmp_path: Path, tool: str) -> None:
    """As for the requirements of the function, and an index that is reserved is not asked."""
    index = IndexOptions(
        index_url="https://own.example/simple",
        extra_index_urls=("https://more.example/simple", "https://closed.example/simple/"),
        reserved=("https://closed.example/simple",),
    )
    supply = supply_of(index, PIP_INDEX_URL=_PRIVATE)

    ((_, environ, _, _),) = installed(tmp_path, RecordingSystem(tool=tool), supply).started

    names = ("UV_DEFAULT_INDEX", "UV_INDEX") if tool == "uv" else ()
    names = names or ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL")
    assert [environ[name] for name in names] == [
        "https://own.example/simple",
        "https://more.example/simple",
    ]


@_TOOLS
def test_what_is_assigned_comes_from_its_own_index(tmp_path: Path, tool: str) -> None:
    """A stranger's distribution of the same name elsewhere is never looked at."""
    index = IndexOptions(assigned=(("my-tool", "https://own.example/simple"),))
    system = RecordingSystem(tool=tool)

    first, second = installed(tmp_path, system, supply_of(index), "My_Tool", "other").started

    name = "UV_DEFAULT_INDEX" if tool == "uv" else "PIP_INDEX_URL"
    assert "--no-deps" in first[0]
    assert (first[1][name], first[2]) == ("https://own.example/simple", "My_Tool")
    assert (second[1][name], second[2]) == ("https://pypi.org/simple", "My_Tool\nother")


@_TOOLS
def test_nothing_is_asked_offline(tmp_path: Path, tool: str) -> None:
    """Folders of wheels still serve."""
    supply = supply_of(IndexOptions(find_links=(str(tmp_path),)), offline=True)

    ((words, environ, _, _),) = installed(tmp_path, RecordingSystem(tool=tool), supply).started

    assert ("--offline" in words) if tool == "uv" else (environ["PIP_NO_INDEX"] == "1")
    assert environ["UV_FIND_LINKS" if tool == "uv" else "PIP_FIND_LINKS"] == tmp_path.as_uri()


def test_a_failure_shows_what_the_installer_said(tmp_path: Path) -> None:
    """Without credentials and colours."""
    with pytest.raises(BuildError) as failed:
        installed(tmp_path, RecordingSystem(status=1), supply_of(IndexOptions()))

    assert str(failed.value).splitlines() == [
        "what the build needs cannot be installed: `tool>=1`",
        "  at https://a.example/",
        "  no",
    ]
