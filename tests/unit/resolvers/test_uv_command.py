"""The command and the variables that uv is started with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.index.settings import Indexes, IndexSettings
from lpack.model import (
    Architecture,
    IndexOptions,
    Requirement,
    RequirementSet,
    Target,
    Where,
)
from lpack.platforms import runtime_named
from lpack.resolvers import uv_command
from lpack.resolvers.base import Question
from lpack.system import System
from lpack.values import replace

if TYPE_CHECKING:
    from pathlib import Path


def target(runtime: str, architecture: Architecture = "x86_64") -> Target:
    found = runtime_named(runtime)
    assert found is not None
    return Target(found, architecture)


def prepared(
    folder: Path,
    settings: IndexSettings,
    options: IndexOptions | None = None,
    environ: dict[str, str] | None = None,
) -> uv_command.UvCommand:
    requirement = Requirement("lib", Where("requirements.txt", 1))
    asked = RequirementSet((requirement,), index=options or IndexOptions())
    question = Question(asked, target("python3.13"), folder)
    return uv_command.prepare(System(environ or {}), question, settings, folder, {})


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (target("python3.13"), "x86_64-manylinux_2_34"),
        (target("python3.11", "arm64"), "aarch64-manylinux_2_28"),
        (target("python3.7"), "x86_64-manylinux_2_17"),
    ],
    ids=str,
)
def test_the_platform_hides_no_wheel_that_fits(seen: Target, expected: str) -> None:
    """There is no glibc 2.26 in uv: it is asked for more, and lpack rules out what is too new."""
    assert uv_command.platform(seen) == expected


def test_settings_of_pip_are_handed_over_out_of_sight(tmp_path: Path) -> None:
    """URLs go by variables, since other users can read a command line; absent folders stay out."""
    local = tmp_path / "wheels"
    local.mkdir()
    pip = Indexes(
        "https://me:hush@a.example/simple",
        ("https://b.example/simple", f"file://{tmp_path}/absent"),
        (str(local), str(tmp_path / "absent"), "https://me:hush@c.example/"),
    )

    command = prepared(tmp_path, IndexSettings(pip=pip, trusted_hosts=("d.example",)))

    assert {name: command.environ[name] for name in command.environ if "IND" in name} == {
        "UV_INDEX": "https://me:hush@a.example/simple",
        "UV_DEFAULT_INDEX": "https://b.example/simple",
        "UV_FIND_LINKS": "https://me:hush@c.example/",
    }
    assert command.words[-6:] == (
        *("--find-links", str(local)),
        *("--allow-insecure-host", "d.example"),
        *("--index-strategy", "unsafe-best-match"),
    )
    assert "hush" not in " ".join(command.words)


def test_settings_of_uv_are_left_to_uv(tmp_path: Path) -> None:
    """The tool reads them itself, and keeps its own way to choose between indexes."""
    settings = IndexSettings(
        pip=Indexes("https://pip.example", ("https://more.example",)),
        uv=Indexes("https://uv.example"),
    )

    command = prepared(tmp_path, settings, environ={"UV_DEFAULT_INDEX": "https://uv.example"})

    assert command.environ["UV_DEFAULT_INDEX"] == "https://uv.example"
    assert "UV_INDEX" not in command.environ
    assert "--index-strategy" not in command.words


def test_options_of_the_requirements_add_to_pips_settings(tmp_path: Path) -> None:
    """As in pip: an --index-url of the file replaces that of the settings, the others add up."""
    settings = IndexSettings(pip=Indexes("https://pip.example", ("https://more.example",)))
    options = IndexOptions("https://file.example", ("https://also.example",))

    command = prepared(tmp_path, settings, options)

    assert command.environ["UV_INDEX"] == "https://file.example https://more.example"
    assert command.environ["UV_DEFAULT_INDEX"] == "https://also.example"
    assert (tmp_path / "requirements.in").read_text() == "lib\n"


def test_options_of_the_requirements_stand_in_the_file_beside_uvs_settings(tmp_path: Path) -> None:
    """Then uv itself combines the two."""
    settings = IndexSettings(uv=Indexes("https://uv.example"))

    prepared(tmp_path, settings, IndexOptions(index_url="https://file.example"))

    assert (tmp_path / "requirements.in").read_text() == "--index-url https://file.example\nlib\n"


def test_the_connections_settings_are_handed_over_unless_stated(tmp_path: Path) -> None:
    """What uv was told by its own variables stays."""
    settings = IndexSettings(certificate="/pip.pem", proxy="http://p.example:8080", timeout=7.5)

    bare = prepared(tmp_path, settings).environ
    stated = prepared(
        tmp_path, replace(settings), environ={"SSL_CERT_FILE": "/own.pem", "https_proxy": "own"}
    ).environ

    assert (bare["SSL_CERT_FILE"], bare["HTTPS_PROXY"]) == ("/pip.pem", "http://p.example:8080")
    assert bare["UV_HTTP_TIMEOUT"] == "7"
    assert stated["SSL_CERT_FILE"] == "/own.pem"
    assert "HTTPS_PROXY" not in stated
