"""Rules about imports: what fails for certain is an error, what may not be reached is none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.function_builder import check, codes

HANDLER = "def handler(event, context): ...\n"
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:name:1"


TRY = "try:\n    import "
ELSE = "\nexcept ImportError:\n    "


def nested(code: str) -> str:
    return code.replace("\n", "\n    ")


def indented(code: str) -> str:
    return f"def later():\n    {nested(code)}"


def of(*found: str) -> list[str]:
    return list(found)


def told(app: str, files: dict[str, str] | None = None, **settings: Any) -> list[str]:
    return codes({"app.py": f"{app}\n{HANDLER}", **(files or {})}, **settings)


def by(name: str, files: dict[str, str]) -> dict[str, Any]:
    """Let a distribution bring the files."""
    return {
        "files": files,
        "owners": dict.fromkeys(files, name),
        "wheels": (f"{name}-1.0-py3-none-any.whl",),
    }


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        ("import json, os.path, concurrent.futures", []),
        ("import yaml", ["LP350-error"]),
        ("from yaml import safe_load", ["LP350-error"]),
        ("import importlib\nimportlib.import_module('yaml')", ["LP350-error"]),
        ("with open('x'):\n    import yaml", ["LP350-error"]),
        ("try:\n    import yaml\nexcept ImportError:\n    raise", ["LP350-error"]),
        ("try:\n    import yaml\nfinally:\n    pass", ["LP350-error"]),
        ("def later():\n    import yaml", ["LP350-warning"]),
        ("import yaml\ndef later():\n    import yaml", ["LP350-error"]),
        # The code says itself that it does without, or when it runs.
        ("try:\n    import yaml\nexcept ImportError:\n    yaml = None", []),
        ("try:\n    import yaml\nexcept Exception:\n    yaml = None", []),
        ("try:\n    import simplejson\nexcept ImportError:\n    import ujson", ["LP351-info"]),
        ("import contextlib\nwith contextlib.suppress(ImportError):\n    import yaml", []),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import yaml", []),
        ("if __name__ == '__main__':\n    import yaml", []),
        ("import os\nif os.environ.get('DEBUG'):\n    import debugpy", []),
        ("import sys\nif sys.version_info < (3, 11):\n    import tomli", []),
        ("def f():\n    if sys.version_info < (3, 11):\n        import tomli", []),
        ("def f():\n    if os.name == 'nt':\n        import winreg", []),
        # One of several will do, and the last one runs where all others are missing.
        (f"{TRY}audioop{ELSE}import pyaudioop", ["LP350-error"]),
        (f"{TRY}json{ELSE}import ujson", []),
        (indented(f"{TRY}json{ELSE}import ujson"), []),
        (indented(f"{TRY}orjson{ELSE}import ujson"), ["LP350-warning"]),
        (f"{TRY}orjson{ELSE}{nested(f'{TRY}json{ELSE}import ujson')}", []),
        (f"{TRY}orjson{ELSE}{nested(f'{TRY}ujson{ELSE}import yajl')}", ["LP350-error"]),
        (f"{TRY}orjson{ELSE}if x:\n        import ujson", []),
        # What the standard library does not have any more, not yet, or not on Linux.
        ("import cgi", ["LP353-error"]),
        ("from distutils.util import strtobool", ["LP353-error"]),
        ("def later():\n    import telnetlib", ["LP353-warning"]),
        ("import compression.zstd", ["LP354-error"]),
        ("import msvcrt", ["LP355-error"]),
        # The runtime has it.
        ("import boto3", ["LP351-info"]),
        (
            "from botocore.exceptions import ClientError\nimport boto3, requests",
            of("LP350-error", "LP351-info"),
        ),
        # Other code may bring it.
        ("import sys\nsys.path.append('/opt/lib')\nimport yaml", ["LP350-warning"]),
    ],
)
def test_an_own_import(app: str, expected: list[str]) -> None:
    """At the top of a module it fails at once, in a function when that is called."""
    assert told(app) == expected


@pytest.mark.parametrize(
    ("app", "files", "expected"),
    [
        ("from lib import a", {"lib/__init__.py": "", "lib/a.py": "import yaml"}, "error"),
        ("import lib", {"lib/__init__.py": "from . import a", "lib/a.py": "import yaml"}, "error"),
        ("import lib", {"lib/__init__.py": "", "lib/a.py": "import yaml"}, ""),
        ("def f():\n    import a", {"a.py": "import yaml"}, "warning"),
        ("try:\n    import a\nexcept ImportError:\n    pass", {"a.py": "import yaml"}, ""),
        ("import lib.b", {"lib/__init__.py": "", "lib/a.py": ""}, "error"),
        ("import lib.b", {"lib/a.py": ""}, "error"),
        ("import lib.b", {"lib/__init__.py": "import sys\nsys.modules['lib.b'] = sys"}, ""),
        ("from lib import b", {"lib/__init__.py": "b = 1"}, ""),
        ("from .lib import b", {"lib/__init__.py": "b = 1"}, ""),
    ],
)
def test_own_modules_are_followed(app: str, files: dict[str, str], expected: str) -> None:
    """What the handler's module imports is judged as itself, and what it does not is not."""
    assert told(app, files) == ([f"LP350-{expected}"] if expected else [])


