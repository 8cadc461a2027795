"""The settings of pip and uv, read in the order in which each tool reads them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lpack.index.settings import Indexes, read_index_settings

if TYPE_CHECKING:
    from pathlib import Path

NO_PIP_FILES = {"PIP_CONFIG_FILE": os.devnull}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a home whose pip.conf and uv.toml each state an index."""
    for name, text in {
        "pip/pip.conf": """
            [global]
            index-url = https://user.example/simple
            extra-index-url =
                https://one.example/simple
                https://two.example/simple
            cert = /ca.pem
            [install]
            find_links = /wheels
        """,
        "uv/uv.toml": """
            find-links = ["wheels"]
            [[index]]
            name = "corp"
            url = "https://uv.example/simple"
            default = true
            [[index]]
            url = "https://more.example/simple"
            [[index]]
            url = "https://other.example/simple"
            explicit = true
        """,
    }.items():
        path = tmp_path / ".config" / name
        path.parent.mkdir(parents=True)
        lines = [line.removeprefix(" " * 12) for line in text.splitlines()]
        path.write_text("\n".join(lines))
    return tmp_path


def test_files_of_the_user_are_read(home: Path) -> None:
    """Both tools' files count, each for its own tool."""
    settings = read_index_settings({"HOME": str(home)})

    assert settings.pip == Indexes(
        "https://user.example/simple",
        ("https://one.example/simple", "https://two.example/simple"),
        ("/wheels",),
    )
    assert settings.uv == Indexes(
        "https://uv.example/simple",
        ("https://more.example/simple",),
        (str(home / ".config/uv/wheels"),),
    )
    assert settings.certificate == "/ca.pem"


def test_variables_win_over_files(home: Path) -> None:
    """PIP_ variables replace an option of the file, as pip does."""
    environ = {
        "HOME": str(home),
        "PIP_INDEX_URL": "https://variable.example/simple",
        "PIP_EXTRA_INDEX_URL": "https://three.example/simple https://four.example/simple",
        "PIP_DEFAULT_TIMEOUT": "7",
        "PIP_NO_INDEX": "yes",
    }

    settings = read_index_settings(environ)

    assert settings.pip == Indexes(
        "https://variable.example/simple",
        ("https://three.example/simple", "https://four.example/simple"),
        ("/wheels",),
        no_index=True,
    )
    assert settings.timeout == 7.0


def test_a_named_configuration_file_replaces_the_users(home: Path, tmp_path: Path) -> None:
    """PIP_CONFIG_FILE that exists keeps pip from reading the user's; the null device, from all."""
    own = tmp_path / "own.conf"
    own.write_text("[global]\nindex-url = https://own.example/simple\n")

    named = read_index_settings({"HOME": str(home), "PIP_CONFIG_FILE": str(own)})
    none = read_index_settings({"HOME": str(home), **NO_PIP_FILES})

    assert named.pip.index_url == "https://own.example/simple"
    assert named.pip.extra_index_urls == ()
    assert not none.pip.are_stated


def test_the_nearest_project_file_goes_before_the_users(home: Path) -> None:
    """The search of uv goes upwards from the project for `uv.toml` or `[tool.uv]`."""
    folder = home / "work" / "project" / "deep"
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[project]\nname = 'without-uv'\n")
    (folder.parent / "pyproject.toml").write_text(
        "[tool.uv.pip]\nindex-url = 'https://project.example/simple'\n"
    )

    settings = read_index_settings({"HOME": str(home), **NO_PIP_FILES}, folder)

    assert settings.uv.index_url == "https://project.example/simple"


@pytest.mark.parametrize(
    "text",
    ["not toml [", "index = 3", "pip = 1", "[[index]]\nurl = 4", "find-links = 'text'"],
)
def test_a_file_that_makes_no_sense_counts_as_absent(tmp_path: Path, text: str) -> None:
    """The tool itself refuses its file, with better words."""
    (tmp_path / "uv.toml").write_text(text)

    settings = read_index_settings({"HOME": str(tmp_path), **NO_PIP_FILES}, tmp_path)

    assert not settings.uv.are_stated


def test_each_resolver_gets_its_own_settings_or_the_others() -> None:
    """Settings of uv serve pip-tools only where pip has none, and the reverse."""
    pip = {"PIP_INDEX_URL": "https://pip.example"}
    uv = {"UV_INDEX": "private=https://uv.example", "UV_DEFAULT_INDEX": "https://default.example"}

    both = read_index_settings({**NO_PIP_FILES, **pip, **uv})
    only_pip = read_index_settings({**NO_PIP_FILES, **pip})
    only_uv = read_index_settings({**NO_PIP_FILES, **uv})

    of_uv = Indexes("https://default.example", ("https://uv.example",))
    of_pip = Indexes("https://pip.example")
    assert (both.indexes_for("uv"), both.indexes_for("pip-tools")) == (of_uv, of_pip)
    assert only_pip.indexes_for("uv") == of_pip
    assert only_uv.indexes_for("pip-tools") == of_uv


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://pip.example/files/x.whl", ("me", "p@ss")),
        ("https://pip.example:443/x", ("me", "p@ss")),
        ("https://PIP.example/x", ("me", "p@ss")),
        ("http://pip.example/x", None),
        ("https://pip.example:8443/x", None),
        ("https://pip.example.org/x", None),
        ("https://corp.example/x", ("token", "secret")),
    ],
)
def test_credentials_go_to_their_own_origin_only(
    url: str, expected: tuple[str, str] | None
) -> None:
    """Scheme, host and port have to be those of the index that they were given for."""
    settings = read_index_settings(
        {
            **NO_PIP_FILES,
            "PIP_EXTRA_INDEX_URL": "https://me:p%40ss@pip.example/simple",
            "UV_INDEX": "my-corp=https://corp.example/simple",
            "UV_INDEX_MY_CORP_USERNAME": "token",
            "UV_INDEX_MY_CORP_PASSWORD": "secret",
        }
    )

    assert settings.credentials_for(url) == expected


def test_credentials_are_not_in_the_representation() -> None:
    """A settings value may end in a log or a traceback."""
    settings = read_index_settings(
        {**NO_PIP_FILES, "PIP_INDEX_URL": "https://me:hush@pip.example", "PIP_PROXY": "x:hush@y"}
    )

    assert "hush" not in repr(settings)
