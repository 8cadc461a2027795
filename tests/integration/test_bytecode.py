"""`bytecode` and `strip`: what ships, that it is the same everywhere, and when anything runs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
import tomli

from lpack.remaking.imported import FILE
from tests.building import Forge, copy, make_project, published, wheels_of
from tests.unit.remaking.elf_files import LOADED, UNLOADED, elf_of
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "{}.{}".format(*sys.version_info[:2])
TAG = "cpython-{}{}".format(*sys.version_info[:2])
ELF = elf_of(*LOADED, *UNLOADED)
FILES: dict[str, str | bytes] = {
    "delta/__init__.py": "from delta import used\n",
    "delta/used.py": "def where():\n    return where.__code__.co_filename\n",
    "delta/unused.py": "raise SystemExit\n",
    "delta/broken.py": "def\n",
    "delta/tests/__init__.py": "",
    "delta/tests/test_it.py": "assert 0\n",
    "delta/lib.so": ELF,
    "delta/checked.so": ELF,
    "delta/.checked.so.hmac": b"digest of the whole file",
    "replaced.py": "WHO = 'delta'\n",
    "twice.py": "WHO = 'delta'\n",
}
APP = """\
import contextlib, os, delta, replaced, mine
with contextlib.suppress(OSError):  # where it runs as on Lambda, it sees no file of this machine
    open({log!r}, "a").write("ran ")
def handler(event, context):
    if event.get("deep"):
        import later
    return [replaced.WHO, delta.used.where(), os.path.exists(delta.used.__cached__)]
"""
RECORDING = "recording imports"
BOTH = '\n[tool.lpack.functions.other]\nhandler = "app.handler"\nsource = "src"\n'
TEST = "tests = [{ name = 'deep', event = { deep = 1 } }]\n"


@pytest.fixture(scope="module")
def template(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a locked project for the Python that runs the tests."""
    project = make_project(tmp_path_factory.mktemp("template") / "project")
    make_wheel(project / "wheels", "delta", "1", FILES, data={"scripts/tool.py": "#!python\n1\n"})
    make_wheel(project / "wheels", "epsilon", "1", {"twice.py": "WHO = 'epsilon'\n"})
    source = project / "src"
    source.joinpath("app.py").write_text(APP.format(log=str(project.parent / "log")))
    source.joinpath("replaced.py").write_text("WHO = 'own'\n")
    source.joinpath("twice.py").write_text("this is no Python\n")
    source.joinpath("__init__.py").write_text("")
    for name in ("mine", "later"):
        source.joinpath(f"{name}.py").write_text(f"'{name}'\n")
    declare(project, "bytecode = true", "strip = true")
    assert forge.run(project, "lock", environ=wheels_of(project)).status == 0
    return project


def declare(project: Path, *lines: str, more: str = "") -> None:
    pyproject = project / "pyproject.toml"
    text = pyproject.read_text().partition("[tool.lpack")[0]
    text = text.replace('["alpha", ', '["alpha", "delta", "epsilon", ')
    pyproject.write_text(
        f'{text}[tool.lpack.defaults]\nruntime = "python{VERSION}"\n' + "\n".join(lines) + "\n"
        '[tool.lpack.functions.api]\nhandler = "app.handler"\nsource = "src"\n' + more
    )


def build(forge: Forge, project: Path, cache: Path, *words: str, fails: bool = False) -> str:
    environ = {"LPACK_CACHE_DIR": str(cache), **wheels_of(project)}
    done = forge.run(project, *(words or ("build",)), environ=environ)
    assert bool(done.status) is fails, done.talk
    return done.talk


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as opened:
        return opened.namelist()


def pyc(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}__pycache__/{name[:-3]}.{TAG}.pyc"


