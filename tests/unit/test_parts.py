"""What was concluded about a package is kept, and believed only while what it rests on holds."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from lpack.facts import document, gather, kept, parts_search
from lpack.model import Project
from lpack.steps.stage import stage
from tests.function_builder import TODAY, function_of
from tests.project_folder import write
from tests.slim_packages import Distribution, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.facts import Facts

HANDLER = "def handler(event, context): ...\n"
NUM = {"num/__init__.py": "import yaml\n", "num/data.zip": ""}
OLD = 1_000_000_000


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Facts, bool]]:
    """Give facts of a project with these files, and whether they were concluded anew."""
    wheel = stored(tmp_path, "num", Distribution(NUM))
    concluded: list[str] = []
    conclude = parts_search.conclude

    def counted(*arguments: Any) -> Any:
        concluded.append("")
        return conclude(*arguments)

    monkeypatch.setattr(parts_search, "conclude", counted)

    def run(files: dict[str, str], *, cache: str = "cache", young: bool = False) -> Any:
        root = write(tmp_path / "project", {path: text + HANDLER for path, text in files.items()})
        for path in files:
            if not young:
                os.utime(root / path, (OLD, OLD))
        function = function_of(sources=(root,))
        project = Project(root, root / "dist", (), (), "auto")
        bundle = stage(function, (wheel,), project, tmp_path / cache)
        concluded.clear()
        found = gather(function, bundle, archives=(), today=TODAY, cache=tmp_path / cache)
        return found, bool(concluded)

    return run


def test_a_change_that_imports_the_same_is_not_judged_anew(
    facts: Callable[..., tuple[Facts, bool]],
) -> None:
    """The lines are those of today all the same."""
    first, was_new = facts({"app.py": "import num, cgi\n", "lib.py": ""})
    again, is_new = facts({"app.py": "\n\nimport num, cgi\nX = 1\n", "lib.py": "x = 1\n"})

    assert (was_new, is_new) == (True, False)
    assert [(one.module, one.line) for one in first.parts.unshipped] == [("cgi", 1), ("yaml", 1)]
    assert [(one.module, one.line) for one in again.parts.unshipped] == [("cgi", 3), ("yaml", 1)]
    assert again.parts.shape == first.parts.shape
    assert len(again.parts.shape.archives) == 1


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "import num, cgi, crypt\n", "lib.py": ""},
        {"app.py": "import num, cgi\nimport sys\nsys.path.append('x')\n", "lib.py": ""},
        {"app.py": "import num, cgi\n", "lib.py": "", "new.py": ""},
        {"app.py": "import cgi\n", "lib.py": "import num\n"},
    ],
)
@pytest.mark.parametrize("young", [True, False])
def test_what_matters_is_judged_anew(
    facts: Callable[..., tuple[Facts, bool]], files: dict[str, str], *, young: bool
) -> None:
    """The answer is the one that an empty cache would give."""
    facts({"app.py": "import num, cgi\n", "lib.py": ""}, young=young)

    found, is_new = facts(files, young=young)
    expected, _ = facts(files, cache="empty")

    assert is_new
    assert document(found) == document(expected)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"null", b'{"files": 1}', b"\xff"])
def test_a_broken_cache_is_a_miss(
    facts: Callable[..., tuple[Facts, bool]], tmp_path: Path, broken: bytes
) -> None:
    """Whatever is written there, the answer is the same."""
    files = {"app.py": "import num, cgi\n"}
    first, _ = facts(files)
    for path in (tmp_path / "cache" / kept.VERSION).rglob("*.json"):
        path.write_bytes(broken)

    again, is_new = facts(files)

    assert is_new
    assert document(again) == document(first)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.update(imports=[["a", [], "often", 1, []]]),
        lambda row: row.update(imports=[[1, [], "always", 1, []]]),
        lambda row: row.update(imports=3),
        lambda row: row.update(shape=3),
        lambda row: row.update(text={"names": [1], "secrets": []}),
        lambda row: row.update(text={"names": [], "secrets": [["1", "a key"]]}),
        lambda row: row.clear(),
    ],
)
def test_a_strange_row_is_a_miss(
    facts: Callable[..., tuple[Facts, bool]], tmp_path: Path, change: Callable[[Any], None]
) -> None:
    """Rows are checked before they are believed."""
    files = {"app.py": "import num, cgi\n"}
    first, _ = facts(files)
    for path in (tmp_path / "cache" / kept.VERSION).rglob("*.json"):
        value = json.loads(path.read_bytes())
        if isinstance(value, dict):
            change(value["files"]["app.py"])
            path.write_text(json.dumps(value))

    assert document(facts(files)[0]) == document(first)
