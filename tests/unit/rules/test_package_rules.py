"""Rules about packages that others have made: what lies in a wrong folder, or does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.model import Where
from lpack.packages import as_layer, read_package, with_layers
from lpack.pipeline import check_package
from tests.function_builder import TODAY, function_of
from tests.unit.packages.test_reading import HANDLER, zip_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Bundle

ASTRAY = "tool/__init__.py"
OLD = "python/lib/python3.11/site-packages/tool/__init__.py"
GOOD = "python/lib/python3.13/site-packages/other/__init__.py"


def told(bundle: Bundle, code: str, tmp_path: Path, **settings: object) -> list[str]:
    outcome = check_package(function_of(**settings), bundle, tmp_path, today=TODAY)  # type: ignore[arg-type]
    return [f"{one.severity}: {one.message}" for one in outcome.diagnostics if one.code == code]


@pytest.mark.parametrize(
    ("paths", "severity"),
    [
        ([ASTRAY], "error"),
        ([OLD], "error"),
        ([ASTRAY, GOOD], "warning"),
        ([GOOD], None),
        (["python/tool.py", "bin/run.py", "lib/libx.so", "extensions/x.py"], None),
        (["lib/libx.so"], None),
        (["README.md"], None),
    ],
    ids=range(7),
)
def test_where_the_modules_of_a_layer_lie(
    paths: list[str], severity: str | None, tmp_path: Path
) -> None:
    """A layer of which nothing is found is an error; programs and libraries have own folders."""
    files: dict[str, str | bytes] = dict.fromkeys(paths, "")
    bundle = as_layer(read_package(zip_of(tmp_path / "l.zip", files)))

    found = told(bundle, "LP490", tmp_path, format="layer", origins={"": Where("l.zip")})

    assert [one.partition(":")[0] for one in found] == ([severity] if severity else [])


def test_a_layer_beside_a_function_is_looked_at_too(tmp_path: Path) -> None:
    """It is a warning, because the function may do without; and none where PYTHONPATH says more."""
    layer = read_package(zip_of(tmp_path / "l.zip", {ASTRAY: ""}))
    function = read_package(zip_of(tmp_path / "f.zip", {"app.py": HANDLER, "demo.py": ""}))
    both = with_layers(function, [("l.zip", layer)])

    assert len(told(both, "LP490", tmp_path)) == 1
    assert told(both, "LP490", tmp_path, environment={"PYTHONPATH": "/opt"}) == []


def distribution(name: str, version: str, *headers: str) -> dict[str, str | bytes]:
    lines = "".join(f"{header}\n" for header in headers)
    metadata = f"Name: {name}\nVersion: {version}\n{lines}\nRequires-Dist: no\n"
    return {f"{name}-{version}.dist-info/METADATA": metadata}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Requires-Dist: Low<3", "demo 1.0 asks for Low<3, and the package has 3.1"),
        ("Requires-Dist: low>=3,<4", None),
        ("Requires-Dist: low<3; python_version < '3.9'", None),
        ("Requires-Dist: low<3; extra == 'fast'", None),
        ("Requires-Dist: absent<3", None),
        ("Requires-Dist: low @ https://example.com/low.whl", None),
        ("Requires-Dist: low (==", None),
        ("Requires-Dist: " + "x" * 5_000, None),
        ("Requires-Python: >=3.14", "demo 1.0 asks for Python >=3.14, and the runtime has 3.13"),
        ("Requires-Python: >=3.13.5", None),
        ("Requires-Python: <3.13.1", None),
        ("Requires-Python: <4,>=3.8", None),
        ("Requires-Python: new", None),
    ],
)
def test_what_a_distribution_asks_for(header: str, expected: str | None, tmp_path: Path) -> None:
    """Versions in the package, and the runtime's Python, are held against the metadata."""
    files = {"app.py": HANDLER, "demo.py": "", **distribution("low", "3.1")}
    path = zip_of(tmp_path / "a.zip", {**files, **distribution("demo", "1.0", header)})

    found = told(read_package(path), "LP491", tmp_path)

    assert found == ([f"warning: {expected}"] if expected else [])