def manifest(project: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((project / "dist" / "api.manifest.json").read_text())
    return found


def runs(project: Path) -> int:
    """Count how often the function's code has run on this machine, where nothing encloses it."""
    log = project.parent / "log"
    return log.read_text().count("ran") if log.exists() else 0


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """Give a copy of the project, and a log of its own."""
    made = copy(template, tmp_path / "project")
    (made / "src" / "app.py").write_text(APP.format(log=str(tmp_path / "log")))
    return made


def test_each_module_that_ships_has_its_own_bytecode(
    forge: Forge, project: Path, tmp_path: Path
) -> None:
    """With slimming and all else: none of what is left out, replaced, no Python or a script."""
    declare(project, "bytecode = true", "strip = true", 'slim = ["tests"]', 'compress = "max"')

    talk = build(forge, project, tmp_path / "cache")

    shipped = names(project / "dist" / "api.zip")
    modules = {one for one in shipped if one.endswith(".py") and not one.startswith("bin/")}
    compiled = {one for one in shipped if one.endswith(".pyc")}
    assert compiled == {pyc(one) for one in modules - {"delta/broken.py", "twice.py"}}
    assert "delta/tests/__init__.py" not in modules
    with zipfile.ZipFile(project / "dist" / "api.zip") as opened:
        assert b"own" in opened.read(pyc("replaced.py"))
        sizes = {name: opened.getinfo(name).file_size for name in compiled}
        assert len(opened.read("delta/lib.so")) < len(ELF)
        assert opened.read("delta/checked.so") == ELF
        saved = len(ELF) - len(opened.read("delta/lib.so"))
    record = manifest(project)
    assert record["stripped"] == {"files": 1, "bytes": saved}
    python = "{}.{}.{}".format(*sys.version_info[:3])
    total = {"files": len(sizes), "bytes": sum(sizes.values())}
    assert record["bytecode"] == {"modules": "all", "python": python, **total}
    assert f"in {len(sizes)} files (all modules, Python {python})" in talk
    assert "is what" in build(forge, project, tmp_path / "cache", "verify", "dist/api.zip")
    assert runs(project) == 0


def test_it_is_loaded_and_tells_the_place_of_its_source(
    forge: Forge, project: Path, tmp_path: Path
) -> None:
    """From the zip and from a layer, whose place it was not compiled for."""
    for form in ("zip", "zip+layer"):
        declare(project, "bytecode = true", f'format = "{form}"')
        build(forge, project, tmp_path / "cache")

        script = str(project / "dist" / "api.invoke.py")
        command = (sys.executable, "-I", script, "--event={}")
        done = subprocess.run(command, input="{}", capture_output=True, text=True, check=True)

        who, place, is_compiled = json.loads(done.stdout)
        assert who == "own"
        assert is_compiled
        root = "opt/python" if form == "zip+layer" else "task"
        assert place.endswith(f"{root}/delta/used.py")
    layer = names(project / "dist" / "api.layer.zip")
    assert "python/" + pyc("delta/used.py") in layer
    assert "python/" + pyc("gamma.py") in layer
    assert pyc("app.py") in names(project / "dist" / "api.zip")


def test_the_same_bytes_everywhere(forge: Forge, project: Path, tmp_path: Path) -> None:
    """Whatever the folder, the cache, and whether anything can be kept."""
    declare(project, "bytecode = true", "strip = true", more=BOTH)
    other = copy(project, tmp_path / "elsewhere" / "other")
    (tmp_path / "unusable").mkdir()
    (tmp_path / "unusable" / "segments-1").write_bytes(b"a file where the folder belongs")

    build(forge, project, tmp_path / "cache", "build", "-j", "2")
    build(forge, other, tmp_path / "unusable", "build", "-j", "1")

    assert published(project) == published(other)
    shutil.rmtree(project / "dist")
    build(forge, project, tmp_path / "cache", "build", "-v")
    assert published(project) == published(other)


@pytest.mark.slow
def test_imports_are_recorded_once(forge: Forge, project: Path, tmp_path: Path) -> None:
    """Another machine takes the record as it is; only when asked to is it made again."""
    declare(project, 'bytecode = "imported"')

    refused = build(forge, project, tmp_path / "cache", "build", "-v", "--locked", fails=True)
    assert "LP235" in refused
    assert FILE in refused
    checked = build(forge, project, tmp_path / "cache", "check", "-v", fails=True)
    assert "LP235" in checked
    assert RECORDING not in refused + checked
    (project / "src" / "mine.py").write_text("import nowhere\n")
    assert "No module named 'nowhere'" in build(forge, project, tmp_path / "cache", fails=True)
    assert "Traceback" in build(forge, project, tmp_path / "cache", "invoke", fails=True)
    assert not (project / FILE).exists()
    (project / "src" / "mine.py").write_text("")
    talk = build(forge, project, tmp_path / "cache", "build", "-v")
    before = published(project)
    again = build(forge, project, tmp_path / "another", "build", "-v", "--locked")
    again += build(forge, project, tmp_path / "another", "check", "-v", "--locked")

    assert talk.count(RECORDING) == 1
    assert "s without bytecode" in talk
    assert RECORDING not in again
    assert published(project) == before
    modules = tomli.loads((project / FILE).read_text())["functions"]["api"]["modules"]
    expected = ["app.py", "delta/__init__.py", "delta/used.py", "mine.py", "replaced.py"]
    assert modules == expected
    compiled = [one for one in names(project / "dist" / "api.zip") if one.endswith(".pyc")]
    assert sorted(compiled) == sorted(map(pyc, expected))
    declare(project, 'bytecode = "imported"', more=TEST)
    plain = build(forge, project, tmp_path / "cache", "build", "-v")
    assert "s without" not in plain
    assert RECORDING not in plain
    renewed = build(forge, project, tmp_path / "cache", "build", "-v", "--record-imports")
    assert "s without" in renewed
    assert RECORDING in renewed
    assert pyc("later.py") in names(project / "dist" / "api.zip")
    declare(project, 'bytecode = "imported"', more=TEST + 'slim = ["tests"]\nlayers = []\n')
    make_wheel(project / "wheels", "delta", "2", FILES)
    build(forge, project, tmp_path / "cache", "lock", "--upgrade")
    stale = build(forge, project, tmp_path / "cache", "build", "--locked", fails=True)
    assert "is of another runtime or lock" in stale


@pytest.mark.slow
def test_functions_are_recorded_at_once(forge: Forge, project: Path, tmp_path: Path) -> None:
    """Each into the one file; what one recorded does not hide what the other did."""
    declare(project, 'bytecode = "imported"', more=BOTH)

    first = build(forge, project, tmp_path / "cache", "build", "-j", "2")

    functions = tomli.loads((project / FILE).read_text())["functions"]
    assert functions.keys() == {"api", "other"}
    assert functions["api"] == functions["other"]
    again = build(forge, project, tmp_path / "cache", "build", "-j", "2")
    assert (first.count("s without"), again.count("s without")) == (2, 0)


def test_the_difference_is_told(forge: Forge, project: Path, tmp_path: Path) -> None:
    """That bytecode and stripping were switched on is each one reason."""
    declare(project, "bytecode = true", "strip = true")
    build(forge, project, tmp_path / "cache", "build", "--output-dir", "new")
    declare(project)
    build(forge, project, tmp_path / "cache", "build", "--output-dir", "old")

    files = ("old/api.zip", "new/api.zip")
    talk = build(forge, project, tmp_path / "cache", "diff", *files, fails=True)
    back = build(forge, project, tmp_path / "cache", "diff", *reversed(files), fails=True)

    reasons = talk.partition("the manifests record")[0].splitlines()[1:]
    assert sorted(line.strip() for line in reasons) == [
        "bytecode of all modules is new: 14 files new",
        "shared libraries are stripped: 1 file changed",
    ]
    assert "bytecode is gone: 14 files gone" in back
    assert "no libraries are stripped any more: 1 file changed" in back
    assert "bytecode.modules: none -> all" in talk
