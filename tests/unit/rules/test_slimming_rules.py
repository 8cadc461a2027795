"""Rules about slimming: what it left out must not be what the function imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.slim_packages import Distribution, package_of

if TYPE_CHECKING:
    from pathlib import Path

PKG = {
    "pkg/__init__.py": "",
    "pkg/needs.py": "from pkg.tests.helpers import one\n",
    "pkg/may.py": "def test():\n    from .tests import helpers\n",
    "pkg/optional.py": "try:\n    import pkg.tests\nexcept ImportError:\n    pass\n",
    "pkg/deep.py": "from . import middle\n",
    "pkg/middle.py": "from pkg.needs import one\n",
    "pkg/defines/__init__.py": "def tests(): ...\n",
    "pkg/defines/tests/__init__.py": "",
    "pkg/tests/__init__.py": "",
    "pkg/tests/helpers.py": "one = 1\n",
}
HANDLER = "def handler(event, context): ...\n"


def told(tmp_path: Path, app: str, own: dict[str, str] | None = None) -> list[str]:
    return package_of(tmp_path, {"pkg": PKG}, "tests", app=app + HANDLER, own=own).told


def test_an_import_of_a_distribution_is_an_error(tmp_path: Path) -> None:
    """The message names the module, who imports it and by which way."""
    assert told(tmp_path, "import pkg.deep\n") == [
        (
            "error: slimming left out `pkg.tests` of pkg, which the function imports: "
            "app → pkg.deep → pkg.middle → pkg.needs → pkg.tests (pkg/needs.py:1)"
        )
    ]


@pytest.mark.parametrize(
    ("app", "severity"),
    [
        ("import pkg.tests\n", "error"),
        ("from pkg import tests\n", "error"),
        ("from pkg.tests import helpers as h\n", "error"),
        ("import importlib\nimportlib.import_module('pkg.tests.helpers')\n", "error"),
        # The function's own code was written to run, even where it is run later.
        ("def later():\n    import pkg.tests\n", "error"),
        ("def later():\n    import pkg.needs\n", "error"),
        # It says itself that it may do without.
        ("try:\n    import pkg.tests\nexcept ImportError:\n    pass\n", "warning"),
        ("import os\nif os.name:\n    import pkg.needs\n", "warning"),
        # Nothing is imported that was left out.
        ("import pkg\n", ""),
        ("import pkg.may\n", ""),
        ("import pkg.optional\n", ""),
        ("from pkg.defines import tests\n", ""),
        ("if __name__ == '__main__':\n    import pkg.tests\n", ""),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pkg.tests\n", ""),
        ("import pkg.never_there\n", ""),
    ],
)
def test_how_bad_an_import_is(tmp_path: Path, app: str, severity: str) -> None:
    """An error if it must fail, a warning if the function's own code may do without."""
    assert [line.partition(":")[0] for line in told(tmp_path, app)] == [severity][: bool(severity)]


def test_imports_are_followed_through_own_modules(tmp_path: Path) -> None:
    """Own modules are the function's code, wherever they lie."""
    own = {"lib/__init__.py": "", "lib/a.py": "def f():\n    from pkg.tests import helpers\n"}

    (message,) = told(tmp_path, "from lib import a\n", own)

    assert message.endswith("imports: app → lib.a → pkg.tests (lib/a.py:2)")


def test_an_own_file_in_the_place_of_one_left_out_serves(tmp_path: Path) -> None:
    """What the function brings itself was not left out."""
    own = {"pkg/tests/__init__.py": "", "pkg/tests/helpers.py": "one = 1\n"}

    assert told(tmp_path, "import pkg.needs\n", own) == []


def test_one_report_for_all_that_went_with_a_folder(tmp_path: Path) -> None:
    """The folder is what the user decides about; other imports are counted."""
    (message,) = told(tmp_path, "import pkg.tests\nimport pkg.needs\n")

    assert message.endswith("app → pkg.tests (app.py:1) and 1 other import")


def test_the_handler_itself_is_left_out(tmp_path: Path) -> None:
    """A handler in a test package is imported too."""
    package = package_of(tmp_path, {"pkg": PKG}, "tests", handler="pkg.tests.helpers.one")

    assert package.told == [
        (
            "error: slimming left out `pkg.tests.helpers` of pkg, which the function imports: "
            "it is the handler's module"
        )
    ]


def test_a_handler_in_a_distribution_makes_that_the_functions_own(tmp_path: Path) -> None:
    """Where the handler lies in the project's own wheel, its code is judged as the function's."""
    package = package_of(tmp_path, {"pkg": PKG}, "tests", handler="pkg.may.test")

    assert [line.partition(":")[0] for line in package.told] == ["error"]


def test_nothing_is_parsed_where_no_module_was_left_out(tmp_path: Path) -> None:
    """Metadata and stubs are no modules, so the imports need not be known."""
    package_of(tmp_path, {"pkg": {**PKG, "pkg/a.pyi": "", "pkg/a.py": ""}}, "stubs", "metadata")

    assert not list(tmp_path.glob("cache/imports-*"))


def test_nothing_to_leave_to_the_runtime_is_said(tmp_path: Path) -> None:
    """Whoever asks for `runtime` and gets nothing is told why."""
    tool = Distribution({"tool.py": ""}, ("boto3>=1",))

    without = package_of(tmp_path / "a", {"tool": tool}, "runtime").told
    pinned = package_of(tmp_path / "b", {"boto3": {"boto3.py": ""}, "tool": tool}, "runtime").told

    assert without == ["info: nothing is left to the runtime: boto3 is not among the dependencies"]
    assert pinned == [
        (
            "info: nothing is left to the runtime: what ships asks for certain versions of boto3, "
            "and the runtime's are not known"
        )
    ]
