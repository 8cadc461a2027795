"""Every reader of ZIP files finds in a package what lpack has put there, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.building import Forge, locked_project
from tests.function_builder import elf
from tests.zip_readers import READERS, files_in, unpacked

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zip_readers import Files

SOURCE = {
    "empty.txt": b"",
    "run.sh": b"#!/bin/sh\necho 1\n",
    "native.so": elf() + bytes(range(256)) * 9,
    "größe/ß.json": b'{"a": "\xc3\xbc"}',
    "pkg/İ-日本.txt": b"letters",
    "with space/-dash": b"names",
    "long.bin": bytes(range(256)) * (68 << 10),
}
FORMATS = [
    pytest.param(("", {}, ("api.zip",)), id="zip"),
    pytest.param(("", {"SOURCE_DATE_EPOCH": "1709208000"}, ("api.zip",)), id="zip of a date"),
    pytest.param(("", {"LPACK_COMPRESS": "max"}, ("api.zip",)), id="compressed harder"),
    pytest.param(("", {"LPACK_FORMAT": "layer"}, ("api.zip",)), id="layer"),
    pytest.param(("", {"LPACK_FORMAT": "zip+layer"}, ("api.zip", "api.layer.zip")), id="zip+layer"),
]
"""Lines of configuration, variables, and the names of the archives that a build publishes."""


@pytest.fixture(scope="module", params=FORMATS)
def built(
    forge: Forge, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[tuple[Path, ...], Files]:
    """Build a format, and give its archives and what is in the staged folder."""
    configuration, environ, archives = request.param
    folder = tmp_path_factory.mktemp("built")
    project = locked_project(forge, folder / "project")
    for name, content in SOURCE.items():
        path = project / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with (project / "pyproject.toml").open("a") as file:
        file.write(configuration)
    for words in (("build",), ("stage", "--to", str(folder / "staged"))):
        done = forge.run(project, *words, environ=environ)
        assert done.status == 0, done.talk
    return tuple(project / "dist" / name for name in archives), files_in(folder / "staged")


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_finds_the_staged_files(
    built: tuple[tuple[Path, ...], Files], tmp_path: Path, reader: str
) -> None:
    """Names, bytes and modes are those of the folder that `lpack stage` writes."""
    archives, staged = built
    found: Files = {}

    for number, archive in enumerate(archives):
        files = unpacked(reader, archive, tmp_path / str(number))
        found |= {name.removeprefix("python/"): content for name, content in files.items()}

    assert found == staged
    assert {mode for _, mode in found.values()} == {0o644, 0o755}
    assert SOURCE.items() <= {name: content for name, (content, _) in found.items()}.items()
