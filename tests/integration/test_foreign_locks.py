"""A project that has a lock of another tool ships the versions of that lock, or says why not."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import tomli

from tests.command_line import lpack
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

HANDLER = "def handler(event, context):\n    return event\n"
PROJECT = '[project]\nname = "app"\nversion = "1"\ndependencies = ["alpha"]\n'
POETRY = '[tool.poetry.dependencies]\npython = "^3.10"\nalpha = "^1.0"\n'
PIPFILE = '[packages]\nalpha = "*"\n'


@pytest.fixture
def wheelhouse(tmp_path: Path) -> dict[str, str]:
    """Make two versions of alpha and beta, and give the digest of each wheel."""
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    made = [
        make_wheel(folder, name, version, {f"{name}.py": version}, requires=requires)
        for name, requires in (("alpha", ("beta",)), ("beta", ()))
        for version in ("1.0", "1.1")
    ]
    return {
        "-".join(path.name.split("-")[:2]): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in made
    }


def toml_lock(form: str, wheels: dict[str, str]) -> str:
    source = 'source = { registry = "https://pypi.org/simple" }\n' if form == "uv.lock" else ""
    key = "wheels" if form == "uv.lock" else "files"
    return "".join(
        f'[[package]]\nname = "{name}"\nversion = "1.0"\n{source}'
        f'{key} = [{{ file = "x.whl", hash = "sha256:{wheels[f"{name}-1.0"]}" }}]\n\n'
        for name in ("alpha", "beta")
    )


def pipfile_lock(wheels: dict[str, str]) -> str:
    rows = ", ".join(
        f'"{name}": {{"version": "==1.0", "hashes": ["sha256:{wheels[f"{name}-1.0"]}"]}}'
        for name in ("alpha", "beta")
    )
    return f'{{"default": {{{rows}}}, "develop": {{}}}}'


@pytest.mark.parametrize("resolver", ["uv", "pip-tools"])
@pytest.mark.parametrize(
    ("declaration", "content", "lock"),
    [
        ("pyproject.toml", PROJECT, "uv.lock"),
        ("pyproject.toml", PROJECT, "pdm.lock"),
        ("pyproject.toml", POETRY, "poetry.lock"),
        ("Pipfile", PIPFILE, "Pipfile.lock"),
    ],
)
def test_the_versions_of_the_lock_are_shipped(  # noqa: PLR0913 - every combination
    project: Path,
    wheelhouse: dict[str, str],
    resolver: str,
    declaration: str,
    content: str,
    lock: str,
) -> None:
    """The newest versions would be 1.1; the lock says 1.0, and its digests are compared."""
    text = pipfile_lock(wheelhouse) if lock == "Pipfile.lock" else toml_lock(lock, wheelhouse)
    (project / "app.py").write_text(HANDLER)
    (project / declaration).write_text(content)
    (project / lock).write_text(text)

    done = lpack(project, "build", "--resolver", resolver)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"2 distributions (pylock.toml, {resolver}, written, versions of {lock})" in done.stdout
    packages = tomli.loads((project / "pylock.toml").read_text())["packages"]
    assert [(one["name"], one["version"]) for one in packages] == [
        ("alpha", "1.0"),
        ("beta", "1.0"),
    ]
    assert "fits" in lpack(project, "lock", "--check", "--resolver", resolver).stdout


def test_a_changed_lock_of_the_other_tool_changes_the_package(
    project: Path, wheelhouse: dict[str, str]
) -> None:
    """What uv updated, the next build ships; `--locked` refuses until it is locked anew."""
    (project / "app.py").write_text(HANDLER)
    (project / "pyproject.toml").write_text(PROJECT)
    old = toml_lock("uv.lock", wheelhouse)
    (project / "uv.lock").write_text(old)
    lpack(project, "build")

    (project / "uv.lock").write_text(
        old.replace('"1.0"', '"1.1"')
        .replace(wheelhouse["alpha-1.0"], wheelhouse["alpha-1.1"])
        .replace(wheelhouse["beta-1.0"], wheelhouse["beta-1.1"])
    )

    assert "LP108" in lpack(project, "build", "--locked").stderr
    assert lpack(project, "build").returncode == 0
    assert 'version = "1.1"' in (project / "pylock.toml").read_text()


def test_a_digest_that_the_other_lock_does_not_have_is_refused(
    project: Path, wheelhouse: dict[str, str]
) -> None:
    """The index has another file than the one that was locked."""
    (project / "app.py").write_text(HANDLER)
    (project / "pyproject.toml").write_text(PROJECT)
    lock = toml_lock("uv.lock", wheelhouse).replace(wheelhouse["beta-1.0"], "0" * 64)
    (project / "uv.lock").write_text(lock)

    done = lpack(project, "build")

    assert done.returncode == 3
    assert "error[LP116]: no hash stated for `beta==1.0`" in done.stderr


def test_two_locks_that_disagree_are_an_error(project: Path, wheelhouse: dict[str, str]) -> None:
    """Which of them is meant cannot be told."""
    (project / "app.py").write_text(HANDLER)
    (project / "pyproject.toml").write_text(PROJECT)
    (project / "uv.lock").write_text(toml_lock("uv.lock", wheelhouse))
    other = toml_lock("pdm.lock", wheelhouse).replace('"1.0"', '"1.1"')
    (project / "pdm.lock").write_text(other)

    done = lpack(project, "build")

    assert done.returncode == 3
    assert "error[LP103]: uv.lock and pdm.lock disagree: `alpha==1.0`, `alpha==1.1`" in done.stderr
