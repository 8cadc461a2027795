"""A project becomes a wheel without its build backend, or the backend is asked for."""

from __future__ import annotations

import zipfile
from importlib.metadata import distributions
from typing import TYPE_CHECKING

import pytest
from packaging.metadata import Metadata

from lpack.errors import BuildError
from lpack.projects.building import wheel_of
from lpack.projects.description import dist_info
from lpack.projects.packages import project_files
from lpack.projects.reading import read_project
from lpack.stamps import folder_stamp
from lpack.wheels.admission import admit
from tests.project_folder import write
from tests.unit.projects.trees import (
    CASES,
    FLIT,
    HATCHLING,
    PDM,
    POETRY,
    PROJECT,
    SETUPTOOLS,
    UV,
    tree,
)

if TYPE_CHECKING:
    from pathlib import Path

NAMED = '[project]\nname = "shop"\nversion = "1"\n'
HATCH_WHEEL = "[tool.hatch.build.targets.wheel]\n"


def _files(folder: Path, files: dict[str, str]) -> list[str] | None:
    write(folder, files)
    found = project_files(read_project(folder, folder), folder)
    return None if found is None else [path for path, _ in found.entries]


def _refusal(folder: Path) -> str:
    with pytest.raises(BuildError) as caught:
        project_files(read_project(folder, folder), folder)
    (one,) = caught.value.diagnostics
    return f"{one.code} {one.message} --> {one.where}"


@pytest.mark.parametrize("case", CASES)
def test_the_wheel_of_a_project_is_admitted_and_is_the_same_every_time(
    case: str, tmp_path: Path
) -> None:
    """Two copies of the same tree, in other folders, give the same bytes."""
    made = []
    for number in ("first", "second"):
        folder = write(tmp_path / number, CASES[case])
        project = read_project(folder, folder)
        wheel = wheel_of(project, folder, tmp_path / f"{number}.whl")
        assert wheel is not None
        made.append(wheel[0])

    admit(tmp_path / "first.whl", filename=made[0], name=project.name, version=project.version)
    assert made[0] == made[1]
    assert (tmp_path / "first.whl").read_bytes() == (tmp_path / "second.whl").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.whl") as archive:
        assert not [name for name in archive.namelist() if name.endswith((".pyc", ".sh"))]


def test_the_description_is_read_by_everybody(tmp_path: Path) -> None:
    """Python's importlib.metadata and packaging read it, extras, commands and licences too."""
    folder = write(tmp_path / "project", CASES["hatchling-flat"])

    files = dist_info(read_project(folder, folder))

    for path, content in files.items():
        target = tmp_path / "site" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (found,) = distributions(path=[str(tmp_path / "site")])
    Metadata.from_email(files["my_shop_lib-1.2.0rc1.dist-info/METADATA"], validate=True)
    assert (found.name, found.version) == ("My.Shop-Lib", "1.2.0rc1")
    assert found.metadata["Summary"] == "What a shop needs"
    assert found.metadata["License-Expression"] == "MIT"
    assert found.metadata.get_all("Provides-Extra") == ["web-ui"]
    assert found.requires == [
        "Jinja2<4,>=3",
        'tomli; python_version < "3.11"',
        'httpx[http2]>=0.27; sys_platform != "win32" or python_version > "3.8"',
        'flask; extra == "web-ui"',
        'rich>=13; (python_version >= "3.10" or sys_platform == "linux") and extra == "web-ui"',
    ]
    assert {(one.group, one.name, one.value) for one in found.entry_points} == {
        ("console_scripts", "shop", "my_shop_lib:main"),
        ("shop.plugins", "card", "my_shop_lib.cards:Card"),
    }
    assert sorted(path.partition("/licenses/")[2] for path in files if "/licenses/" in path) == [
        "LICENSE",
        "NOTICE.txt",
    ]


