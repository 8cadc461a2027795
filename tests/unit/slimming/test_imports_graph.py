"""Imports are followed through a package, from the handler's module to all that it loads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lpack.facts.contents import Contents
from lpack.facts.imports_cache import VERSION, ImportLists
from lpack.facts.imports_graph import Reached, reachable
from lpack.facts.modules import ModuleTree
from tests.function_builder import bundle_of, target_of
from tests.slim_packages import package_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILES = {
    "app.py": "import json\nfrom lib import a\nimport lib.missing.deeper\nimport gone\n",
    "lib/__init__.py": "from lib.b import *\nVALUE = 1\n",
    "lib/a.py": "from . import b, VALUE\nimport app\n",
    "lib/b.py": "def later():\n    import lib.c\n",
    "lib/c.py": "",
    "lib/d.py": "",
    "space/inner/module.py": "",
}


def reached(
    files: Mapping[str, str], *, lazily: bool = False, roots: tuple[str, ...] = ("",)
) -> Reached:
    """Follow all imports from the module `app`, those of functions only if asked to."""
    contents = Contents.of(bundle_of(files))
    tree = ModuleTree(contents.paths, target_of(), roots)
    lists = ImportLists(contents, {}, None)
    return reachable("app", tree, lists.of, lambda _, one: lazily or one.kind != "lazy")


def test_what_is_imported_and_by_whom() -> None:
    """Packages come with their modules, and each module knows the way to it."""
    found = reached(FILES)

    assert list(found.modules) == ["app", "lib", "lib.a", "lib.b"]
    assert found.chain("lib.b") == ("app", "lib", "lib.b")
    assert found.chain("app") == ("app",)
    assert list(reached(FILES, lazily=True).modules)[-1] == "lib.c"


def test_what_is_not_found_is_told_with_its_place() -> None:
    """The first part that is missing is named, and a name that may be an attribute is marked."""
    found = reached(FILES)

    assert [
        (one.name, one.importer.name, one.imported.line, one.is_attribute) for one in found.unfound
    ] == [
        ("json", "app", 1, False),
        ("lib.missing", "app", 3, False),
        ("gone", "app", 4, False),
        ("lib.VALUE", "lib.a", 1, True),
    ]


def test_modules_are_found_as_python_finds_them() -> None:
    """In folders without `__init__.py`, in other roots of the path, and as native code."""
    files = {
        "app.py": "import space.inner.module, vendored, native",
        "space/inner/module.py": "",
        "lib/vendored.py": "from json import loads",
        "native.abi3.so": "",
    }

    names = list(reached(files, roots=("", "lib")).modules)

    assert names == ["app", "space", "space.inner", "space.inner.module", "vendored", "native"]


@pytest.mark.parametrize("app", ["import app", "import lib\nimport lib", "from app import app"])
def test_circles_end(app: str) -> None:
    """A module is met once, whoever imports it."""
    found = reached({**FILES, "app.py": app, "lib/__init__.py": "import app, lib.b"})

    assert len(found.modules) == len(set(found.modules)) <= 4


def test_a_start_that_is_not_there_reaches_nothing() -> None:
    """The rules of the handler report that."""
    assert reached({"other.py": ""}).modules == {}


PKG = {"pkg/__init__.py": "import pkg.a\n", "pkg/a.py": "import b\n", "pkg/tests/test_a.py": ""}


def kept(tmp_path: Path) -> Path:
    """Give the one file of the cache."""
    (path,) = (tmp_path / "cache" / VERSION).rglob("*.json")
    return path


def analysed(tmp_path: Path, app: str = "import pkg") -> list[str]:
    """Look for removed imports, and give the modules of the distribution that are kept."""
    package_of(tmp_path, {"pkg": PKG}, "tests", app=app)
    return list(json.loads(kept(tmp_path).read_bytes()))


def test_what_a_wheel_imports_is_kept_by_its_digest(tmp_path: Path) -> None:
    """Only modules that were reached were parsed, and never the function's own."""
    assert analysed(tmp_path) == ["pkg/__init__.py", "pkg/a.py"]
    assert len(kept(tmp_path).stem) == 64
    assert kept(tmp_path).parent.name == kept(tmp_path).stem[:2]


def test_what_is_kept_is_used(tmp_path: Path) -> None:
    """A later run does not read the wheel's modules again."""
    analysed(tmp_path)
    rows = {"pkg/__init__.py": [["pkg.tests", [], "always", 7, []]]}
    kept(tmp_path).write_text(json.dumps(rows))

    (message,) = package_of(tmp_path, {"pkg": PKG}, "tests", app="import pkg").told

    assert message.endswith("app → pkg → pkg.tests (pkg/__init__.py:7)")


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"\xff",
        b'{"pkg/__init__.py": 1}',
        b'{"pkg/__init__.py": [["a", [], "often", 1, []]]}',
        b'{"pkg/__init__.py": [["a", [1], "always", 1, []]]}',
        b'{"pkg/__init__.py": [[1, [], "always", 1, []]]}',
        b'{"pkg/__init__.py": [["a", [], [], 1, []]]}',
        b'{"pkg/__init__.py": [["a", [], "always", "1", []]]}',
    ],
)
def test_a_broken_file_is_a_miss_that_heals(tmp_path: Path, broken: bytes) -> None:
    """Whatever the file holds, the modules are read again and kept anew."""
    analysed(tmp_path)
    whole = kept(tmp_path).read_bytes()
    kept(tmp_path).write_bytes(broken)

    analysed(tmp_path)

    assert kept(tmp_path).read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    """A file stands where the folder belongs."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / VERSION).write_text("")

    told: Any = package_of(tmp_path, {"pkg": PKG}, "tests", app="import pkg.tests").told

    assert len(told) == 1


def test_unreadable_modules_are_skipped_and_not_kept(tmp_path: Path) -> None:
    """Another Python may read them, so the next run tries again."""
    files = {**PKG, "pkg/a.py": "print 'import'\n"}

    package = package_of(tmp_path, {"pkg": files}, "tests", app="import pkg")

    assert package.told == []
    assert list(json.loads(kept(tmp_path).read_bytes())) == ["pkg/__init__.py"]
