"""The script beside a zip and its layer finds modules as Lambda does, which has them in /opt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handler_zoo import Package, returning
from tests.invocation_script import RUNNING, run_script, write_script, zipped

if TYPE_CHECKING:
    from pathlib import Path

SITE = f"python/lib/{RUNNING}/site-packages"
LOOK = returning(
    "[both.WHO, mine.WHO, only.WHO, os.environ['LD_LIBRARY_PATH'], os.environ['ELSEWHERE']]",
    setup="import os, both, mine, only",
)
LAYER = {
    "python/mine.py": "WHO = 'the layer'",
    "python/both.py": "WHO = 'python'",
    f"{SITE}/both.py": "WHO = 'site-packages'",
    "python/more.pth": "hidden\n",
    "python/hidden/only.py": "WHO = 'a .pth file'",
}


def test_the_order_is_lambdas(tmp_path: Path) -> None:
    """The function first, then site-packages of layers, then their python; .pth files are read."""
    package = Package({**LOOK.files, "mine.py": "WHO = 'the zip'"})
    elsewhere = {"ELSEWHERE": "/opt/python:/var/task/x:/home/opt/x:file:///opt"}

    ran = run_script(write_script(tmp_path, package, layer=LAYER, environment=elsewhere))

    assert ran.status == 0, ran.log
    *who, libraries, places = ran.answer
    assert who == ["site-packages", "the zip", "a .pth file"]
    root = libraries.partition("/task:")[0]
    assert libraries == f"{root}/task:{root}/task/lib:{root}/opt/lib"
    assert places == f"{root}/opt/python:{root}/task/x:/home/opt/x:file://{root}/opt"


def test_pythonpath_hides_the_layer(tmp_path: Path) -> None:
    """Where it is set, Lambda does not put the folders of layers on the import path."""
    package = returning("both.WHO", setup="import both")
    for path, status in (("/var/task/lib", 4), ("/opt/python", 0)):
        script = write_script(tmp_path, package, layer=LAYER, environment={"PYTHONPATH": path})

        assert run_script(script).status == status


@pytest.mark.parametrize("change", ["gone", "another"])
def test_the_layer_must_be_the_one_of_the_script(tmp_path: Path, change: str) -> None:
    """A zip is never tried with a layer that it was not built with."""
    script, layer = write_script(tmp_path, LOOK, layer=LAYER), tmp_path / "api.layer.zip"
    layer.write_bytes(b"other")
    if change == "gone":
        layer.unlink()

    ran = run_script(script)

    assert ran.status == 3
    assert "api.layer.zip" in ran.log


def test_errors_have_the_paths_of_lambda(tmp_path: Path) -> None:
    """What fails in the layer is told with its path there."""
    layer = {"python/bad.py": "def fail():\n    raise ValueError(__file__)\n"}
    package = returning("bad.fail()", setup="import bad")

    ran = run_script(write_script(tmp_path, package, layer=layer))

    assert ran.answer["errorMessage"] == "/opt/python/bad.py"
    assert any('File "/opt/python/bad.py"' in frame for frame in ran.answer["stackTrace"])


def test_layers_of_the_project_lie_beside_it(tmp_path: Path) -> None:
    """Of several, the later ones win; each is the one that was built last."""
    package = returning("[both.WHO, mine.WHO]", setup="import both, mine")
    script = write_script(tmp_path, package, project_layers=("One", "Two"))
    zipped(tmp_path / "One.zip", {"python/both.py": "WHO = 1", "python/mine.py": "WHO = 1"})

    missing = run_script(script)
    zipped(tmp_path / "Two.zip", {"python/both.py": "WHO = 2"})
    found = run_script(script)

    assert (missing.status, found.answer) == (3, [2, 1])
    assert "`lpack build Two` makes it" in missing.log
