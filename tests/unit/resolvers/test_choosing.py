"""Which resolver serves a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpack.errors import LpackError
from lpack.resolvers import RESOLVERS, choose
from lpack.system import System


class Host(System):
    """A host that has the programs it is told of."""

    programs: tuple[str, ...] = ()

    def which(self, program: str) -> Path | None:
        """Find a program of the list."""
        return Path("/bin", program) if program in self.programs else None


class HostWithUv(Host):
    """A host that has uv."""

    programs = ("uv",)


@pytest.mark.parametrize(
    ("name", "host", "expected"),
    [
        ("auto", HostWithUv(), "uv"),
        ("auto", Host(), "pip-tools"),
        ("uv", HostWithUv(), "uv"),
        ("pip-tools", HostWithUv(), "pip-tools"),
    ],
)
def test_the_fastest_that_is_there_serves_unless_one_is_named(
    name: str, host: System, expected: str
) -> None:
    """`auto` takes uv where it is installed."""
    assert choose(name, host) is RESOLVERS[expected]


@pytest.mark.parametrize(
    ("name", "words", "hint", "status"),
    [
        ("uv", "resolver `uv` is not installed", "pip install 'lambda-lpack[uv]'", 3),
        ("conda", "`conda` is not a resolver", "choose `auto`, `uv` or `pip-tools`", 2),
    ],
)
def test_a_resolver_that_is_not_there_is_an_error(
    name: str, words: str, hint: str, status: int
) -> None:
    """The error names the way to get it."""
    with pytest.raises(LpackError) as caught:
        choose(name, Host())

    error = caught.value
    assert (error.code, str(error), error.diagnostics[0].hint) == ("LP105", words, hint)
    assert error.exit_status == status
