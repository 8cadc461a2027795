"""Why the hash of a package changed, told from zips, manifests and revisions of git."""

from __future__ import annotations

import subprocess
import zipfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lpack.comparing.difference import Difference, difference
from lpack.comparing.sides import open_side
from lpack.errors import UsageError
from lpack.system import System
from tests.artifact import CONFIGURATION, Built, build
from tests.wheelhouse import Forged, forge

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = {"data.txt": "text\n" * 99}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("project"), FILES)


def compared(before: Path | str, after: Path | str) -> Difference:
    with ExitStack() as stack:
        one, other = (
            open_side(str(path), None, Path(), System(), stack) for path in (before, after)
        )
        return difference(one, other)


def texts(found: Difference) -> list[str]:
    return [cause.text for cause in found.causes]


def refused(given: Path | str, manifest: str | None = None, folder: Path = Path()) -> str:
    with ExitStack() as stack, pytest.raises(UsageError) as caught:
        open_side(str(given), manifest, folder, System(), stack)
    assert caught.value.code == "LP403"
    assert caught.value.diagnostics[0].hint
    return str(caught.value)


def test_a_package_is_the_same_as_itself(built: Built, tmp_path: Path) -> None:
    """The zip, its manifest and a copy of the zip elsewhere do not differ."""
    path = built.write(tmp_path)
    alone = tmp_path / "alone.zip"
    alone.write_bytes(built.zip)
    manifest = tmp_path / "api.manifest.json"

    assert compared(path, manifest).same
    assert compared(manifest, path).same
    assert compared(path, alone).same_hash
    assert texts(compared(path, alone)) == []


def test_a_dependency_that_moved_and_a_changed_line_are_told(built: Built, tmp_path: Path) -> None:
    """The distribution with its versions, the own files with their sizes, the larger first."""
    newer = build(
        tmp_path / "project", {"data.txt": "text\n" * 98 + "more\n", "new.py": ""}, version="1.1"
    )
    old, new = built.write(tmp_path / "old"), newer.write(tmp_path / "new")
    expected = [
        "`alpha` went up from 1.0 to 1.1: 1 file changed, 3 new, 3 gone",
        "your file `data.txt` changed: 495 bytes as before",
        "your file `new.py` is new: 0 bytes",
    ]

    for before in (old, old.with_name("api.manifest.json")):
        for after in (new, new.with_name("api.manifest.json")):
            found = compared(before, after)
            assert texts(found) == expected
            assert [one.key for one in found.recorded] == ["lock.sha256"]
            assert {one.owner for one in found.owners} == {"", "alpha"}
    back = compared(new, old)
    assert texts(back)[0] == "`alpha` went down from 1.1 to 1.0: 1 file changed, 3 new, 3 gone"
    assert "your file `new.py` is gone: 0 bytes" in texts(back)


def test_settings_that_changed_are_recorded(built: Built, tmp_path: Path) -> None:
    """The hash stays, and yet something differs."""
    text = CONFIGURATION + "memory = 512\n"
    other = build(tmp_path / "project", FILES, configuration=text)

    found = compared(built.write(tmp_path / "old"), other.write(tmp_path / "new"))

    assert (found.same_hash, found.same, found.causes) == (True, False, ())
    assert [(one.key, one.before, one.after) for one in found.recorded] == [
        ("function.memory", 128, 512)
    ]


def test_another_lpack_is_recorded(built: Built, tmp_path: Path) -> None:
    """A version of lpack is no reason in itself, and a good hint."""
    older = built.with_manifest({**built.document, "lpack": "0.0.1"})

    found = compared(older.write(tmp_path / "old"), built.write(tmp_path / "new"))

    assert [one.key for one in found.recorded] == ["lpack"]


def test_another_wheel_of_the_same_version_is_told(built: Built, tmp_path: Path) -> None:
    """The version alone would not explain why the files differ."""
    document = built.document
    rows: list[dict[str, Any]] = document["distributions"]
    rows[0] |= {"sha256": "0" * 64, "wheel": "alpha-1.0-1-py3-none-any.whl"}
    document["entries"][0]["crc32"] = "00000000"
    document["artifact"]["sha256"] = "0" * 64
    other = built.with_manifest(document)

    old = built.write(tmp_path / "old").with_name("api.manifest.json")
    found = compared(old, other.write(tmp_path / "new").with_name("api.manifest.json"))

    (told,) = texts(found)
    assert told == (
        "`alpha` 1.0 is another wheel, `alpha-1.0-1-py3-none-any.whl` instead of "
        "`alpha-1.0-py3-none-any.whl`: 1 file changed"
    )


