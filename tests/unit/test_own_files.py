"""The walk of the source takes every file, says what it leaves out, and cannot be led astray."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.exclusion import Exclusion
from lpack.own_files import Walk, walk

if TYPE_CHECKING:
    from pathlib import Path


def tree(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"# {path}\n", encoding="utf-8")


def walked(project: Path, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> Walk:
    return walk(project, project, Exclusion(include, exclude, project / "dist"))


def test_every_file_is_taken_also_hidden_and_unusual_ones(project: Path) -> None:
    """Folders that other tools drop in silence, such as `env`, and `*.so` files, are kept."""
    tree(project, "app.py", "env/settings.py", "lib/x.so", ".well-known/a", "pkg/tests/data.json")

    found = walked(project)

    assert sorted(found.entries) == [
        ".well-known/a",
        "app.py",
        "env/settings.py",
        "lib/x.so",
        "pkg/tests/data.json",
    ]
    assert found.excluded == []


def test_what_never_belongs_in_a_package_stays_out_and_is_named(project: Path) -> None:
    """Each file or folder that is left out comes with the rule that does it."""
    tree(
        project,
        "app.py",
        ".git/HEAD",
        ".venv/x.py",
        "my-env/pyvenv.cfg",
        "__pycache__/app.cpython-313.pyc",
        "old.pyc",
        "tests/test_app.py",
        ".env",
        ".env.local",
        "dist/app.zip",
        "pylock.toml",
        "lpack.imported.toml",
    )

    found = walked(project)

    assert list(found.entries) == ["app.py"]
    assert {one.path: one.rule for one in found.excluded} == {
        ".env": "environment file",
        ".env.local": "environment file",
        ".git/": "version control",
        ".venv/": "virtual environment",
        "__pycache__/": "bytecode",
        "dist/": "output of lpack",
        "lpack.imported.toml": "recorded imports",
        "my-env/": "virtual environment",
        "old.pyc": "bytecode",
        "pylock.toml": "lock file",
        "tests/": "tests",
    }


def test_exclude_takes_gitignore_patterns(project: Path) -> None:
    """A slash anchors a pattern, an exclamation mark takes it back."""
    tree(project, "app.py", "notes.md", "docs/a.md", "docs/keep.md", "data/x.csv", "sub/data/y.csv")

    found = walked(project, exclude=("*.md", "!docs/keep.md", "/data/"))

    assert sorted(found.entries) == ["app.py", "docs/keep.md", "sub/data/y.csv"]


def test_include_brings_back_what_a_default_leaves_out(project: Path) -> None:
    """`include` wins over the defaults and over `exclude`."""
    tree(project, "app.py", "tests/fixture.json", "tests/test_app.py", ".env", "a.md", "b.md")

    found = walked(project, include=("tests/fixture.json", ".env", "a.md"), exclude=("*.md",))

    assert sorted(found.entries) == [".env", "a.md", "app.py", "tests/fixture.json"]


def test_modes_come_from_the_content_and_not_from_the_disk(project: Path) -> None:
    """A script and a binary may be executed, whatever the checkout says of them."""
    tree(project, "app.py")
    (project / "run.sh").write_text("#!/bin/sh\n")
    (project / "tool").write_bytes(b"\x7fELF\x02")
    (project / "app.py").chmod(0o777)
    (project / "run.sh").chmod(0o600)

    modes = {path: entry.mode for path, entry in walked(project).entries.items()}

    assert modes == {"app.py": 0o644, "run.sh": 0o755, "tool": 0o755}


def test_a_later_source_wins(project: Path) -> None:
    """With several roots, the last one that has a path brings it."""
    tree(project, "a/app.py", "b/app.py", "a/only.py")
    exclusion = Exclusion((), (), project / "dist")

    found = walk(project / "a", project, exclusion)
    walk(project / "b", project, exclusion, into=found)

    assert {path: entry.origin for path, entry in found.entries.items()} == {
        "app.py": project / "b" / "app.py",
        "only.py": project / "a" / "only.py",
    }


def test_links_inside_the_project_are_followed(project: Path) -> None:
    """A link to a file or folder of the project is packaged as what it points to."""
    tree(project, "src/app.py", "shared/lib/util.py", "shared/data.json")
    (project / "src" / "lib").symlink_to("../shared/lib")
    (project / "src" / "data.json").symlink_to(project / "shared" / "data.json")

    found = walk(project / "src", project, Exclusion((), (), project / "dist"))

    assert sorted(found.entries) == ["app.py", "data.json", "lib/util.py"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("../outside.txt", "`secret` is a link out of the project"),
        ("/etc/hostname", "`secret` is a link out of the project"),
        ("nowhere", "`secret` is a link to nothing"),
        ("secret", "`secret` is a link to nothing"),
        (".", "`secret` is a link to a folder that holds it"),
    ],
)
def test_links_that_lead_astray_are_errors(project: Path, target: str, message: str) -> None:
    """What such a link points to differs between machines, or has no end."""
    (project.parent / "outside.txt").write_text("x")
    (project / "secret").symlink_to(target)

    with pytest.raises(BuildError) as caught:
        walked(project)

    assert (caught.value.code, str(caught.value)) == ("LP222", message)


def test_a_link_that_is_excluded_harms_nobody(project: Path) -> None:
    """The hint of the error works."""
    (project / "secret").symlink_to("nowhere")
    tree(project, "app.py")

    assert list(walked(project, exclude=("secret",)).entries) == ["app.py"]


def test_a_pipe_is_no_file(project: Path) -> None:
    """Reading it would wait for ever."""
    os.mkfifo(project / "pipe")

    with pytest.raises(BuildError) as caught:
        walked(project)

    assert (caught.value.code, str(caught.value)) == ("LP221", "`pipe` is not a regular file")


def test_an_unreadable_file_is_an_error_and_not_left_out(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root reads everything, so the refusal is played for those who run the tests as root."""
    tree(project, "app.py")
    (project / "app.py").chmod(0)
    if os.geteuid() == 0:

        def refuse(path: object) -> int:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr("lpack.own_files._mode", refuse)

    with pytest.raises(BuildError) as caught:
        walked(project)

    assert str(caught.value) == "`app.py` cannot be read: Permission denied"


@pytest.mark.parametrize("name", [b"a\nb.py", b"caf\xe9.py", b"x\x1b]0;y.py", b"a\\b.py"])
def test_names_that_tools_read_differently_are_errors(project: Path, name: bytes) -> None:
    """Control characters, backslashes and other encodings than UTF-8 are refused."""
    with open(os.path.join(os.fsencode(project), name), "w"):  # noqa: PTH118, PTH123 - bytes
        pass

    with pytest.raises(BuildError) as caught:
        walked(project)

    assert caught.value.code == "LP223"
    assert str(caught.value).isprintable()
