"""Passwords from the `keyring` program, for users whose index address has none."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from lpack.index.settings import IndexSettings, read_index_settings
from lpack.system import System

if TYPE_CHECKING:
    from pathlib import Path

KEYRING = """\
#!{python}
import sys
with open({log!r}, "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1:] in ({known!r}):
    print("p@ss word")
else:
    sys.exit(1)
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Put a keyring on PATH that knows one password, and writes down what it is asked."""
    log = tmp_path / "asked"
    log.touch()
    known = [["get", "private.example", "me"], ["get", "https://by.url.example/simple/", "you"]]
    program = tmp_path / "bin" / "keyring"
    program.parent.mkdir()
    program.write_text(KEYRING.format(python=sys.executable, log=str(log), known=known))
    program.chmod(0o755)
    return log


def settings(tmp_path: Path, **environ: str) -> IndexSettings:
    variables = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PIP_CONFIG_FILE": os.devnull,
        **environ,
    }
    return read_index_settings(variables, None, System(variables))


@pytest.mark.parametrize(
    "provider",
    [
        {"PIP_KEYRING_PROVIDER": "subprocess"},
        {"PIP_KEYRING_PROVIDER": "import"},
        {"UV_KEYRING_PROVIDER": "subprocess"},
    ],
    ids=["pip", "pip-import", "uv"],
)
def test_the_keyring_gives_the_password_of_a_known_user(
    provider: dict[str, str], tmp_path: Path, asked: Path
) -> None:
    """It is asked for the index by its address, then for its host, and once for each origin."""
    found = settings(tmp_path, PIP_INDEX_URL="https://me@private.example/simple/", **provider)

    first = found.credentials_for("https://private.example/simple/lib/")
    second = found.credentials_for("https://private.example/files/lib-1.0-py3-none-any.whl")

    assert first == second == ("me", "p@ss word")
    assert asked.read_text().splitlines() == [
        "get https://private.example/simple/ me",
        "get private.example me",
    ]


def test_the_address_of_the_index_comes_first(tmp_path: Path, asked: Path) -> None:
    """One question is enough where the keyring knows the address."""
    found = settings(
        tmp_path,
        PIP_KEYRING_PROVIDER="subprocess",
        PIP_INDEX_URL="https://you@by.url.example/simple/",
    )

    assert found.credentials_for("https://by.url.example/x") == ("you", "p@ss word")
    assert len(asked.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("index", "provider"),
    [
        ("https://me@private.example/simple/", {}),
        ("https://me@private.example/simple/", {"PIP_KEYRING_PROVIDER": "disabled"}),
        ("https://me:known@private.example/simple/", {"PIP_KEYRING_PROVIDER": "subprocess"}),
        ("https://private.example/simple/", {"PIP_KEYRING_PROVIDER": "subprocess"}),
        ("https://me@netrc.example/simple/", {"PIP_KEYRING_PROVIDER": "subprocess"}),
    ],
    ids=["no-provider", "disabled", "password-known", "no-user", "netrc"],
)
def test_the_keyring_is_left_alone_where_it_is_not_needed(
    index: str, provider: dict[str, str], tmp_path: Path, asked: Path
) -> None:
    """Nobody is asked to unlock a keyring for nothing."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine netrc.example login me password from-netrc\n")
    netrc.chmod(0o600)
    found = settings(tmp_path, PIP_INDEX_URL=index, **provider)

    known = found.credentials_for(index.replace("me@", "").replace("me:known@", ""))

    assert asked.read_text() == ""
    assert (known or ("", ""))[1] in ("", "known")


def test_passwords_are_not_shown(tmp_path: Path, asked: Path) -> None:
    """Settings that get into a message do not give them away."""
    found = settings(
        tmp_path,
        PIP_KEYRING_PROVIDER="subprocess",
        PIP_INDEX_URL="https://me@private.example/simple/",
    )
    found.credentials_for("https://private.example/simple/")

    assert "p@ss word" not in repr(found)
    assert asked.read_text() != ""


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://any.example/simple/x/", True),
        ("https://ANY.example:8443/", True),
        ("https://port.example:8443/", True),
        ("https://port.example/", False),
        ("https://uv.example/", True),
        ("https://other.example/", False),
        ("https://sub.any.example/", False),
    ],
)
def test_trusted_hosts_of_both_tools_count(url: str, *, trusted: bool, tmp_path: Path) -> None:
    """A host stands for all its ports, `host:port` for one."""
    found = settings(
        tmp_path,
        PIP_TRUSTED_HOST="any.example port.example:8443",
        UV_INSECURE_HOST="uv.example",
    )

    assert found.is_trusted(url) is trusted