def rebuilt(built: Built, change: Callable[[zipfile.ZipInfo], None], level: int = 9) -> bytes:
    """Pack the same files as another tool would."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(built.zip)) as source, zipfile.ZipFile(target, "w") as archive:
        for info in source.infolist():
            content = source.read(info)
            change(info)
            archive.writestr(info, content, info.compress_type, level)
    return target.getvalue()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda info: setattr(info, "date_time", (2024, 5, 6, 7, 8, 10)),
            "6 files have another date: 1980-01-01 00:00:00 -> 2024-05-06 07:08:10",
        ),
        (
            lambda info: setattr(info, "external_attr", 0o100755 << 16),
            "6 files have another mode: 0644 -> 0755",
        ),
        (
            lambda info: setattr(info, "create_system", 0),
            "6 files have other headers: system of the maker",
        ),
        (
            lambda info: setattr(info, "extra", b"UT\x05\0\x01abcd"),
            "6 files have other headers: extra fields",
        ),
        (
            lambda info: setattr(info, "compress_type", zipfile.ZIP_STORED),
            "5 files of the same content are compressed otherwise",
        ),
    ],
)
def test_the_same_files_packed_otherwise_are_told(
    built: Built, tmp_path: Path, change: Callable[[zipfile.ZipInfo], None], expected: str
) -> None:
    """Each way in which a peer's rebuild differs has its own line, and no content is blamed."""
    (tmp_path / "peer.zip").write_bytes(rebuilt(built, change))

    found = compared(built.write(tmp_path), tmp_path / "peer.zip")

    assert any(one.startswith(expected) for one in texts(found)), texts(found)
    assert {one.kind for one in found.changes} <= {"packed"}
    assert {one.owner for one in found.owners} == {"", "alpha"}


def test_order_and_folders_are_told(built: Built, tmp_path: Path) -> None:
    """What comes elsewhere and what is an entry without content."""
    members = [Forged("folder/", mode=0o040755), Forged("b", b"B"), Forged("a", b"A")]
    for name, chosen in (("old", members[:0:-1]), ("new", members)):
        (tmp_path / f"{name}.zip").write_bytes(forge(chosen))

    found = compared(tmp_path / "old.zip", tmp_path / "new.zip")

    assert texts(found) == ["2 files have another place, from `a` on", "1 entry of a folder is new"]


def test_owners_are_found_without_a_manifest(built: Built, tmp_path: Path) -> None:
    """The RECORD files of a zip tell which files belong to which version of what."""
    newer = build(tmp_path / "project", FILES, version="0.9")
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    old.write_bytes(built.zip)
    new.write_bytes(newer.zip)

    assert texts(compared(old, new)) == [
        "`alpha` went down from 1.0 to 0.9: 1 file changed, 3 new, 3 gone"
    ]


def test_manifests_do_not_tell_everything(built: Built, tmp_path: Path) -> None:
    """Where only dates or headers differ, manifests cannot say so, and that is said."""
    document = built.document
    document["artifact"]["sha256"] = "0" * 64
    other = built.with_manifest(document).write(tmp_path / "new")

    found = compared(built.write(tmp_path / "old"), other.with_name("api.manifest.json"))

    assert texts(found) == [
        "headers or streams differ, which manifests do not tell: compare the zips"
    ]


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(built: Built, tmp_path: Path) -> Path:
    """Give the folder of a project, below the top of its repository, with two manifests of it."""
    folder = tmp_path / "repository" / "functions"
    folder.mkdir(parents=True)
    git(folder.parent, "init", "--quiet")
    older = built.with_manifest({**built.document, "lpack": "0.0.1"})
    for one in (older, built):
        one.write(folder / "dist")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "-m", "built")
    return folder


@pytest.mark.parametrize(
    ("given", "manifest"),
    [
        ("HEAD~1:functions/dist/api.manifest.json", None),
        ("HEAD~1:./dist/api.manifest.json", None),
        ("HEAD~1", "dist/api.manifest.json"),
    ],
)
def test_a_revision_of_git_is_a_side(repository: Path, given: str, manifest: str | None) -> None:
    """A manifest is read as it was committed, and no hook or filter of the repository runs."""
    hook = repository.parent / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    with ExitStack() as stack:
        before = open_side(given, manifest, repository, System(), stack)
        after = open_side(str(repository / "dist" / "api.zip"), None, repository, System(), stack)

        found = difference(before, after)

    assert [(one.key, one.before) for one in found.recorded] == [("lpack", "0.0.1")]
    assert not list(repository.parent.rglob("ran"))


