"""The address of a repository says what to clone and what of it is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpack.building.direct import GitAddress, parse_git
from lpack.errors import BuildError

_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git+https://a.example/x.git", GitAddress("https://a.example/x.git", "", "")),
        ("git+https://a.example/x@v1", GitAddress("https://a.example/x", "v1", "")),
        ("git+http://a.example/x@v1", GitAddress("http://a.example/x", "v1", "")),
        (
            "git+https://a.example/x.git@rev#subdirectory=a/b&egg=c",
            GitAddress("https://a.example/x.git", "rev", "a/b"),
        ),
        (
            "git+https://a.example/x.git#egg=c&subdirectory=./a/",
            GitAddress("https://a.example/x.git", "", "a"),
        ),
        (
            "git+ssh://git@a.example:2222/o/x.git@feature/new",
            GitAddress("ssh://git@a.example:2222/o/x.git", "feature/new", ""),
        ),
        (
            "git+https://me:pa%40ss@a.example/x@a%2Bb",
            GitAddress("https://me:pa%40ss@a.example/x", "a+b", ""),
        ),
        (f"git+file:///srv/x@{_COMMIT}", GitAddress("file:///srv/x", _COMMIT, "")),
        ("git+file:///srv/me@home/x@v1", GitAddress("file:///srv/me@home/x", "v1", "")),
        ("git+https://a.example/x@refs/pull/1/head", None),
    ],
)
def test_an_address_is_read_as_pip_reads_it(text: str, expected: GitAddress | None) -> None:
    """The last `@` of the path begins the revision, the fragment names the folder."""
    found = parse_git(text)

    assert found == (expected or GitAddress("https://a.example/x", "refs/pull/1/head", ""))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://a.example/x.git", "does not begin with"),
        ("git+ext://sh -c x", "does not begin with"),
        ("git+ext::sh", "does not begin with"),
        ("git+git@a.example:o/x.git", "does not begin with"),
        ("git+https:a.example/x", "does not begin with"),
        ("git+ssh://git@a.example:o/x.git", "host or port"),
        ("git+https:///x", "names no host"),
        ("git+https://a.example/", "names no repository"),
        ("git+ssh://-oProxyCommand=x/y", "begins with a hyphen"),
        ("git+https://a.example/x@", "is no revision"),
        ("git+https://a.example/x@--upload-pack=x", "is no revision"),
        ("git+https://a.example/x@main~1", "is no revision"),
        ("git+https://a.example/x@a..b", "is no revision"),
        ("git+https://a.example/x@a%20b", "is no revision"),
        ("git+https://a.example/x@*", "is no revision"),
        ("git+https://a.example/x y", "control character"),
        ("git+https://a.example/x\n", "control character"),
        ("git+https://a.example/x#subdirectory=../y", "leaves the repository"),
        ("git+https://a.example/x#subdirectory=/etc", "leaves the repository"),
        ("git+https://a.example/x#subdirectory=%2Fetc", "leaves the repository"),
    ],
)
def test_what_is_no_address_is_refused(text: str, reason: str) -> None:
    """The message says why, and nothing reaches git."""
    with pytest.raises(BuildError, match=reason) as failed:
        parse_git(text)

    assert failed.value.code == "LP101"


def test_a_refusal_does_not_show_a_password() -> None:
    """An address with a mistake may hold a password all the same."""
    with pytest.raises(BuildError) as failed:
        parse_git("git+https://me:secret@a.example/x@a..b")

    assert "secret" not in str(failed.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git+https://me:secret@a.example:8443/x@v1", "https://a.example:8443/x"),
        ("git+ssh://git@a.example/x", "ssh://git@a.example/x"),
        ("git+ssh://git:secret@a.example/x", "ssh://git@a.example/x"),
        ("git+file:///srv/x", "file:///srv/x"),
    ],
)
def test_what_is_written_down_has_no_password(text: str, expected: str) -> None:
    """The user of ssh stays, without whom the repository cannot be found again."""
    assert parse_git(text).public_url == expected


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(rest: str) -> None:
    """What is read can neither be an option nor leave the repository."""
    try:
        found = parse_git(f"git+https://{rest}")
    except BuildError:
        return

    assert found.url.startswith("https://")
    assert not found.revision.startswith("-")
    assert ".." not in found.subdirectory.split("/")
    assert found.url.isprintable()
