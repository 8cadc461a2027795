"""A package cut into archives: what goes where, in which bytes, and of which size."""

from __future__ import annotations

import hashlib
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from lpack.config import Overrides
from lpack.printed import megabytes
from lpack.steps.check import check
from lpack.steps.configure import read_project
from lpack.steps.cut import cut
from lpack.steps.pack import measure, pack
from lpack.values import replace
from lpack.writers import write_folder
from tests.function_builder import TODAY, function_of
from tests.project_folder import only_function, refused, write
from tests.unit.test_staging import staged, stored

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Bundle, Cut

MIB = 1 << 20
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer"


def names(one: Cut) -> list[str]:
    """Give what is in an archive, but for metadata."""
    paths = (one.bundle.prefix + entry.path for entry in one.bundle.entries)
    return [path for path in paths if ".dist-info/" not in path]


def packed(bundle: Bundle, path: Path, cache: Path | None = None) -> bytes:
    with pack(bundle, path, cache) as packing:
        return packing.finish().waiting.read_bytes()


def test_what_the_user_writes_stays_in_the_zip(tmp_path: Path) -> None:
    """A distribution that is made of the user's own folder changes as often as the code."""
    wheels = (
        stored(tmp_path, "alpha", {"alpha.py": ""}),
        replace(stored(tmp_path, "ours", {"ours.py": ""}), is_own=True),
    )
    bundle = staged(tmp_path, {"app.py": ""}, *wheels)

    code, layer = cut(function_of(format="zip+layer", layer_path="site-packages"), bundle)

    assert (code.suffix, names(code)) == (".zip", ["ours.py", "app.py"])
    assert layer.suffix == ".layer.zip"
    assert names(layer) == ["python/lib/python3.13/site-packages/alpha.py"]
    assert [wheel.name for wheel in layer.bundle.wheels] == ["alpha"]


def test_a_hidden_layer_and_no_layer_are_told(tmp_path: Path) -> None:
    """PYTHONPATH takes layers off the import path; an empty layer is none."""
    bundle = staged(tmp_path, {"app.py": ""}, stored(tmp_path, "alpha", {"alpha.py": ""}))
    plain = function_of(format="zip+layer")
    hiding = function_of(format="zip+layer", environment={"PYTHONPATH": "/var/task/lib"})
    showing = function_of(format="zip+layer", environment={"PYTHONPATH": "/opt/python:/var/task"})

    notes = [cut(one, bundle)[0].bundle.notes for one in (plain, hiding, showing)]
    (alone,) = cut(plain, staged(tmp_path, {"app.py": ""}))

    assert notes == [
        (),
        ("PYTHONPATH hides the layer from Python, unless it has /opt/python too",),
        (),
    ]
    assert alone.bundle.notes == ("there is no layer: no distribution could go into it",)


@pytest.mark.parametrize("layer_path", ["python", "site-packages"])
def test_a_layer_is_the_same_bytes_prepared_or_not(tmp_path: Path, layer_path: str) -> None:
    """A segment below a folder is another one than at the root; a code change leaves both."""
    alpha = stored(tmp_path, "alpha", {"alpha.py": "A = 1\n" * 99, "a/ü.py": ""})
    wanted = function_of(format="zip+layer", layer_path=layer_path)
    cache, path = tmp_path / "segments", tmp_path / "out" / "f.zip"

    digests: set[str] = set()
    for text in ("1", "2"):
        bundle = staged(tmp_path, {"app.py": text}, alpha, cache=cache)
        packed(bundle, path, cache)
        layer = cut(wanted, bundle)[1].bundle
        contents = [packed(layer, path), packed(layer, path, cache), packed(layer, path, cache)]
        digests.update(hashlib.sha256(content).hexdigest() for content in contents)
        path.write_bytes(contents[0])

    assert len(digests) == 1
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert all(name.startswith(f"{wanted.layer_folder}/") for name in archive.namelist())
        assert archive.read(f"{wanted.layer_folder}/alpha.py") == b"A = 1\n" * 99


def test_the_hint_has_the_sizes_that_there_would_be(tmp_path: Path) -> None:
    """They are computed for this package, and are those of what would be made."""
    files = {"alpha/__init__.py": "", "alpha/tests/test_a.py": "T = 1\n" * 9_000}
    bundle = staged(tmp_path, {"app.py": "x" * 999}, stored(tmp_path, "alpha", files))
    wanted, real = function_of(), measure(bundle, "api.zip")
    # As if one file were larger, which a test need not write.
    extra = 60 * MIB
    large = replace(real, size=real.size + extra)

    found = check(wanted, bundle, tmp_path, archives=(large,), today=TODAY).diagnostics

    code, layer = (
        measure(one.bundle, "x").size for one in cut(replace(wanted, format="zip+layer"), bundle)
    )
    (hint,) = (one.hint for one in found if one.code == "LP301")
    assert hint == (
        'set `upload = "s3"` if it goes through S3, or remove 10.0 MB\n'
        f"  the largest, zipped: alpha {megabytes(real.zipped['alpha'])} (0 %), "
        f"own files {megabytes(real.zipped[''])} (0 %)\n"
        f'  `format = "zip+layer"` makes a zip of {megabytes(code)} and a layer of '
        f"{megabytes(layer + extra)}, of which one is still too large"
    )


