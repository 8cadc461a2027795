"""The function that a package is for: what it tells itself, and what a manifest beside it does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import UsageError
from lpack.model import Where
from lpack.packages import as_layer, read_package
from lpack.packages.function import function_of
from lpack.packages.record import recorded
from lpack.wheels.opened import OpenFile, sha256_of
from tests.function_builder import elf
from tests.unit.packages.test_reading import HANDLER, zip_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Function

OF_312 = "m.cpython-312-x86_64-linux-gnu.so"
OF_ARM = "m.cpython-311-aarch64-linux-gnu.so"


def settled(files: dict[str, Any], tmp_path: Path, **said: Any) -> tuple[Function, list[str]]:
    bundle = read_package(zip_of(tmp_path / "some.thing.zip", files), "some.thing.zip")
    values = {key: (value, Where("command line", key=f"--{key}")) for key, value in said.items()}
    function, told = function_of(bundle, "some.thing", "some.thing.zip", values, root=tmp_path)
    return function, [one.code for one in told]


@pytest.mark.parametrize(
    ("files", "target", "assumed"),
    [
        ({}, "python3.13 x86_64", "nothing in the package says otherwise"),
        ({OF_312: elf()}, "python3.12 x86_64", "its extension modules are for it"),
        ({OF_ARM: elf(183)}, "python3.11 arm64", "its extension modules are for it"),
        ({"p/__pycache__/m.cpython-310.pyc": b""}, "python3.10 x86_64", "its bytecode is for it"),
        ({"m.cpython-399-x86_64-linux-gnu.so": elf()}, "python3.13 x86_64", "nothing in"),
    ],
)
def test_the_target_is_what_compiled_files_are_for(
    files: dict[str, Any], target: str, assumed: str, tmp_path: Path
) -> None:
    """What is assumed is said; the newest runtime stands in where nothing tells."""
    function, _ = settled({"app.py": HANDLER, **files}, tmp_path)

    assert str(function.target) == target
    assert any(assumed in one for one in function.assumed)
    assert function.name == "some-thing"


def test_folders_of_a_layer_tell_the_runtime(tmp_path: Path) -> None:
    """A layer for one version of Python has that in its folders."""
    place = "python/lib/python3.11/site-packages/tool/__init__.py"
    bundle = as_layer(read_package(zip_of(tmp_path / "l.zip", {place: ""})))
    said = {"format": ("layer", Where("l.zip"))}

    function, told = function_of(bundle, "l", "l.zip", said, root=tmp_path)

    assert function.target.runtime.name == "python3.11"
    assert function.handler is None
    assert told == ()


@pytest.mark.parametrize(
    ("files", "handler", "told"),
    [
        ({"app.py": HANDLER}, "app.handler", []),
        ({"app.py": HANDLER, "lambda_function.py": "lambda_handler = print\n"}, None, []),
        ({"orders.py": HANDLER, "util.py": "x = 1\n"}, "orders.handler", []),
        ({"a.py": HANDLER, "b.py": HANDLER}, None, ["LP026"]),
        ({"pkg/app.py": HANDLER}, None, ["LP026"]),
        ({"app.py": "def handler(:\n"}, None, ["LP026"]),
    ],
    ids=range(6),
)
def test_the_handler_is_found_where_there_is_one(
    files: dict[str, Any], handler: str | None, told: list[str], tmp_path: Path
) -> None:
    """Where nobody says it, the usual files are looked at, then all others of the root."""
    function, codes = settled(files, tmp_path)

    expected = "lambda_function.lambda_handler" if "lambda_function.py" in files else handler
    if "app.py" in files and files["app.py"].startswith("def handler(:"):
        expected, told = "app.handler", []  # the lines tell what the parser cannot
    assert function.handler_text == expected
    assert codes == told


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"runtime": "python3.99"}, "LP010"),
        ({"runtime": "nodejs22.x"}, "LP010"),
        ({"architecture": "sparc"}, "LP006"),
    ],
)
def test_a_target_that_does_not_exist_is_refused(
    said: dict[str, Any], code: str, tmp_path: Path
) -> None:
    """A mistake on the command line is not judged as if it were another word."""
    with pytest.raises(UsageError) as raised:
        settled({"app.py": HANDLER}, tmp_path, **said)

    assert raised.value.code == code


def manifest_of(path: Path, **changes: Any) -> str:
    with OpenFile(str(path)) as data:
        digest, size = sha256_of(data), len(data)
    document = {
        "manifest_version": 1,
        "function": {"name": "orders", "handler": "app.handler", "memory": 512, "layers": []},
        "target": {"runtime": "python3.12", "architecture": "arm64"},
        "format": "zip",
        "artifact": {"file": path.name, "size": size, "sha256": digest, "date": "1980-01-01"},
        "distributions": [
            {
                "name": "demo",
                "version": "1.0",
                "wheel": "demo-1.0-py3-none-any.whl",
                "sha256": "0" * 64,
            }
        ],
        "entries": [
            {
                "path": "demo.py",
                "owner": "demo",
                "size": 0,
                "compressed": 0,
                "crc32": "0",
                "mode": "0644",
            }
        ],
        **changes,
    }
    return json.dumps(document)


def test_a_manifest_of_the_same_zip_tells_all(tmp_path: Path) -> None:
    """Owners, distributions and settings are those that were recorded."""
    path = zip_of(tmp_path / "api.zip", {"app.py": HANDLER, "demo.py": ""})
    (tmp_path / "api.manifest.json").write_text(manifest_of(path))

    found = recorded(read_package(path), path, "x/api.zip")

    assert found is not None
    assert {key: value for key, (value, _) in found.said.items()} == {
        "name": "orders",
        "handler": "app.handler",
        "memory": 512,
        "runtime": "python3.12",
        "architecture": "arm64",
        "layers": (),
    }
    assert found.note == "x/api.manifest.json tells whose the files are"
    assert [one.owner for one in found.bundle.entries] == ["", "demo"]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("{", "cannot be read, and is not used"),
        ('{"manifest_version": 1}', "cannot be read, and is not used"),
        ("another", "is of another package, and is not used"),
    ],
)
def test_a_manifest_of_another_zip_is_not_used(content: str, note: str, tmp_path: Path) -> None:
    """What was recorded of another build tells nothing about this one, and that is said."""
    path = zip_of(tmp_path / "api.zip", {"app.py": HANDLER})
    if content == "another":
        other = zip_of(tmp_path / "other.zip", {"app.py": HANDLER + "# changed\n"})
        content = manifest_of(other)
    (tmp_path / "api.manifest.json").write_text(content)

    found = recorded(read_package(path), path, "api.zip")

    assert found is not None
    assert found.note == f"api.manifest.json {note}"
    assert found.said == {}


@pytest.mark.parametrize(
    ("files", "said", "python", "assumed"),
    [
        ({}, {}, None, ["handler `bootstrap`, which Lambda does not read"]),
        (
            {"_c.cpython-312-x86_64-linux-gnu.so": elf()},
            {"handler": "anything"},
            (3, 12),
            ["Python 3.12: its extension modules are for it"],
        ),
        (
            {"_c.cpython-312-x86_64-linux-gnu.so": elf()},
            {"handler": "anything", "python": "3.11"},
            (3, 11),
            [],
        ),
    ],
    ids=range(3),
)
def test_an_own_runtime_has_the_python_that_its_files_are_for(
    files: dict[str, Any],
    said: dict[str, str],
    python: tuple[int, int] | None,
    assumed: list[str],
    tmp_path: Path,
) -> None:
    """The manifest says it first, and without either nobody knows."""
    everything = {"bootstrap": "#!/bin/sh\n", **files}

    function, _ = settled(everything, tmp_path, runtime="provided.al2023", **said)

    runtime = function.target.runtime
    assert (runtime.python if runtime.has_python else None) == python
    assert list(function.assumed) == assumed
