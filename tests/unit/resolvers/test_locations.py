"""URLs and messages lose their credentials before anybody sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpack.resolvers.locations import as_url, clean_url, is_remote, local_path, scrub


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:pw@a.example/x.whl#sha256=00", "https://a.example/x.whl"),
        ("https://token@a.example:8443/x?v=1", "https://a.example:8443/x?v=1"),
        ("file:///wheels/x.whl", "file:///wheels/x.whl"),
    ],
)
def test_a_url_loses_credentials_and_fragment(url: str, expected: str) -> None:
    """The rest of the URL stays as it is."""
    assert clean_url(url) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("cannot reach `https://me:pw@a.example/x`", "cannot reach `https://a.example/x`"),
        ("at https://token@a.example, then mail a@b.example", None),
        ("\x1b[31mred\x1b[0m\x07", "red"),
    ],
)
def test_a_message_loses_credentials_and_control_characters(
    said: str, expected: str | None
) -> None:
    """Only userinfo of URLs is taken, not every at sign."""
    wanted = expected or "at https://a.example, then mail a@b.example"

    assert scrub(said) == wanted


def test_paths_and_urls_are_told_apart() -> None:
    """File URLs and paths are local, all else is remote."""
    assert local_path("file:///a%20b/c") == Path("/a b/c")
    assert local_path("wheels") == Path("wheels")
    assert is_remote("https://a.example")
    assert as_url("/a b") == "file:///a%20b"
    assert as_url("https://a.example/x") == "https://a.example/x"