@pytest.mark.slow
def test_the_hint_names_what_slimming_would_remove(tmp_path: Path) -> None:
    """Rules that leave nothing out are not named, and what was chosen already is not either."""
    files = {"alpha/__init__.py": b"", "alpha/tests/test_a.py": os.urandom(53 * MIB)}
    bundle = staged(tmp_path, {"app.py": ""}, stored(tmp_path, "alpha", files))
    archives = (measure(bundle, "api.zip"),)

    hints = [
        one.hint or ""
        for slim in ((), ("tests",))
        for one in check(
            function_of(slim=slim), bundle, tmp_path, archives=archives, today=TODAY
        ).diagnostics
        if one.code == "LP301"
    ]

    assert ['`slim = ["tests"]` removes 53.0 MB' in hint for hint in hints] == [True, False]


def test_a_layer_has_the_limit_of_its_own_upload(tmp_path: Path) -> None:
    """Each archive is judged by itself, also a layer beside a small zip."""
    bundle = staged(tmp_path, {"app.py": ""}, stored(tmp_path, "alpha", {"alpha.py": ""}))
    wanted = function_of(format="zip+layer", layers=(f"{LAYER}:a:1",) * 5, handler="app.x")
    code, layer = (measure(one.bundle, "x") for one in cut(wanted, bundle))
    large = (code, replace(layer, size=60 * MIB))

    found = check(wanted, bundle, tmp_path, archives=large, today=TODAY).diagnostics

    said = {one.code: one.message for one in found}
    assert said["LP301"].startswith("the layer has 62,914,560 bytes")
    assert said["LP325"] == "the function has 6 layers with its own, and Lambda takes 5"


def test_a_layer_needs_no_handler(tmp_path: Path) -> None:
    """Nothing is guessed for it; without a source, it holds the dependencies alone."""
    write(tmp_path, {"app.py": "def handler(event, context): ...\n", "requirements.txt": ""})

    layer = only_function(tmp_path, {"lpack.toml": '[functions.a]\nformat = "layer"\n'})
    (kept,) = read_project(tmp_path, Overrides(format="zip"), {}).functions

    assert (layer.handler, layer.sources) == (None, ())
    assert layer.assumed[0] == "no source: the layer holds dependencies alone"
    assert kept.format == "layer"
    assert "still a layer: it has no handler" in kept.assumed


def test_a_layer_is_not_judged_as_a_function(tmp_path: Path) -> None:
    """Settings that it inherits are those of functions; CreateFunction is never told of it."""
    bundle = staged(tmp_path, {"app.py": ""}, stored(tmp_path, "alpha", {"alpha.py": ""}))
    wrong = function_of(format="layer", memory=1, timeout=9_999, settings={"Nope": 1})

    found, of_layer = (
        {one.code for one in check(one, bundle, tmp_path, archives=(), today=TODAY).diagnostics}
        for one in (wrong, replace(wrong, handler=None))
    )

    assert found >= {"LP310", "LP311", "LP341"}
    assert of_layer == set()


def test_a_function_that_is_made_a_layer_keeps_its_code(tmp_path: Path) -> None:
    """What is found of it for a zip is found for a layer as well."""
    files = {"src/app.py": "def handler(event, context): ...\n", "lpack.toml": "[functions.a]\n"}

    (made,) = read_project(write(tmp_path, files), Overrides(format="layer"), {}).functions

    assert (made.format, made.handler_text) == ("layer", "app.handler")
    assert made.sources == (tmp_path / "src",)


def test_an_empty_list_of_sources_is_no_guess(tmp_path: Path) -> None:
    """`source = []` means dependencies alone, in every format; a handler must be named then."""
    files = {
        "app.py": "def handler(event, context): ...\n",
        "lpack.toml": '[functions.a]\nsource = []\nhandler = "alpha.run"\n',
    }

    assert only_function(tmp_path, files).sources == ()

    write(tmp_path, {"lpack.toml": "[functions.a]\nsource = []\n"})
    assert "LP009: function `a` has no handler" in refused(tmp_path)


def test_a_folder_has_files_of_its_own(tmp_path: Path) -> None:
    """Whoever edits the folder edits neither the source nor the store."""
    alpha = stored(tmp_path, "alpha", {"alpha.py": "A = 1\n"})
    bundle = staged(tmp_path, {"app.py": "mine"}, alpha)
    folder = tmp_path / "folder"
    before = alpha.path.read_bytes()

    write_folder(bundle, folder, replace=True)
    for path in (folder / "app.py", folder / "alpha.py"):
        assert path.stat().st_nlink == 1
        path.write_text("edited")

    assert (tmp_path / "project" / "app.py").read_text() == "mine"
    assert alpha.path.read_bytes() == before
