"""Each rule of slimming leaves out what it names, and never what something may need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.model import Excluded, Saved
from lpack.slimming import RULES
from tests.slim_packages import ALL, Distribution, package_of

if TYPE_CHECKING:
    from pathlib import Path

Files = dict[str, bytes | str]

TESTS: Files = {
    "pkg/tests/__init__.py": "",
    "pkg/tests/helpers.py": "",
    "pkg/tests/data/x.csv": "1",
    "pkg/core/test/test_core.py": "",
    "pkg/web/test/app_test.py": "",
    "tests/conftest.py": "",
}
NO_TESTS: Files = {
    "pkg/__init__.py": "",
    "pkg/testing/__init__.py": "",
    "pkg/testing/test_utils.py": "",
    "pkg/test.py": "",
    "pkg/tests.py": "",
    "pkg/test/__init__.py": "",
    "pkg/test/client.py": "",
    "pkg/include/tests/generic/builtin.sql": "",
    "pkg/test_utils.py": "",
    "pkg/latest/test_x.py": "",
}
STUBS: Files = {"pkg/a.pyi": "", "pkg/b.pyi": "", "pkg/__init__.pyi": "", "pkg/py.typed": ""}
MODULES: Files = {
    "pkg/__init__.py": "",
    "pkg/a.py": "",
    "pkg/b.cpython-313-x86_64-linux-gnu.so": b"\x7fELF",
}
READ_STUBS: Files = {
    "lazy/__init__.py": "import lazy_loader\nlazy_loader.attach_stub(__name__, __file__)\n",
    "lazy/__init__.pyi": "from .a import b\n",
    "jedi/__init__.py": "",
    "jedi/third_party/typeshed/stdlib/os.pyi": "",
}
DOCS: Files = {
    "docs/conf.py": "",
    "docs/index.rst": "",
    "pkg/doc/guide.md": "",
    "pkg/doc/plot.png": b"",
    "README.md": "",
    "CHANGES.rst": "",
}
NO_DOCS: Files = {
    "botocore/__init__.py": "",
    "botocore/docs/__init__.py": "",
    "botocore/docs/bcdoc/style.py": "",
    "botocore/data/docdb/service.json": "{}",
    "served/__init__.py": "",
    "served/docs/index.html": "",
    "prompts/__init__.py": "FILES = 'docs'\n",
    "prompts/docs/first.md": "",
    "man/__init__.py": "",
    "LICENSE.md": "",
    "pkg/README.md": "",
}


def left(tmp_path: Path, rule: str, *files: Files) -> set[str]:
    """Give the paths that are left of one distribution."""
    everything = {path: content for part in files for path, content in part.items()}
    return package_of(tmp_path, {"pkg": everything}, rule).paths


@pytest.mark.parametrize(
    ("rule", "goes", "stays"),
    [
        ("tests", TESTS, NO_TESTS),
        ("stubs", {**STUBS, "requests-stubs/api.pyi": ""}, {**MODULES, **READ_STUBS}),
        ("docs", DOCS, NO_DOCS),
    ],
)
def test_a_rule_tells_what_goes_from_what_stays(
    tmp_path: Path, rule: str, goes: Files, stays: Files
) -> None:
    """What a rule leaves out is all of the one, and nothing of the other."""
    package = package_of(tmp_path, {"pkg": {**goes, **stays}}, rule)

    assert package.paths == stays.keys()


def test_scripts_and_shared_documentation_go(tmp_path: Path) -> None:
    """Scripts, manual pages and documents beside the packages go; licences and data stay."""
    data = {
        "scripts/tool": "#!python\n",
        "data/share/man/man1/tool.1": "",
        "data/share/doc/pkg/guide.html": "",
        "data/share/doc/pkg/COPYING": "",
        "data/share/pkg/templates/page.html": "",
        "data/etc/pkg.conf": "",
    }
    files = {"pkg/bin/run.py": "", "pkg/__init__.py": ""}

    package = package_of(tmp_path, {"pkg": Distribution(files, data=data)}, "commands", "docs")

    assert package.paths == {
        "etc/pkg.conf",
        "pkg/__init__.py",
        "pkg/bin/run.py",
        "share/doc/pkg/COPYING",
        "share/pkg/templates/page.html",
    }


def test_a_package_named_bin_stays(tmp_path: Path) -> None:
    """A `bin` that Python imports is no folder of scripts."""
    files: Files = {"bin/__init__.py": "", "bin/tool.py": ""}

    assert left(tmp_path, "commands", files) == files.keys()


def test_what_is_saved_is_told_by_rule(tmp_path: Path) -> None:
    """Files and bytes of each rule, and a folder for all that was in it; nothing counts twice."""
    files = {
        "pkg/__init__.py": "",
        "pkg/tests/test_a.py": "x" * 100,
        "pkg/tests/a.py": "",
        "pkg/tests/a.pyi": "x" * 50,
        "pkg/py.typed": "x",
    }

    bundle = package_of(tmp_path, {"pkg": files}, "stubs", "tests").bundle

    assert bundle.saved == (Saved("tests", 3, 150), Saved("stubs", 1, 1))
    assert bundle.excluded == (
        Excluded("pkg/tests/", "tests", "pkg"),
        Excluded("pkg/py.typed", "stubs", "pkg"),
    )


def test_include_wins_over_every_rule(tmp_path: Path) -> None:
    """What `include` names stays, and what went beside it is listed file by file."""
    files = {**TESTS, **DOCS, "pkg/a.pyi": "", "pkg/a.py": ""}
    kept = ("pkg/tests/helpers.py", "/docs/", "*.pyi")

    package = package_of(tmp_path, {"pkg": files}, include=kept)

    assert {"pkg/tests/helpers.py", "docs/conf.py", "docs/index.rst", "pkg/a.pyi"} < package.paths
    assert Excluded("pkg/tests/__init__.py", "tests", "pkg") in package.bundle.excluded
    assert Excluded("pkg/tests/data/", "tests", "pkg") in package.bundle.excluded


def test_own_files_are_never_slimmed(tmp_path: Path) -> None:
    """The rules are for distributions; of the function's own files only `exclude` decides."""
    own = {"lib/tests/test_a.py": "", "lib/a.py": "", "lib/a.pyi": "", "docs/a.md": ""}

    bundle = package_of(tmp_path, {}, own=own).bundle

    assert {entry.path for entry in bundle.entries} == {"app.py", *own}


def test_without_a_rule_nothing_goes(tmp_path: Path) -> None:
    """Slimming is by choice, and a rule that is not chosen does nothing."""
    assert left(tmp_path, "commands", TESTS, STUBS, DOCS) == {**TESTS, **STUBS, **DOCS}.keys()


def test_rules_are_those_that_the_configuration_knows() -> None:
    """Each name is a rule with a docstring that says why it cannot hurt, or why it is a choice."""
    assert RULES.keys() == set(ALL)
    assert all("\n\nWhy" in (rule.__doc__ or "") for rule in RULES.values())
    assert all("\n\nNever touched: " in (rule.__doc__ or "") for rule in RULES.values())
