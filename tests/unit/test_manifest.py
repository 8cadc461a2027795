"""The record of a package is complete, valid against its schema, and the same each time."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from lpack.data import own_json
from lpack.model import Artifact, Diagnostic, Ignored, Lock, Project, Verdict, Where
from lpack.rules import runtime_deprecated
from lpack.steps.manifest import manifest
from lpack.steps.pack import pack
from lpack.steps.stage import stage
from tests.function_builder import function_of
from tests.project_folder import write
from tests.unit.test_staging import stored

if TYPE_CHECKING:
    from lpack.model import Function

SECRET = "the value of a variable"
FUNCTION_SETTINGS: dict[str, Any] = {
    "environment": {"TOKEN": SECRET, "Ümläut": "x", "STAGE": "test"},
    "triggers": ("http", "sqs"),
    "layers": ("arn:aws:lambda:eu-west-1:123456789012:layer:x:1",),
    "settings": {"TracingConfig": {"Mode": "Active"}},
    "limits": "2017",
    "description": 'quotes " and\nlines, ünïcode',
}
DIAGNOSTICS = (
    Diagnostic("LP301", "warning", "something", Where("app.py", 3), "do this"),
    Diagnostic("LP302", "info", "something else"),
    Diagnostic(runtime_deprecated.CODE, "warning", "the runtime is deprecated since yesterday"),
)
IGNORED = (
    Ignored(Diagnostic("LP310", "error", "too little memory"), "the account may"),
    Ignored(Diagnostic(runtime_deprecated.CODE, "warning", "the runtime is old"), "we know"),
)


def built(
    tmp_path: Path, function: Function, *, checked: bool = True
) -> tuple[dict[str, Any], str]:
    """Pack a function, and give its manifest, parsed and as text."""
    root = write(
        tmp_path / "project", {"app.py": "def handler(e, c):\n    return 1\n", "ü.txt": ""}
    )
    wheels = (stored(tmp_path, "alpha", {"alpha.py": "A = 1\n" * 99, "alpha.pyc": "x"}),)
    bundle = stage(function, wheels, Project(root, root / "dist", (), (), "auto"))
    lock = Lock(root / "pylock.toml", "0" * 64, "uv", (), fresh=True)
    with pack(bundle, tmp_path / "out" / "api.zip") as packing:
        packed = packing.finish()
        text = manifest(
            function,
            lock,
            bundle,
            (packed,),
            Verdict(DIAGNOSTICS, IGNORED),
            root,
            checked=checked,
        )
        with zipfile.ZipFile(packed.waiting) as archive:
            rows = archive.infolist()
    document: dict[str, Any] = json.loads(text)
    assert [one["path"] for one in document["entries"]] == [row.filename for row in rows]
    assert [one["crc32"] for one in document["entries"]] == [f"{row.CRC:08x}" for row in rows]
    assert [one["size"] for one in document["entries"]] == [row.file_size for row in rows]
    assert [one["compressed"] for one in document["entries"]] == [row.compress_size for row in rows]
    assert [int(one["mode"], 8) for one in document["entries"]] == [
        row.external_attr >> 16 & 0o777 for row in rows
    ]
    return document, text


def validator() -> jsonschema.Draft202012Validator:
    """Give a validator of manifests that fetches nothing."""
    schema = own_json("schemas", "manifest.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("settings", [{}, FUNCTION_SETTINGS], ids=["plain", "full"])
def test_a_manifest_fits_its_schema(
    tmp_path: Path, settings: dict[str, Any], *, checked: bool
) -> None:
    """With every setting, and with none."""
    document, _ = built(
        tmp_path, function_of(sources=(tmp_path / "project",), **settings), checked=checked
    )

    validator().validate(document)

    assert document["checked"] is checked


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("artifact"),
        lambda document: document.update(extra=1),
        lambda document: document["artifact"].update(sha256="short"),
        lambda document: document["entries"][0].pop("crc32"),
        lambda document: document["target"].update(architecture="sparc"),
        lambda document: document.update(manifest_version=2),
    ],
)
def test_the_schema_refuses_what_is_no_manifest(tmp_path: Path, change: Any) -> None:
    """A field that is missing, unknown, or of another form."""
    document, _ = built(tmp_path, function_of(sources=(tmp_path / "project",)))

    change(document)

    assert not validator().is_valid(document)


def test_the_sums_are_those_of_the_entries(tmp_path: Path) -> None:
    """Sizes by owner add up to the package."""
    document, _ = built(tmp_path, function_of(sources=(tmp_path / "project",)))

    shares = [*document["distributions"], document["own_files"]]
    artifact = document["artifact"]
    assert sum(one["files"] for one in shares) == artifact["files"] == len(document["entries"])
    assert sum(one["unzipped"] for one in shares) == artifact["unzipped"]
    # The end record belongs to nobody.
    assert sum(one["zipped"] for one in shares) == artifact["size"] - 22
    assert document["left_out"] == [
        {"distribution": "alpha", "path": "alpha.pyc", "rule": "bytecode"}
    ]


def test_no_value_and_no_place_is_in_it(tmp_path: Path) -> None:
    """Variables are recorded by name; paths are those of the package."""
    function = function_of(sources=(tmp_path / "project",), **FUNCTION_SETTINGS)

    document, text = built(tmp_path, function)

    assert SECRET not in text
    assert str(tmp_path) not in text
    assert document["function"]["environment"]["names"] == ["STAGE", "TOKEN", "Ümläut"]


def test_the_same_package_has_the_same_manifest(tmp_path: Path) -> None:
    """Another folder and another cache give the same bytes."""
    texts = []
    for name in ("a", "b b"):
        folder = tmp_path / name
        folder.mkdir()
        texts.append(built(folder, function_of(sources=(folder / "project",)))[1])

    assert texts[0] == texts[1]
    assert texts[0].endswith("}\n")
    assert "\r" not in texts[0]


def test_a_deadline_that_passes_changes_no_manifest(tmp_path: Path) -> None:
    """What depends on the day is told, and not recorded."""
    document, _ = built(tmp_path, function_of(sources=(tmp_path / "project",)))

    codes = [one["code"] for one in document["diagnostics"]]
    assert codes == ["LP301", "LP302"]
    assert codes != [one.code for one in DIAGNOSTICS]
    assert [(one["code"], one["reason"]) for one in document["ignored"]] == [
        ("LP310", "the account may")
    ]


def test_code_sha256_is_what_lambda_answers() -> None:
    """Base64 of the digest's bytes, not of its hexadecimal digits."""
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    found = Artifact(Path("api.zip"), 0, digest, 0).code_sha256

    assert found == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert base64.b64decode(found).hex() == digest
