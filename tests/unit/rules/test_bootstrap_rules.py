"""Rules about the executable of a function that brings its own runtime."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from lpack.packages import read_package, with_layers
from lpack.pipeline import check_package
from lpack.platforms import target_named
from lpack.values import replace
from tests.elf_builder import linked
from tests.function_builder import TODAY, function_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Diagnostic

SHELL = b"#!/bin/sh\n"
CODES = ("LP420", "LP421", "LP422", "LP423", "LP424")
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:own:1"


def package(path: Path, files: dict[str, bytes], mode: int = 0o755) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            row = zipfile.ZipInfo(name)
            row.create_system, row.external_attr = 3, (0o100000 | mode) << 16
            archive.writestr(row, content)
    return path


def found(
    tmp_path: Path,
    files: dict[str, bytes],
    name: str = "provided.al2023",
    *,
    layer: dict[str, bytes] | None = None,
    mode: int = 0o755,
    **settings: object,
) -> list[Diagnostic]:
    bundle = read_package(package(tmp_path / "own.zip", files, mode), "own.zip")
    if layer is not None:
        beside = read_package(package(tmp_path / "layer.zip", layer), "layer.zip")
        bundle = with_layers(bundle, [("layer.zip", beside)])
    outcome = check_package(function_of(runtime=name, **settings), bundle, tmp_path, today=TODAY)  # type: ignore[arg-type]
    return [one for one in outcome.diagnostics if one.code in CODES]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SHELL, None),
        (b"#! /bin/bash -eu\n", None),
        (b"#!/usr/bin/env bash\n", None),
        (b"#!/usr/bin/env -S LANG=C sh -eu\n", None),
        (b"#!/var/task/bin/tool\n", None),
        (b"#!bin/tool\n", None),
        (linked(machine=62), None),
        (b"#!/usr/bin/env python3\n", "LP422"),
        (b"#!/usr/bin/python3\n", "LP422"),
        (b"#!/var/lang/bin/python3.13\n", "LP422"),
        (b"#!/var/task/bin/other\n", "LP422"),
        (b"#!/opt/bin/python3\n", "LP422"),
        (b"#!/bin/sh\r\necho\r\n", "LP423"),
        (b"#!\n", "LP424"),
        (b"", "LP424"),
        (b"echo\n", "LP424"),
        (b"\xef\xbb\xbf#!/bin/sh\n", "LP424"),
        (b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01" + bytes(64), "LP424"),
        (linked(machine=183), "LP424"),
        (linked(machine=3, bits=32), "LP424"),
    ],
    ids=range(20),
)
def test_what_linux_would_execute(content: bytes, code: str | None, tmp_path: Path) -> None:
    """Programs for the machine, and scripts whose interpreter is there."""
    files = {"bootstrap": content, "bin/tool": SHELL}

    codes = [one.code for one in found(tmp_path, files)]

    assert codes == ([code] if code else [])


def test_the_modes_of_others_count(tmp_path: Path) -> None:
    """Lambda's user owns nothing of the package, and a script has to be read as well."""
    modes = (0o755, 0o555, 0o705, 0o744, 0o711, 0o644, 0o600)

    refused = [mode for mode in modes if found(tmp_path, {"bootstrap": SHELL}, mode=mode)]

    assert refused == [0o744, 0o711, 0o644, 0o600]


def test_a_missing_one_is_told_with_the_folder_that_has_it(tmp_path: Path) -> None:
    """Layers that are here are looked into; others may have it."""
    (nowhere,) = found(tmp_path, {"app.py": b""})
    (deeper,) = found(tmp_path, {"build/bootstrap": SHELL})
    of_layer = found(tmp_path, {"app.py": b""}, layer={"bootstrap": SHELL})
    (other,) = found(tmp_path, {"app.py": b""}, layer={"tool": SHELL})
    unknown = found(tmp_path, {"app.py": b""}, layers=(LAYER,))

    assert nowhere.code == other.code == "LP420"
    assert deeper.hint == "move `build/bootstrap` there, or add its folder `build` to `source`"
    assert (of_layer, unknown) == ([], [])


def test_layers_bring_interpreters(tmp_path: Path) -> None:
    """By their path or on PATH; what an unknown layer has nobody knows."""
    by_path, on_path = {"bootstrap": b"#!/opt/bin/py\n"}, {"bootstrap": b"#!/usr/bin/env py\n"}
    layer = {"bin/py": SHELL}

    known = [found(tmp_path, files, layer=layer) for files in (by_path, on_path)]
    unknown = [found(tmp_path, files, layers=(LAYER,)) for files in (by_path, on_path)]
    missing = [found(tmp_path, files, layer={}) for files in (by_path, on_path)]

    assert known == unknown == [[], []]
    assert [[one.code for one in each] for each in missing] == [["LP422"], ["LP422"]]


def test_amazon_linux_2_may_have_an_old_python(tmp_path: Path) -> None:
    """Its yum needs Python 2, and nobody has recorded that Lambda leaves it out."""
    old = found(tmp_path, {"bootstrap": b"#!/usr/bin/python\n"}, "provided.al2")
    new = found(tmp_path, {"bootstrap": b"#!/usr/bin/python\n"})

    assert (old, [one.code for one in new]) == ([], ["LP422"])


