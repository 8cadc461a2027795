"""A zip and its layer, each held against their one manifest and against those of another build."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from lpack.comparing.difference import Difference, difference
from lpack.comparing.sides import open_side
from lpack.comparing.verifying import verify_package
from lpack.system import System
from tests.artifact import CONFIGURATION, Built, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAIR = CONFIGURATION + 'format = "zip+layer"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    build(folder, configuration=PAIR)
    return folder / "dist"


def told(folder: Path, name: str | None, manifest: bytes | None = None, file: str = "") -> set[str]:
    """Hold a zip of the folder against its manifest, or another one."""
    file = file or name or ""
    content = (folder / "api.manifest.json").read_bytes() if manifest is None else manifest
    data = (folder / file).read_bytes()
    found = verify_package(data, content, "manifest", name, called=file).findings
    return {f"{one.place} {one.path} {one.message}" for one in found}


def test_each_is_what_the_manifest_says(folder: Path) -> None:
    """The zip and the layer are told apart by their names, or by what they are."""
    renamed = (folder / "api.layer.zip").rename(folder / "renamed.zip")
    assert told(folder, None, file="renamed.zip") == set()
    renamed.rename(folder / "api.layer.zip")

    assert told(folder, "api.zip") == told(folder, "api.layer.zip") == set()


def test_a_changed_bit_of_the_layer_is_found(folder: Path, tmp_path: Path) -> None:
    """A layer that is damaged is still held against the layer's part of the manifest."""
    content = bytearray((folder / "api.layer.zip").read_bytes())
    content[content.index(b"alpha.py") + 20] ^= 1
    (tmp_path / "api.layer.zip").write_bytes(content)

    found = told(tmp_path, "api.layer.zip", (folder / "api.manifest.json").read_bytes())

    assert any("the zip has the sha256" in one for one in found)
    assert any("python/alpha.py" in one for one in found)
    assert not any("app.py" in one for one in found)


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        (["layer", "size"], 3, "`size` of the layer is 3, and the entries make"),
        (["layer", "sha256"], "0" * 64, "the layer: `code_sha256` is not the digest of `sha256`"),
        (["layer", "path"], "lib", "is not in the folder `lib`"),
        (["layer", "more"], 1, "does not fit its schema"),
        (["layer"], None, "the manifest cannot be read: its `layer` is null"),
        (["format"], "layer", "the layer is described otherwise than the artifact it is"),
        (["entries", 0, "in"], "layer", "`files` of the layer is 4, and the entries make 5"),
        (["entries", 1, "in"], "moon", "does not fit its schema"),
    ],
)
def test_the_manifest_is_held_against_itself(
    folder: Path, keys: list[Any], value: object, expected: str
) -> None:
    """What it says of the layer is judged with either of the two."""
    document = json.loads((folder / "api.manifest.json").read_bytes())
    place = document
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    forged = Built(b"", b"").with_manifest(document).manifest

    found = told(folder, "api.zip", forged)

    assert any(expected in one for one in found), found


@pytest.fixture
def compared() -> Iterator[object]:
    with ExitStack() as stack:
        yield lambda *given: difference(*(_side(one, stack) for one in given))


def _side(path: Path, stack: ExitStack) -> Any:
    return open_side(str(path), None, path.parent, System(), stack)


def test_a_code_change_leaves_the_layer(folder: Path, tmp_path: Path, compared: Any) -> None:
    """Manifests are compared zip with zip and layer with layer, zips each by itself."""
    build(tmp_path, {"app.py": "def handler(e, c):\n    return 2\n"}, configuration=PAIR)
    other = tmp_path / "dist"

    found: Difference = compared(folder / "api.manifest.json", other / "api.manifest.json")
    layers: Difference = compared(folder / "api.layer.zip", other / "api.layer.zip")

    assert [one.subject for one in found.causes] == ["app.py"]
    assert found.layer is not None
    assert (found.same, found.layer.same, layers.same) == (False, True, True)
    assert {one.owner for one in layers.after.items} == {"alpha"}


def test_an_upgrade_is_told_of_the_layer(folder: Path, tmp_path: Path, compared: Any) -> None:
    """The zip is the same then, and the packages are not."""
    build(tmp_path, version="2.0", configuration=PAIR)

    found: Difference = compared(
        folder / "api.manifest.json", tmp_path / "dist" / "api.manifest.json"
    )

    assert found.same_hash
    assert not found.same
    assert found.layer is not None
    assert [one.text for one in found.layer.causes] == [
        "`alpha` went up from 1.0 to 2.0: 1 file changed, 3 new, 3 gone"
    ]
