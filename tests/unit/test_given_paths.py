"""Paths of packages and names of functions are told apart by how they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpack.cli.arguments import parse
from lpack.cli.given import paths_among, paths_instead
from lpack.errors import UsageError


def paths(*words: str) -> list[str]:
    options = parse(["check", *words])
    return paths_among(options.names, options)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), []),
        (("api",), []),
        (("api-*", "worker"), []),
        (("api.zip",), ["api.zip"]),
        (("./api",), ["./api"]),
        (("dist/api",), ["dist/api"]),
        (("dist\\api",), ["dist\\api"]),
        (("..",), [".."]),
        (("api", "--handler", "app.handler"), ["api"]),
        (("api", "--layer", "x.zip"), ["api"]),
        (("api", "--runtime", "python3.13"), []),
        (("a.zip", "b.zip", "--memory", "128"), ["a.zip", "b.zip"]),
    ],
)
def test_what_can_only_be_a_path(words: tuple[str, ...], expected: list[str]) -> None:
    """No function's name has a dot or a slash; and some options only packages have."""
    assert paths(*words) == expected


@pytest.mark.parametrize(
    "words",
    [
        ("api", "./api"),
        ("--handler", "app.handler"),
        ("--as-layer",),
        ("a.zip", "--changed-since", "HEAD"),
        ("a.zip", "--no-dependencies"),
    ],
)
def test_what_does_not_go_together_is_refused(words: tuple[str, ...]) -> None:
    """Nothing that was typed is passed over."""
    with pytest.raises(UsageError) as raised:
        paths(*words)

    assert raised.value.code == "LP001"


def test_a_name_of_nobody_may_be_a_path() -> None:
    """Where no function is named so, a file or folder that is there is meant."""
    unknown = UsageError("LP002", "no function")

    assert paths_instead(unknown, [str(Path(__file__).parent)])
    assert not paths_instead(unknown, [__file__, "nothing-of-that-name"])
    assert not paths_instead(unknown, [])
    assert not paths_instead(UsageError("LP006", "a mistake"), [__file__])