@pytest.mark.parametrize(
    ("app", "files", "expected"),
    [
        ("import num", {"num/__init__.py": "import yaml\n"}, "LP350-error"),
        ("import num", {"num/__init__.py": "import cgi\n"}, "LP353-error"),
        ("def f():\n    import num", {"num/__init__.py": "import yaml\n"}, "LP350-warning"),
        ("import json", {"num/__init__.py": "import yaml\n"}, ""),
        ("import num", {"num/__init__.py": "def f():\n    import yaml\n"}, ""),
        ("import num", {"num/__init__.py": "try:\n    import yaml\nexcept ImportError: ...\n"}, ""),
        # A line of a text looks like an import.
        ("import num", {"num/__init__.py": '"""How to\nimport yaml\n"""\n'}, ""),
        (
            "import num",
            {
                "num/__init__.py": "from num import a\n",
                "num/a.py": '"""\nimport num.b\n"""\n',
                "num/b.py": "import yaml\n",
            },
            "",
        ),
        (
            "import num",
            {"num/__init__.py": "from num import (\n    a, # one\n)\n", "num/a.py": "import yaml"},
            "LP350-error",
        ),
        ("import num", {"num/__init__.py": "import num.gone\n"}, ""),
        ("import num", {"num/__init__.py": "import boto3\n"}, "LP351-info"),
        ("import num", {"num/__init__.py": "if x:\n    import yaml\n"}, ""),
        (
            "import num",
            {"num/__init__.py": "try:\n    import audioop\nexcept ImportError:\n    import pya\n"},
            "LP350-error",
        ),
        (
            "import num",
            {"num/__init__.py": "import imp\nimport sys\nsys.path.append('x')\n"},
            "LP353-error",
        ),
        (
            "import num",
            {"num/__init__.py": "import sys\nsys.path.append('x')\nimport yaml\n"},
            "",
        ),
        (
            "import num",
            {"num/__init__.py": "import distutils\n", "_distutils_hack/__init__.py": ""},
            "",
        ),
    ],
)
def test_an_import_of_a_distribution(app: str, files: dict[str, str], expected: str) -> None:
    """Only what the handler certainly reaches counts, proved by the syntax tree."""
    brought = by("num", files)
    files = brought.pop("files")

    assert told(app, files, **brought) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"layers": (LAYER,)}, "LP350-info"),
        ({"environment": {"PYTHONPATH": "/mnt/lib"}}, "LP350-warning"),
    ],
)
def test_what_may_lie_elsewhere_is_no_error(settings: dict[str, Any], expected: str) -> None:
    """A layer mostly holds what is missing, and says nothing of it."""
    found = told("import yaml", **settings)

    assert [one for one in found if one.startswith("LP35")] == [expected]


@pytest.mark.parametrize(
    ("app", "files", "message", "hint"),
    [
        (
            "import yaml",
            {},
            "`yaml` is imported, and nothing in the package brings it",
            "add `pyyaml` to the requirements, which probably brings it",
        ),
        (
            "import mylib\nimport a",
            {"a.py": "import mylib"},
            "`mylib` is imported, in 1 other file as well, and nothing in the package brings it",
            "add the distribution that brings it to the requirements",
        ),
        (
            "import requests",
            {"package/requests/__init__.py": ""},
            "`requests` is imported, and nothing in the package brings it",
            "it lies in `package/`, where Python does not look: move it to the root",
        ),
        (
            "import cgi",
            {},
            "`cgi` is imported, and Python 3.12 was the last version with it",
            "use urllib.parse, or legacy-cgi from PyPI",
        ),
        (
            "import annotationlib",
            {},
            "`annotationlib` is imported, and Python 3.14 is the first version with it",
            "choose the runtime python3.14 or later",
        ),
    ],
)
def test_messages_say_what_to_do(app: str, files: dict[str, str], message: str, hint: str) -> None:
    """The line of the import is where the message points to."""
    (found,) = check({"app.py": f"\n{app}\n{HANDLER}", **files})

    assert (found.message, found.hint) == (message, hint)
    assert str(found.where) == "app.py:2"


def test_a_distribution_is_told_with_the_way_to_it() -> None:
    """Who reads it sees which of the imports to do something about."""
    files = {"num/__init__.py": "from num import a\n", "num/a.py": "\nimport yaml\n"}

    (found,) = check(
        {"app.py": f"import num\n{HANDLER}", **files},
        owners=dict.fromkeys(files, "num"),
        wheels=("num-1.0-py3-none-any.whl",),
    )

    assert found.message == (
        "`yaml` is imported by num: app → num → num.a (num/a.py:2), and nothing in the package "
        "brings it"
    )