def test_the_handler_is_free_and_modules_are_not_followed(tmp_path: Path) -> None:
    """Only the package's runtime knows what a handler means, and where modules come from."""
    files = {"bootstrap": SHELL, "app.py": b"import nothing_ships_this\n"}
    bundle = read_package(package(tmp_path / "own.zip", files), "own.zip")
    for text in ("app", "app.handler", "Some::Thing"):
        function = function_of(runtime="provided.al2023", handler=text)

        outcome = check_package(function, bundle, tmp_path, today=TODAY)

        assert outcome.diagnostics == ()


@pytest.mark.parametrize("text", ["two words", "x" * 129])
def test_a_handler_that_lambda_refuses_is_told(text: str, tmp_path: Path) -> None:
    """CreateFunction takes 128 characters without white space, whatever the runtime."""
    bundle = read_package(package(tmp_path / "own.zip", {"bootstrap": SHELL}), "own.zip")
    function = function_of(runtime="provided.al2023", handler=text)

    outcome = check_package(function, bundle, tmp_path, today=TODAY)

    assert [one.code for one in outcome.diagnostics] == ["LP306"]


def test_extension_modules_are_held_against_the_python_that_is_said(tmp_path: Path) -> None:
    """Without one there is nothing to hold them against."""
    files = {"bootstrap": SHELL, "_c.cpython-312-x86_64-linux-gnu.so": linked()}
    bundle = read_package(package(tmp_path / "own.zip", files), "own.zip")

    def codes(python: str) -> list[str]:
        found = target_named(f"provided.al2023 {python}x86_64")
        assert found is not None
        function = replace(function_of(runtime="provided.al2023"), target=found)
        outcome = check_package(function, bundle, tmp_path, today=TODAY)
        return [one.code for one in outcome.diagnostics if one.severity == "error"]

    assert (codes(""), codes("python3.12 "), codes("python3.13 ")) == ([], [], ["LP319"])


def test_a_program_that_needs_a_newer_system_is_an_error(tmp_path: Path) -> None:
    """It is started for certain, unlike other programs of a package."""
    needs = linked(["libc.so.6"], {"libc.so.6": ["GLIBC_2.34"]})
    bundle = read_package(package(tmp_path / "own.zip", {"bootstrap": needs}), "own.zip")

    def told(name: str) -> list[str]:
        function = function_of(runtime=name)
        outcome = check_package(function, bundle, tmp_path, today=TODAY)
        return [f"{one.code} {one.severity}" for one in outcome.diagnostics if one.code == "LP330"]

    assert (told("provided.al2"), told("provided.al2023")) == (["LP330 error"], [])


@pytest.mark.parametrize(
    ("script", "files", "missing"),
    [
        ("exec python3 -m awslambdaric app.handler\n", [], "python3"),
        ("cd /tmp && python3.12 x.py\n", [], "python3.12"),
        ("while true; do node app.js; done\n", [], "node"),
        ("exec python3 app.py\n", ["bin/python3"], None),
        ("exec $LAMBDA_TASK_ROOT/bin/python3 app.py\n", [], None),
        ("# exec python3 app.py\necho python3 is not called\n", [], None),
        ("exec ./main\n", [], None),
    ],
    ids=range(7),
)
def test_a_shell_may_call_what_is_not_there(
    script: str, files: list[str], missing: str | None, tmp_path: Path
) -> None:
    """A warning: what a script does can only be told by running it."""
    content = {"bootstrap": SHELL + script.encode(), **dict.fromkeys(files, SHELL)}

    told = found(tmp_path, content)
    beside = found(tmp_path, content, layers=(LAYER,))

    assert [(one.code, one.severity) for one in told] == ([("LP422", "warning")] if missing else [])
    assert all(f"`{missing}`" in one.message for one in told)
    assert beside == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, ["LP422"]),
        ({"bin/python3": SHELL}, []),
        ({"lib/libpython3.12.so.1.0": linked()}, []),
        ({"python3.12/app.py": b""}, ["LP422"]),
    ],
    ids=range(4),
)
def test_the_python_that_is_said_has_to_be_somewhere(
    files: dict[str, bytes], told: list[str], tmp_path: Path
) -> None:
    """Wheels were chosen for it; a program that is compiled may have it inside."""
    target = target_named("provided.al2023 python3.12 x86_64")
    assert target is not None

    def codes(bootstrap: bytes) -> list[str]:
        own = package(tmp_path / "own.zip", {"bootstrap": bootstrap, **files})
        function = replace(function_of(runtime="provided.al2023"), target=target)
        outcome = check_package(function, read_package(own, "own.zip"), tmp_path, today=TODAY)
        return [one.code for one in outcome.diagnostics if one.code in CODES]

    assert codes(SHELL) == told
    assert codes(linked()) == []


def test_dependencies_to_come_may_bring_the_interpreter(tmp_path: Path) -> None:
    """What is in the file is known all the same."""
    own = package(tmp_path / "own.zip", {"bootstrap": b"#!/var/task/bin/python3\n"})
    windows = package(tmp_path / "other.zip", {"bootstrap": b"#!/bin/sh\r\n"})
    function = function_of(runtime="provided.al2023")

    def codes(path: Path, awaits: str) -> list[str]:
        bundle = replace(read_package(path, path.name), awaits=awaits)
        outcome = check_package(function, bundle, tmp_path, today=TODAY)
        return [one.code for one in outcome.diagnostics]

    assert (codes(own, ""), codes(own, "its dependencies")) == (["LP422"], [])
    assert codes(windows, "its dependencies") == ["LP423"]