def test_where_a_folder_lies_is_not_in_the_wheel(project: Path) -> None:
    """The address of another folder is of this machine; its name is enough."""
    lines = f"dependencies = [\"core[x] @ {project.as_uri()}/core ; os_name == 'nt'\"]\n"
    write(project, {"pyproject.toml": NAMED + lines})

    files = dist_info(read_project(project, project))

    assert b'Requires-Dist: core[x] ; os_name == "nt"\n' in files["shop-1.dist-info/METADATA"]


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": '[build-system]\nbuild-backend = "maturin"\n' + NAMED, "shop.py": ""},
        {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n'
            'backend-path = ["."]\n' + NAMED,
            "shop.py": "",
        },
        {
            "pyproject.toml": SETUPTOOLS.replace('"]', '", "cython"]') + NAMED,
            "shop.py": "",
        },
        {"pyproject.toml": SETUPTOOLS.replace(">=77", "<60") + NAMED, "shop.py": ""},
        {"pyproject.toml": SETUPTOOLS + NAMED, "shop/a.py": "", "other/a.py": ""},
        {
            "pyproject.toml": SETUPTOOLS + NAMED,
            "shop.py": "",
            "setup.py": "import build_it\nbuild_it.now()\n",
        },
        {
            "pyproject.toml": SETUPTOOLS
            + NAMED
            + '[tool.setuptools]\ndata-files = { a = ["b"] }\n',
            "shop.py": "",
        },
        {
            "setup.py": "from setuptools import setup, Extension\n"
            "setup(name='shop', version='1', py_modules=['shop'],\n"
            "      ext_modules=[Extension('fast', ['fast.c'])])\n",
            "shop.py": "",
        },
        {
            "setup.cfg": "[metadata]\nname = shop\nversion = 1\n[options]\nscripts = run\n",
            "shop.py": "",
        },
        {
            "pyproject.toml": HATCHLING
            + NAMED
            + "[tool.hatch.build.hooks.custom]\n"
            + "path = 'x'\n",
            "shop.py": "",
        },
        {"pyproject.toml": HATCHLING + NAMED, "elsewhere.py": ""},
        {
            "pyproject.toml": HATCHLING + NAMED + HATCH_WHEEL + 'packages = ["../shop"]\n',
            "shop.py": "",
        },
        {"pyproject.toml": FLIT + NAMED, "shop.py": "", "src/shop/__init__.py": ""},
        {
            "pyproject.toml": FLIT + NAMED + '[tool.flit.external-data]\ndirectory = "data"\n',
            "shop.py": "",
        },
        {"pyproject.toml": POETRY + NAMED + '[tool.poetry]\nbuild = "build.py"\n', "shop.py": ""},
        {"pyproject.toml": POETRY + NAMED, "other.py": ""},
        {"pyproject.toml": UV + NAMED, "shop/__init__.py": ""},
        {
            "pyproject.toml": UV + NAMED + '[tool.uv.build-backend.data]\nscripts = "bin"\n',
            "src/shop/__init__.py": "",
        },
        {"pyproject.toml": PDM + NAMED, "shop.py": "", "pdm_build.py": ""},
        {
            "pyproject.toml": PDM + NAMED + "[tool.pdm.build]\nrun-setuptools = true\n",
            "shop.py": "",
        },
    ],
)
def test_what_only_the_backend_can_tell_is_not_guessed(
    project: Path, files: dict[str, str]
) -> None:
    """Hooks, extension modules, unknown backends and what a backend refuses are left to it."""
    assert _files(project, files) is None
    assert wheel_of(read_project(project, project), project, project / "shop.whl") is None


@pytest.mark.parametrize(
    "table", ["[tool.uv]\npackage = false\n", "[tool.poetry]\npackage-mode = false\n"]
)
def test_a_project_that_is_no_package_ships_nothing(project: Path, table: str) -> None:
    """It says so itself, and only what it depends on is needed."""
    assert _files(project, {"pyproject.toml": NAMED + table, "app.py": ""}) == []


def test_a_new_file_is_noticed_by_the_stamps_of_the_folders(project: Path) -> None:
    """Every folder that was listed has its stamp, and a file that is added changes one of them."""
    write(project, tree(UV + PROJECT, "src/my_shop_lib"))
    found = project_files(read_project(project, project), project)
    assert found is not None

    (project / "src/my_shop_lib/data/deep/new.csv").touch()

    changed = {folder for folder, stamp in found.folders if folder_stamp(str(folder)) != stamp}
    assert changed == {project / "src/my_shop_lib/data/deep"}


def test_a_link_that_stays_inside_is_followed(project: Path) -> None:
    """The file that it leads to is packed under the name of the link."""
    write(project, {"pyproject.toml": HATCHLING + NAMED, "shop/__init__.py": "", "notes.txt": "1"})
    (project / "shop/notes.txt").symlink_to("../notes.txt")
    (project / "shop/more").symlink_to(project / "docs")
    write(project, {"docs/a.txt": ""})

    assert _files(project, {}) == ["shop/__init__.py", "shop/more/a.txt", "shop/notes.txt"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/etc/passwd", "LP222 `shop/link` is a link out of the project --> shop/link"),
        ("/etc", "LP222 `shop/link` is a link out of the project --> shop/link"),
        ("nowhere", "LP222 `shop/link` is a link to nothing --> shop/link"),
        ("..", "LP222 `shop/link` is a link to a folder that holds it --> shop/link"),
    ],
)
def test_a_link_that_leads_astray_is_refused(project: Path, target: str, message: str) -> None:
    """Nothing outside of the project gets into its wheel, and no walk goes round in circles."""
    write(project, {"pyproject.toml": HATCHLING + NAMED, "shop/__init__.py": ""})
    (project / "shop/link").symlink_to(target)

    assert _refusal(project) == message


def test_a_name_that_no_package_can_have_is_refused(project: Path) -> None:
    """It would be another file elsewhere, or would be obeyed by a terminal."""
    write(project, {"pyproject.toml": HATCHLING + NAMED, "shop/__init__.py": "", "shop/a\x1b": ""})

    assert _refusal(project) == "LP223 the name 'shop/a\\x1b' cannot be packaged --> shop"


def test_a_pattern_of_many_folders_ends(project: Path) -> None:
    """Patterns that would look at the same folders over and over are left to the backend."""
    pattern = "/".join(["**", "a"] * 20)
    table = '[tool.setuptools]\npackages = ["shop"]\n[tool.setuptools.package-data]\n'
    text = f'{SETUPTOOLS}{NAMED}{table}shop = ["{pattern}"]\n'

    files = {"pyproject.toml": text, "shop/" + "a/" * 30 + "b": ""}

    assert _files(project, files) is None