@pytest.mark.parametrize(
    ("app", "other", "expected"),
    [
        ("import json", {}, ["LP352-info"]),
        ("import big", {}, []),
        ("def f():\n    try:\n        import big\n    except ImportError: ...", {}, []),
        ("PLUGIN = 'big.deep.inside'", {}, []),
        ("import mid", {"mid.py": "def f():\n    import big.part\n"}, []),
        ("import json", {"big-1.0.dist-info/entry_points.txt": "[pytest11]\nbig = big\n"}, []),
        (
            "import json",
            {"big-1.0.dist-info/entry_points.txt": "[console_scripts]\nbig = big:main\n"},
            ["LP352-info"],
        ),
    ],
)
def test_a_distribution_that_nothing_imports(
    app: str, other: dict[str, str], expected: list[str]
) -> None:
    """Any mention counts as an import, and plugins are found by their entry points."""
    files = {"big/__init__.py": "", **other}
    owners = {path: "mid" if path == "mid.py" else "big" for path in files}

    found = told(
        app,
        files,
        owners=owners,
        sizes={"big/__init__.py": 1 << 20},
        wheels=("big-1.0-py3-none-any.whl", "mid-1.0-py3-none-any.whl"),
    )

    assert found == expected


def test_a_small_one_is_not_worth_a_word() -> None:
    """Facts have it all the same."""
    assert told("import json", {"big/__init__.py": ""}, owners={"big/__init__.py": "big"}) == []


@pytest.mark.parametrize(
    ("app", "tops", "expected"),
    [
        ("import boto3", ("urllib3",), ["LP357-warning", "LP351-info"]),
        ("import boto3", ("urllib3", "jmespath", "boto3", "botocore", "s3transfer"), []),
        ("import json", ("urllib3",), []),
        ("import json", ("botocore",), []),
        ("import boto3", ("botocore",), ["LP357-warning", "LP351-info"]),
        ("import boto3", ("boto3", "botocore", "s3transfer"), []),
    ],
)
def test_a_part_of_the_sdk(app: str, tops: tuple[str, ...], expected: list[str]) -> None:
    """All of the SDK or none of it: its own dependencies matter where it is used."""
    files = {f"{top}/__init__.py": "" for top in tops}
    owners = {f"{top}/__init__.py": top for top in tops}

    assert told(app, files, owners=owners) == expected


@pytest.mark.parametrize(
    ("wheels", "expected"),
    [
        (("urllib3-2.6.1",), "info"),
        (("urllib3-1.26.20", "jmespath-1.0.1"), "info"),
        (("urllib3-2.2.0",), "warning"),
        (("urllib3-3.0.0",), "warning"),
        (("urllib3-1.25.3",), "warning"),
        (("urllib3-2.6.1", "jmespath-2.0.0"), "warning"),
        (("urllib3-2.6.1", "botocore-1.44.5"), "warning"),
    ],
)
def test_a_part_that_the_sdk_takes_is_information(wheels: tuple[str, ...], expected: str) -> None:
    """Nearly everybody ships the urllib3 of requests, and botocore takes what it is today."""
    tops = [wheel.partition("-")[0] for wheel in wheels]
    files = {f"{top}/__init__.py": "" for top in tops}
    owners = {f"{top}/__init__.py": top for top in tops}
    names = tuple(f"{wheel}-py3-none-any.whl" for wheel in wheels)

    found = told("import boto3", files, owners=owners, wheels=names)

    assert f"LP357-{expected}" in found


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"package/app.py": HANDLER, "package/six.py": ""}, "LP356"),
        ({"python/app.py": HANDLER}, "LP356"),
        ({"out/app.py": HANDLER, "out/six-1.dist-info/METADATA": ""}, "LP356"),
        ({"lib/python3.13/site-packages/app.py": HANDLER, "README.md": ""}, "LP356"),
        ({"src/app.py": HANDLER}, "LP307"),
        ({"package/app.py": HANDLER, "other.py": ""}, "LP307"),
    ],
)
def test_a_folder_too_deep(files: dict[str, str], expected: str) -> None:
    """Dependencies in it mean that the folder should be the root; else the handler may name it."""
    assert codes(files) == [f"{expected}-error"]


@pytest.mark.parametrize(
    "line",
    [
        "from a import (\n",
        "import a,\\\n",
        "try:\n    import aaa\nexcept ImportError:\n    import b\n",
    ],
)
def test_a_hostile_file_takes_no_long_time(line: str) -> None:
    """Searches are bounded, and so is what is told: a tenth of a second here, hours without."""
    files = {"num/__init__.py": line * (50_000 // len(line))}

    found = told(f"import num\n{line * 300}", files, **by_num(files))

    assert len(found) <= 200


def by_num(files: dict[str, str]) -> dict[str, Any]:
    return {"owners": dict.fromkeys(files, "num"), "wheels": ("num-1.0-py3-none-any.whl",)}
