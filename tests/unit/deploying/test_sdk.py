"""The runtime's boto3 is there for those who count on it, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.deploying.sdk import wants_sdk

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

    assert wants_sdk(str(tmp_path / "task"), str(tmp_path / "opt"), python) is wanted
