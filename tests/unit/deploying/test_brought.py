"""The runtime's boto3 is there for those who count on it, and for nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lpack.cli.terminal import NoProgress
from lpack.deploying.brought import ALL, wanted_locks
from lpack.deploying.client import client_for
from lpack.model import Project
from lpack.system import System
from lpack.values import replace
from lpack.work import Work
from tests.function_builder import target_of
from tests.handler_zoo import returning
from tests.runtime_client import ENVIRON
from tests.sandboxes import deployment_of, sandbox, this_python

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "python", "wanted"),
    [
        ({"task/app.py": "import boto3"}, (3, 13), True),
        ({"task/deep/er.py": "from botocore.config import Config"}, (3, 10), True),
        ({"task/app.py": "import json"}, (3, 13), False),
        ({"task/app.py": "import boto3", "task/boto3/__init__.py": ""}, (3, 13), False),
        ({"task/app.py": "import boto3", "opt/python/boto3/__init__.py": ""}, (3, 13), False),
        ({"task/app.py": "", "opt/python/tool.py": "import boto3"}, (3, 13), True),
        ({"task/app.py": "import boto3", "task/botocore/__init__.py": ""}, (3, 13), True),
        ({"task/app.py": "import botocore", "task/botocore/a.py": "boto3"}, (3, 13), False),
        ({"task/app.py": "import boto3", "task/boto3/a.py": "import botocore"}, (3, 13), False),
        ({"task/app.py": "import boto3"}, (3, 9), False),
    ],
)
def test_who_counts_on_it(
    tmp_path: Path, files: dict[str, str], python: tuple[int, int], wanted: object
) -> None:
    """Modules that speak of it decide, and what package and layers bring."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    assert (
        wanted_locks(str(tmp_path / "task"), str(tmp_path / "opt"), python) == ("pylock.sdk.toml",)
    ) is wanted


@pytest.mark.parametrize(
    ("files", "python", "locks"),
    [
        ({"task/app.py": "import pkg_resources"}, (3, 11), ["setuptools"]),
        ({"task/a/b.py": "try:\n    from setuptools import x\n"}, (3, 8), ["setuptools"]),
        ({"task/app.py": "import pkg_resources"}, (3, 12), []),
        ({"task/app.py": "# pkg_resources is not imported"}, (3, 11), []),
        ({"task/app.py": "import pkg_resources_of_ours"}, (3, 11), []),
        (
            {
                "task/app.py": "import pkg_resources",
                "task/pkg_resources/__init__.py": "import pip",
                "opt/python/setuptools/__init__.py": "",
            },
            (3, 11),
            [],
        ),
        ({"task/app.py": "import pip"}, (3, 13), ["pip"]),
        ({"task/app.py": "print('pip install it')"}, (3, 13), []),
        (
            {"task/a.py": "import boto3", "task/b.py": "import os, pip,  setuptools"},
            (3, 10),
            ["sdk", "setuptools", "pip"],
        ),
    ],
    ids=range(9),
)
def test_what_cpython_installs_is_there_too(
    tmp_path: Path, files: dict[str, str], python: tuple[int, int], locks: list[str]
) -> None:
    """An import asks for it, and it is there where the runtime of that Python has it."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    found = wanted_locks(str(tmp_path / "task"), str(tmp_path / "opt"), python)

    assert found == tuple(f"pylock.{name}.toml" for name in locks)


@pytest.mark.network
@pytest.mark.slow
def test_what_is_locked_can_be_imported(tmp_path: Path) -> None:
    """The runtime's copies are there beside its client, and only where they are asked for."""
    python = this_python()
    minor = tuple(map(int, python.version.split(".")[:2]))
    names = ["pip", *(["setuptools", "pkg_resources"] if minor < (3, 12) else [])]
    package = returning(f"[__import__(one).__name__ for one in {names}]")
    deployment = deployment_of(tmp_path, package)
    work = Work(
        Project(tmp_path, tmp_path, (), (), "auto"),
        System({**ENVIRON, "LPACK_CACHE_DIR": str(tmp_path / "cache")}),
        NoProgress(),
    )
    locks = [one.lock for one in ALL if set(one.modules) & set(names)]
    client = client_for(target_of("python{}.{}".format(*minor)), work, tuple(locks))

    with sandbox(deployment) as box:
        plain = box.invoke()
    with sandbox(replace(deployment, client=str(client))) as box:
        full = box.invoke()

    assert plain.error_type == "ModuleNotFoundError"
    assert json.loads(full.payload) == names
