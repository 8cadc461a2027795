"""What is read of a package that others have made."""

from __future__ import annotations

import os
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from lpack.errors import UsageError
from lpack.packages import read_package, with_layers
from lpack.pipeline import check_package
from tests.function_builder import TODAY, elf, function_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Entry

HANDLER = "import demo\n\n\ndef handler(event, context):\n    return event\n"
INSTALLED: dict[str, str | bytes] = {
    "app.py": HANDLER,
    "demo/__init__.py": "",
    "demo/_c.cpython-312-x86_64-linux-gnu.so": elf(),
    "demo/__pycache__/__init__.cpython-312.pyc": b"",
    "bin/demo": "#!/bin/sh\n",
    "Demo.Pkg-1.0.dist-info/METADATA": "Name: Demo.Pkg\nVersion: 1.0\n\nName: no\n",
    "Demo.Pkg-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: cp312-cp312-manylinux_2_17_x86_64\n"
    "Tag: cp312-cp312-manylinux2014_x86_64\n",
    "Demo.Pkg-1.0.dist-info/RECORD": "demo/__init__.py,sha256=abc,0\n"
    "demo/_c.cpython-312-x86_64-linux-gnu.so,,\n../../bin/demo,,\n",
}


def zip_of(path: Path, files: dict[str, str | bytes], modes: dict[str, int] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            row = zipfile.ZipInfo(name, (2024, 1, 2, 0, 0, 0))
            row.compress_type = zipfile.ZIP_DEFLATED
            row.external_attr = (modes or {}).get(name, 0o100644) << 16
            archive.writestr(row, content)
    return path


def folder_of(path: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def by_path(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.path: entry for entry in entries}


@pytest.mark.parametrize("make", [zip_of, folder_of])
def test_distributions_are_known_by_what_installers_leave(make: object, tmp_path: Path) -> None:
    """RECORD tells the files, METADATA the name, WHEEL the tags; the rest is the function's own."""
    place = make(tmp_path / "package", INSTALLED)  # type: ignore[operator]

    bundle = read_package(place)

    (wheel,) = bundle.wheels
    assert (wheel.name, wheel.version) == ("demo-pkg", "1.0")
    assert wheel.filename == (
        "Demo.Pkg-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    )
    assert {one.path for one in bundle.entries if not one.owner} == {"app.py"}
    assert by_path(bundle.entries)["bin/demo"].owner == "demo-pkg"


def test_a_zip_and_its_folder_are_judged_alike(tmp_path: Path) -> None:
    """What is about to be zipped gets the verdict that the zip gets."""
    function = function_of(runtime="python3.11")
    bundles = [
        read_package(zip_of(tmp_path / "a.zip", INSTALLED)),
        read_package(folder_of(tmp_path / "folder", INSTALLED)),
    ]

    verdicts = [check_package(function, one, tmp_path, today=TODAY) for one in bundles]

    told = [[(one.code, one.message) for one in outcome.diagnostics] for outcome in verdicts]
    assert told[0] == told[1]
    assert "LP317" in [code for code, _ in told[0]]


def test_modes_links_and_folders_are_kept(tmp_path: Path) -> None:
    """Entries tell the mode that is stated, and where a link leads."""
    files: dict[str, str | bytes] = {
        "app.py": HANDLER,
        "real.so": elf(),
        "link.so": "real.so",
        "d/": "",
    }
    modes = {"app.py": 0o100600, "link.so": stat.S_IFLNK | 0o777, "d/": 0o40700}

    bundle = read_package(zip_of(tmp_path / "a.zip", files, modes))

    entries = by_path(bundle.entries)
    assert entries["app.py"].mode == 0o600
    assert entries["link.so"].link == "real.so"
    assert entries["link.so"].code == entries["real.so"].code
    assert entries["link.so"].member == entries["real.so"].member
    assert bundle.folder_modes == {"d": 0o700}


def test_links_of_a_folder_are_not_followed_out_of_it(tmp_path: Path) -> None:
    """One that stays inside has the content of its file, one that leaves has none."""
    (tmp_path / "secret").write_text("secret")
    folder = folder_of(tmp_path / "folder", {"app.py": HANDLER, "d/x.py": "x = 1\n"})
    (folder / "inside.py").symlink_to("d/x.py")
    (folder / "outside.py").symlink_to("../secret")
    (folder / "loop").symlink_to("loop")

    bundle = read_package(folder)

    entries = by_path(bundle.entries)
    assert entries["inside.py"].size == len("x = 1\n")
    assert entries["outside.py"].link == "../secret"
    assert bundle.generated["outside.py"] == b""
    assert entries["loop"].link == "loop"


def test_what_is_no_file_in_a_folder_is_told(tmp_path: Path) -> None:
    """Nothing waits for a pipe, and a file that may not be read is named."""
    folder = folder_of(tmp_path / "folder", {"app.py": HANDLER})
    os.mkfifo(folder / "pipe")
    os.utime(folder / "app.py", (0, 0))

    bundle = read_package(folder, "folder")

    assert {(one.kind, one.what) for one in bundle.flaws} == {
        ("damaged", "`pipe` is no regular file"),
        ("date", "`app.py` is older than 1980"),
    }


@pytest.mark.parametrize("make", [zip_of, folder_of])
def test_layers_are_on_the_import_path(make: object, tmp_path: Path) -> None:
    """The last layer wins, all count, and native code of a layer is judged as the function's."""
    function = function_of(runtime="python3.12", handler="app.handler")
    package = read_package(zip_of(tmp_path / "a.zip", {"app.py": "from lib import handler\n"}))
    first = {"python/lib.py": "x = 1\n", "python/lib.so": elf(machine=183)}
    second = {"python/lib.py": "def handler(event, context):\n    return event\n"}
    layers = [
        (name, read_package(make(tmp_path / name, files)))  # type: ignore[operator]
        for name, files in (("first", first), ("second", second))
    ]

    merged = with_layers(package, layers)

    outcome = check_package(function, merged, tmp_path, today=TODAY)
    assert "LP318" in [one.code for one in outcome.diagnostics]
    assert "LP308" not in [one.code for one in outcome.diagnostics]
    assert outcome.package is not None
    assert outcome.package.layers == ("first", "second")
    assert merged.unzipped == sum(
        len(one)
        for files in ({"app.py": "from lib import handler\n"}, first, second)
        for one in files.values()
    )


def test_a_layer_is_not_searched_where_python_path_hides_it(tmp_path: Path) -> None:
    """PYTHONPATH replaces the folders of layers."""
    function = function_of(handler="lib.handler", environment={"PYTHONPATH": "/var/task/x"})
    package = read_package(zip_of(tmp_path / "a.zip", {"x.txt": ""}))
    layer = read_package(zip_of(tmp_path / "l.zip", {"python/lib.py": "def handler(a, b): ...\n"}))

    merged = with_layers(package, [("l.zip", layer)])

    outcome = check_package(function, merged, tmp_path, today=TODAY)
    assert "LP307" in [one.code for one in outcome.diagnostics]


def test_a_distribution_inside_of_another_is_not_one(tmp_path: Path) -> None:
    """What a distribution has copied into itself belongs to it."""
    outer = "outer/_vendor/demo-1.0.dist-info"
    files: dict[str, str | bytes] = {
        f"{outer}/METADATA": "Name: demo\nVersion: 1.0\n",
        "outer-2.0.dist-info/METADATA": "Name: outer\nVersion: 2.0\n",
        "outer-2.0.dist-info/RECORD": f"{outer}/METADATA,,\n",
    }

    bundle = read_package(zip_of(tmp_path / "a.zip", files))

    assert [wheel.name for wheel in bundle.wheels] == ["outer"]
    assert {one.owner for one in bundle.entries} == {"outer"}


@pytest.mark.parametrize("name", ["missing.zip", "nul\0"])
def test_what_is_not_there_is_a_failure(name: str, tmp_path: Path) -> None:
    """There is nothing to judge."""
    with pytest.raises(UsageError) as raised:
        read_package(tmp_path / name, name)

    assert raised.value.code == "LP024"


def test_distributions_without_metadata_are_known_by_their_modules(tmp_path: Path) -> None:
    """Where somebody has removed it all, libraries beside a package tell, and well-known names."""
    files: dict[str, str | bytes] = {
        "app.py": HANDLER,
        "shop/__init__.py": "",
        "requests/__init__.py": "",
        "requests/api.py": "",
        "native/__init__.py": "",
        "native.libs/libx.so.1": elf(),
        "requests.txt": "",
    }

    bundle = read_package(zip_of(tmp_path / "a.zip", files))

    assert {one.path: one.owner for one in bundle.entries if one.owner} == {
        "requests/__init__.py": "requests",
        "requests/api.py": "requests",
        "native/__init__.py": "native",
        "native.libs/libx.so.1": "native",
    }
    outcome = check_package(function_of(), bundle, tmp_path, today=TODAY)
    assert "LP317" not in [one.code for one in outcome.diagnostics]
