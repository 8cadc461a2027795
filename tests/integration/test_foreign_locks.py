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
    """Write a lock of both; uv's names the local index, the others state digests only."""
    uv = form == "uv.lock"
    rows = ["version = 1\n"] if uv else []
    for name, needs in (("alpha", "beta"), ("beta", "")):
        wheel = f"{name}-1.0-py3-none-any.whl"
        key, place = ("wheels", "path") if uv else ("files", "file")
        rows.append(f'[[package]]\nname = "{name}"\nversion = "1.0"\n')
        rows.append('source = { registry = "../wheelhouse" }\n' if uv else "")
        if needs and form != "poetry.lock":
            rows.append(
                f"dependencies = [{{ name = '{needs}' }}]\n"
                if uv
                else f"dependencies = ['{needs}']\n"
            )
        digest = wheels[f"{name}-1.0"]
        rows.append(f'{key} = [{{ {place} = "{wheel}", hash = "sha256:{digest}" }}]\n')
        if needs and form == "poetry.lock":
            rows.append(f'[package.dependencies]\n{needs} = "*"\n')
    return "".join(rows)


def pipfile_lock(wheels: dict[str, str]) -> str:
    rows = ", ".join(
        f'"{name}": {{"version": "==1.0", "hashes": ["sha256:{wheels[f"{name}-1.0"]}"]}}'
        for name in ("alpha", "beta")
    )
    return f'{{"default": {{{rows}}}, "develop": {{}}}}'


@pytest.mark.parametrize(
    ("declaration", "content", "lock", "resolver"),
    [
        ("pyproject.toml", PROJECT, "uv.lock", "uv.lock"),
        ("pyproject.toml", PROJECT, "pdm.lock", "pdm.lock"),
        ("pyproject.toml", POETRY, "poetry.lock", "poetry.lock"),
        ("Pipfile", PIPFILE, "Pipfile.lock", "uv"),
        ("Pipfile", PIPFILE, "Pipfile.lock", "pip-tools"),
    ],
)
def test_the_versions_of_the_lock_are_shipped(  # noqa: PLR0913 - every combination
    project: Path,
    wheelhouse: dict[str, str],
    declaration: str,
    content: str,
    lock: str,
    resolver: str,
) -> None:
    """The newest versions would be 1.1; the lock says 1.0, and its digests are compared.

    No resolver runs but for Pipfile.lock, which does not say what a package needs.
    """
    text = pipfile_lock(wheelhouse) if lock == "Pipfile.lock" else toml_lock(lock, wheelhouse)
    (project / "app.py").write_text(HANDLER)
    (project / declaration).write_text(content)
    (project / lock).write_text(text)

    chosen = () if resolver == lock else ("--resolver", resolver)

    done = lpack(project, "build", *chosen)

    assert (done.returncode, done.stderr) == (0, "")
    versions = "" if resolver == lock else f", versions of {lock}"
    assert f"2 distributions (pylock.toml, {resolver}, written{versions})" in done.stdout
    packages = tomli.loads((project / "pylock.toml").read_text())["packages"]
    assert [(one["name"], one["version"]) for one in packages] == [
        ("alpha", "1.0"),
        ("beta", "1.0"),
    ]
    assert "fits" in lpack(project, "lock", "--check", *chosen).stdout


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
        .replace("-1.0-", "-1.1-")
        .replace(wheelhouse["alpha-1.0"], wheelhouse["alpha-1.1"])
        .replace(wheelhouse["beta-1.0"], wheelhouse["beta-1.1"])
    )

    assert "LP108" in lpack(project, "build", "--locked").stderr
    assert lpack(project, "build").returncode == 0
    assert 'version = "1.1"' in (project / "pylock.toml").read_text()


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        ("uv.lock", "error[LP202]: `beta-1.0-py3-none-any.whl` has sha256 "),
        ("pdm.lock", "error[LP116]: no index has a file of `beta==1.0` with a digest that was"),
    ],
)
def test_a_digest_that_the_other_lock_does_not_have_is_refused(
    project: Path, wheelhouse: dict[str, str], lock: str, told: str
) -> None:
    """The index has another file than the one that was locked."""
    (project / "app.py").write_text(HANDLER)
    (project / "pyproject.toml").write_text(PROJECT)
    text = toml_lock(lock, wheelhouse).replace(wheelhouse["beta-1.0"], "0" * 64)
    (project / lock).write_text(text)

    done = lpack(project, "build")

    assert done.returncode == 3
    assert told in done.stderr


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
