"""A lock that has lost a package never ships a package without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import lpack
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def locked(project: Path) -> Path:
    """Make a project with a lock of two distributions, one asked for by the other."""
    wheelhouse = project.parent / "wheelhouse"
    wheelhouse.mkdir()
    make_wheel(wheelhouse, "alpha", "1.0", {"alpha.py": ""}, requires=["beta"])
    make_wheel(wheelhouse, "beta", "1.0", {"beta.py": ""})
    (project / "app.py").write_text("def handler(event, context):\n    return event\n")
    (project / "requirements.txt").write_text("alpha\n")
    assert lpack(project, "lock").returncode == 0
    return project


@pytest.mark.parametrize(
    "words", [("build",), ("build", "--locked"), ("check",), ("lock", "--check")]
)
@pytest.mark.parametrize("cut", ['[[packages]]\nname = "beta"', "[tool.lpack"])
def test_a_lock_that_lost_something_is_refused(
    locked: Path, words: tuple[str, ...], cut: str
) -> None:
    """A dependency of a dependency that is gone would only be missed in production."""
    lock = locked / "pylock.toml"
    text = lock.read_text()
    head, found, rest = text.partition(cut)
    tail = rest[rest.index("[tool.lpack") :] if "packages" in cut else ""
    assert found
    lock.write_text(head + tail)

    done = lpack(locked, *words)

    assert done.returncode == 3
    assert "error[LP110]: the packages of `pylock.toml` are not those" in done.stderr
    assert not (locked / "dist").exists()
    assert lpack(locked, "lock").returncode == 0
    assert lock.read_text() == text
