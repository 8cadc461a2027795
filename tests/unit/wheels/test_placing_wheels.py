"""Where the files of a wheel go in the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.wheels.content import read_member
from lpack.wheels.layout import Placed, place
from tests.wheelhouse import Forged, forge, make_wheel, wheel_members

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PYTHON = "/var/lang/bin/python3.13"


def placed(path: Path) -> dict[str, Placed]:
    """Place a wheel and give its files by path."""
    files, _ = place(path.read_bytes(), filename=path.name, interpreter=PYTHON)
    return {file.path: file for file in files}


def content_of(wheel: Path, file: Placed) -> bytes:
    """Give what the package will hold."""
    if file.content is not None:
        return file.content
    assert file.stream is not None
    return read_member(wheel, file.stream)


def wheel_of(folder: Path, files: Mapping[str, str], data: Mapping[str, str]) -> Path:
    """Make a wheel with a `.data` folder."""
    return make_wheel(folder, "my-demo", "1.0", files, data=data)


def test_root_files_stay_where_they_are(tmp_path: Path) -> None:
    """Modules and `.dist-info` alike."""
    files = placed(make_wheel(tmp_path, "demo", "1.0", {"demo/a.py": "a = 1\n", "b.py": ""}))

    assert sorted(files) == [
        "b.py",
        "demo-1.0.dist-info/METADATA",
        "demo-1.0.dist-info/RECORD",
        "demo-1.0.dist-info/WHEEL",
        "demo/a.py",
    ]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("purelib/p/a.py", "p/a.py"),
        ("platlib/p/a.so", "p/a.so"),
        ("data/share/a.txt", "share/a.txt"),
        ("headers/sub/a.h", "include/my_demo/sub/a.h"),
        ("scripts/run.sh", "bin/run.sh"),
    ],
)
def test_the_data_folder_is_spread_out(tmp_path: Path, source: str, target: str) -> None:
    """As `pip install --target` does it."""
    path = wheel_of(tmp_path, {}, {source: "content"})

    files = placed(path)

    assert content_of(path, files[target]) == b"content"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("#!python\nrun()\n", f"#!{PYTHON}\nrun()\n"),
        ("#!pythonw\r\nrun()\r\n", f"#!{PYTHON}\r\nrun()\r\n"),
        ("#!python", f"#!{PYTHON}"),
        ("#!/bin/sh\n#!python\n", "#!/bin/sh\n#!python\n"),
        ("#!py", "#!py"),
        ("", ""),
    ],
)
def test_scripts_get_the_interpreter_that_they_ask_for(
    tmp_path: Path, script: str, expected: str
) -> None:
    """Only the first line is changed, and only when it says `#!python`."""
    path = wheel_of(tmp_path, {}, {"scripts/run": script})

    file = placed(path)["bin/run"]

    assert content_of(path, file) == expected.encode()
    assert file.size == len(expected)
    assert (file.stream is None) == (script != expected)


def test_modes_are_readable_by_all_and_keep_only_the_execute_bit(tmp_path: Path) -> None:
    """Lambda runs the function as a user of its own."""
    modes = {"a": 0o600, "b": 0o700, "c": 0o444, "d": 0o001, "e": 0}
    files = dict.fromkeys(modes, "")
    path = make_wheel(tmp_path, "demo", "1.0", files, modes=modes, data={"scripts/run": ""})

    result = {name: file.mode for name, file in placed(path).items() if "." not in name}

    expected = {"a": 0o644, "b": 0o755, "c": 0o644, "d": 0o755, "e": 0o644, "bin/run": 0o755}
    assert result == expected


def test_compiled_files_are_left_out_and_reported() -> None:
    """They may be of another Python; directories go without a word."""
    members = [
        Forged("p/", method=0, mode=0o40755),
        Forged("p/a.py"),
        Forged("p/a.pyc"),
        Forged("p/__pycache__/a.cpython-313.pyc"),
        Forged("p/__pycache__/note.txt"),
        Forged("__pycache__/b.txt"),
        Forged("p/my__pycache__/c.txt"),
    ]
    data = forge(wheel_members("demo", "1.0", members))

    files, left_out = place(data, filename="demo-1.0-py3-none-any.whl", interpreter=PYTHON)

    assert [file.path for file in files][:2] == ["p/a.py", "p/my__pycache__/c.txt"]
    assert left_out == (
        "p/a.pyc",
        "p/__pycache__/a.cpython-313.pyc",
        "p/__pycache__/note.txt",
        "__pycache__/b.txt",
    )


def test_one_file_that_is_there_twice_is_placed_once(tmp_path: Path) -> None:
    """The same bytes at the same place are no conflict."""
    path = wheel_of(tmp_path, {"p/a.py": "same"}, {"purelib/p/a.py": "same"})

    files, _ = place(path.read_bytes(), filename=path.name, interpreter=PYTHON)

    assert [file.path for file in files].count("p/a.py") == 1


@pytest.mark.parametrize(
    ("inside", "moved"),
    [
        ("p/a.py", "purelib/p/a.py"),
        ("p/a.py", "purelib/P/A.py"),
        ("p/a.py", "data/p"),
        ("p", "data/p/a.py"),
        ("bin/run", "scripts/run"),
    ],
)
def test_two_files_at_one_place_are_refused(tmp_path: Path, inside: str, moved: str) -> None:
    """Which one wins would depend on the reader."""
    path = wheel_of(tmp_path, {inside: "one"}, {moved: "other"})

    with pytest.raises(BuildError) as caught:
        placed(path)

    assert caught.value.code == "LP220"


def test_a_rewritten_script_conflicts_with_a_file_of_the_same_name(tmp_path: Path) -> None:
    """What counts is what the package would hold."""
    path = wheel_of(tmp_path, {"bin/run": "#!python\n"}, {"scripts/run": "#!python\n"})

    with pytest.raises(BuildError, match="two different files at `bin/run`"):
        placed(path)


def test_a_data_folder_that_was_not_admitted_is_refused(tmp_path: Path) -> None:
    """Placing relies on admission, and still ends with one clear error."""
    path = wheel_of(tmp_path, {}, {"etc/a": ""})

    with pytest.raises(BuildError, match="rule DATA"):
        placed(path)
