"""Rules about the files of a package: what Lambda, Python or other disks trip over."""

from __future__ import annotations

from typing import Any

import pytest

from lpack.facts import gather
from lpack.facts.limits import read_limits
from lpack.packages.layers import with_layers
from lpack.values import replace
from tests.function_builder import (
    APP,
    TODAY,
    bundle_of,
    check,
    codes,
    function_of,
    judged,
)

OF_39 = (3_425).to_bytes(2, "little") + b"\r\n" + bytes(12)
OF_313 = (3_571).to_bytes(2, "little") + b"\r\n" + bytes(12)


@pytest.mark.parametrize(
    ("files", "settings", "expected"),
    [
        ({}, {"modes": {"app.py": 0o600}}, "LP358-error"),
        ({}, {"modes": {"app.py": 0o755}}, ""),
        ({"data.csv": ""}, {"modes": {"data.csv": 0o640}}, "LP358-warning"),
        ({"m.so": b""}, {"modes": {"m.so": 0o700}}, "LP358-error"),
        ({"Util.py": "", "util.py": ""}, {}, "LP359-warning"),
        ({"LICENSE": "", "license/a.txt": ""}, {}, "LP359-warning"),
        ({"util.py": "", "lib/util.py": "", "lib/Other.py": ""}, {}, ""),
        ({"lib/a.py": "", "Lib/b.py": ""}, {}, ""),
        ({"lib.so": b""}, {"links": {"lib.so": "/opt/lib.so"}}, "LP360-warning"),
        ({"hook.pth": "# comment\nimport app\n"}, {}, "LP361-warning"),
        ({"hook.pth": "import app\n"}, {"owners": {"hook.pth": "hook"}}, "LP361-info"),
        ({"path.pth": "lib\n"}, {}, ""),
        ({"lib/hook.pth": "import app\n"}, {}, ""),
        ({"six-1.17.0-py2.py3-none-any.whl": ""}, {}, "LP362-warning"),
        ({"all.zip": ""}, {"sizes": {"all.zip": 2 << 20}}, "LP362-warning"),
        ({"small.zip": ""}, {}, ""),
        ({"z.whl": ""}, {"owners": {"z.whl": "virtualenv"}}, ""),
        ({"old.pyc": OF_39}, {}, "LP363-error"),
        ({"old.pyc": OF_39, "old.py": ""}, {}, "LP363-warning"),
        ({"new.pyc": OF_313}, {}, ""),
        ({"odd.pyc": b"\0\0"}, {}, "LP363-error"),
        ({"__pycache__/app.cpython-39.pyc": b""}, {}, "LP363-warning"),
        ({"__pycache__/app.cpython-313.pyc": b""}, {}, ""),
        ({"__pycache__/app.cpython-313.opt-1.pyc": b""}, {}, ""),
        ({"six-1.0.dist-info/METADATA": "", "six-1.1.dist-info/METADATA": ""}, {}, "LP364-warning"),
        ({"six-1.0.dist-info/METADATA": "", "a/six-1.1.dist-info/METADATA": ""}, {}, ""),
    ],
    ids=str,
)
def test_what_is_odd_about_files(
    files: dict[str, str | bytes], settings: dict[str, Any], expected: str
) -> None:
    """Each has a case that is reported and one beside it that is not."""
    found = [one for one in codes({**APP, **files}, **settings) if one != "LP352-info"]

    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("files", "settings", "message"),
    [
        (
            {"a.py": "", "b.txt": ""},
            {"modes": {"app.py": 0o600, "a.py": 0o600, "b.txt": 0o600}},
            "3 files cannot be read by Lambda's user: `a.py`, `app.py` and 1 other",
        ),
        (
            {"license/a.txt": "", "LICENSE": ""},
            {},
            "`LICENSE` and `license/` differ in case alone: one path on macOS and Windows",
        ),
        (
            {"old.pyc": OF_39, "older.pyc": (3_413).to_bytes(2, "little")},
            {},
            "bytecode of Python 3.8, 3.9 cannot be imported: `old.pyc`, `older.pyc`",
        ),
        (
            {"six-1.0.dist-info/METADATA": "", "SIX-1.1.dist-info/METADATA": ""},
            {},
            "the package has six in the versions 1.0, 1.1, mixed in one folder",
        ),
    ],
)
def test_messages_name_the_files(
    files: dict[str, str | bytes], settings: dict[str, Any], message: str
) -> None:
    """The first ones are named, and the others counted."""
    (found,) = check({**APP, **files}, **settings)

    assert found.message == message


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ({"python/six.py": "", "python/other.py": ""}, ["LP368"]),
        ({"python/lib/python3.13/site-packages/six.py": ""}, ["LP368"]),
        ({"python/lib/python3.9/site-packages/six.py": ""}, ["LP490"]),
        ({"python/other.py": "", "six.py": ""}, ["LP490"]),
    ],
)
def test_what_a_layer_has_too(layer: dict[str, str], expected: list[str]) -> None:
    """Only the same import path counts, in a folder that the runtime looks into."""
    bundle = replace(bundle_of({**APP, "six.py": ""}), is_given=True)
    bundle = with_layers(bundle, [("layer.zip", bundle_of(layer))])

    facts = gather(function_of(), bundle, archives=(), today=TODAY)

    assert [one.code for one in judged(facts, read_limits())] == expected


def test_what_a_layer_brings_is_imported() -> None:
    """Its modules are followed as those of the package are, relative imports included."""
    layer = {
        "python/num/__init__.py": "from .deep import a\n",
        "python/num/deep/__init__.py": "",
        "python/num/deep/a.py": "import yaml\n",
    }
    bundle = replace(bundle_of({"app.py": f"import num\n{APP['app.py']}"}), is_given=True)
    owners = dict.fromkeys(layer, "num")
    bundle = with_layers(bundle, [("layer.zip", bundle_of(layer, owners=owners))])

    (found,) = gather(function_of(), bundle, archives=(), today=TODAY).parts.unshipped

    assert (found.module, found.certain) == ("yaml", True)
    assert found.chain == ("app", "num", "num.deep.a")