@pytest.mark.parametrize(
    ("given", "manifest", "expected"),
    [
        ("HEAD", None, "`HEAD` is neither a file nor a revision with a path"),
        ("nothing.zip", None, "`nothing.zip` is neither a file nor a revision with a path"),
        ("HEAD:missing.json", None, "git says path 'missing.json' does not exist in 'HEAD'"),
        ("nowhere:a.json", None, "git says invalid object name 'nowhere'"),
        ("HEAD:functions", None, "is neither a file nor a revision"),
        ("HEAD:functions/dist/api.zip", None, "is no manifest: it is not UTF-8"),
        ("--output=x:y", None, "`--output=x:y` is no revision of git"),
        ("HEAD", "../../outside.json", "is neither a file nor a revision"),
        ("a\0b:c", None, "is no revision of git"),
    ],
)
def test_what_is_no_revision_is_told(
    repository: Path, given: str, manifest: str | None, expected: str
) -> None:
    """One clear error, with what git says."""
    assert expected in refused(given, manifest, repository)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b"not a zip", "is no zip that can be compared: the file does not end as a ZIP"),
        (b"PK\x05\x06" + b"\xff" * 18, "is no zip that can be compared"),
        (b"PK\x05\x06" + b"\0" * 18 + b"more", "bytes follow the end of the archive"),
        (forge([Forged("a"), Forged("a")]), "holds `a` twice, so that readers disagree"),
        (forge([Forged("a", b"A", in_local=False)]), "is no zip that can be compared"),
        (forge([Forged("a", central={"offset": 2**31})]), "has no local header where it should"),
        (forge([Forged("a", central={"compressed": 2**31})]), "reaches beyond the end of the file"),
        (forge([Forged("a")], end={"count": 65534, "here": 65534}), "another length than stated"),
    ],
)
def test_hostile_bytes_are_one_clear_error(tmp_path: Path, content: bytes, expected: str) -> None:
    """Whatever is in a file that is named as a zip, it is told what is wrong with it."""
    path = tmp_path / "a.zip"
    path.write_bytes(content)

    assert expected in refused(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "is no manifest: it is not JSON"),
        ("{}", "it has no `manifest_version`"),
        ('{"a": 1, "a": 2}', "it has the key `a` twice"),
        ('{"a": ' + "[" * 100_000, "nested too deeply"),
        ('{"a": ' + "9" * 5_000 + "}", "it has a number that is too large"),
        ('{"a": 1e999}', "it has the number `1e999`"),
        ('{"a": NaN}', "it has the number `NaN`"),
        ('{"manifest_version": 1}', "it has no `artifact`"),
        ('{"manifest_version": 1, "artifact": 5}', "its `artifact` is an integer"),
        ('{"manifest_version": 2}', "has version 2 of its form"),
    ],
)
def test_hostile_manifests_are_one_clear_error(tmp_path: Path, text: str, expected: str) -> None:
    """Whatever is in a file that is named as a manifest, it is told what is wrong with it."""
    path = tmp_path / "a.manifest.json"
    path.write_text(text)

    assert expected in refused(path)


def test_a_manifest_cannot_point_elsewhere(built: Built, tmp_path: Path) -> None:
    """The zip of a manifest lies beside it, whatever name the manifest states."""
    document = built.document
    document["artifact"]["file"] = "../api.zip"
    built.write(tmp_path)
    path = built.with_manifest(document).write(tmp_path / "folder")
    path.unlink()

    with ExitStack() as stack:
        side = open_side(str(path.with_name("api.manifest.json")), None, Path(), System(), stack)

    assert side.data is None


def test_any_zip_that_lpack_did_not_write_can_be_compared(tmp_path: Path) -> None:
    """Data descriptors, folders, old code pages and missing modes are told, not refused."""
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    with zipfile.ZipFile(old, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        with archive.open("a.txt", "w", force_zip64=False) as file:
            file.write(b"text")
    new.write_bytes(forge([Forged(b"\x81.txt", b"x"), Forged("a.txt", b"text")]))

    found = compared(old, new)

    assert [(one.kind, one.path) for one in found.changes if one.kind != "packed"] == [
        ("added", "ü.txt")
    ]
