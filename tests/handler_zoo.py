"""Handlers that answer, fail and misbehave, each with the files of its package."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Package:
    """A package by its files, and the handler in it."""

    files: Mapping[str, str] = field(hash=False)
    handler: str = "app.handler"


def returning(expression: str, setup: str = "") -> Package:
    """Make a handler that returns an expression."""
    return Package({"app.py": f"{setup}\ndef handler(event, context):\n    return {expression}\n"})


def doing(*lines: str, setup: str = "") -> Package:
    """Make a handler of a few lines."""
    body = "".join(f"    {line}\n" for line in lines)
    return Package({"app.py": f"{setup}\ndef handler(event, context):\n{body}"})


def module(text: str, handler: str = "app.handler") -> Package:
    """Make a package of one module."""
    return Package({"app.py": text}, handler)


_PLAIN = "def handler(event, context):\n    return 'ok'\n"

# What awslambdaric answers to these is in runtime_client_answers.json.
ANSWERING: dict[str, Package] = {
    "none": returning("None"),
    "event": returning("event"),
    "text": returning("'caf\\u00e9 \\u2028 \\U0001f600'"),
    "bytes": returning("b'raw {'"),
    "nested bytes": returning("{'a': b'raw', b'b': [b'c']}"),
    "bad bytes": returning("{'a': b'\\xff'}"),
    "tuple": returning("(1, (2,), [3])"),
    "named tuple": returning(
        "P(1, [P(2, 3)])", "import collections\nP=collections.namedtuple('P','a b')"
    ),
    "not a number": returning("[float('nan'), float('inf'), -float('inf')]"),
    "decimal": returning(
        "{'a': D('1.10'), 'b': [D('1E+5'), D('NaN')], 'c': 1.50}",
        "from decimal import Decimal as D",
    ),
    "keys": returning("{1: 'a', None: 'b', True: 'c', 1.5: 'd'}"),
    "enumerations": returning(
        "[A.x, B.y, {'k': A.x}]",
        "import enum\nclass A(enum.IntEnum):\n  x = 3\nclass B(str, enum.Enum):\n  y = 'why'",
    ),
    "big integer": returning("10**30"),
    "set": returning("{1}"),
    "object": returning("{'a': object()}", "class object: pass"),
    "datetime": returning("datetime.datetime(2026, 1, 1)", "import datetime"),
    "coroutine": module(
        "import warnings\nwarnings.simplefilter('ignore')\nasync def handler(e, c):\n    return 1\n"
    ),
    "tuple key": returning("{(1, 2): 3}"),
    "circular": doing("event['me'] = event", "return event"),
    "too big integer": returning("10**5000"),
    "raises": doing("raise ValueError('no \\u00e9')"),
    "raises nothing to say": doing("raise KeyError()"),
    "raises deeper": doing("inner()", setup="def inner():\n    {}['key']\n"),
    "raises from": doing(
        "try:",
        "    1 / 0",
        "except ZeroDivisionError as error:",
        "    raise Own('own') from error",
        setup="class Own(Exception):\n    def __str__(self):\n        return 'shown'\n",
    ),
    "raises in a dependency": Package(
        {
            "app.py": "import pkg.deep\ndef handler(event, context):\n    return pkg.deep.dive()\n",
            "pkg/__init__.py": "",
            "pkg/deep.py": "import json\ndef dive():\n    return json.loads('{')\n",
        }
    ),
    "names its folder": doing("raise RuntimeError(__file__)"),
    "wrong arity": module("def handler(event):\n    return 1\n"),
    "not callable": module("handler = 3\n"),
    "callable object": module(
        "class H:\n    def __call__(self, e, c):\n        return 'called'\nhandler = H()\n"
    ),
    "memory error": doing("raise MemoryError"),
    "recursion": doing("return handler(event, context)"),
    "import error": module("import surely_not_there\n"),
    "import name error": Package({"app.py": "from other import name\n", "other.py": ""}),
    "syntax error": module("def handler(event, context)\n    return 1\n"),
    "indentation error": module("def handler(event, context):\nreturn 1\n"),
    "syntax error in a dependency": Package({"app.py": "import other\n", "other.py": "x = (\n"}),
    "init raises": module("value = {}['missing']\n"),
    "init raises deeper": Package(
        {"app.py": "import other\n", "other.py": "raise RuntimeError('setup')\n"}
    ),
    "missing module": module(_PLAIN, "gone.handler"),
    "missing attribute": module(_PLAIN, "app.gone"),
    "no attribute": module(_PLAIN, "app."),
    "no dot": module(_PLAIN, "nodot"),
    "no module": module(_PLAIN, ".handler"),
    "builtin": module(_PLAIN, "time.handler"),
    "builtin package": module(_PLAIN, "sys.path.handler"),
    "a method": module(
        "class K:\n    @staticmethod\n    def f(e, c):\n        return 1\n", "app.K.f"
    ),
    "file name": module(_PLAIN, "app.handler.py"),
    "slashes": Package({"pkg/sub/mod.py": _PLAIN}, "pkg/sub/mod.handler"),
    "missing with slashes": Package({"pkg/sub/mod.py": _PLAIN}, "pkg/sub/gone.handler"),
    "leading slash": Package({"pkg/mod.py": _PLAIN}, "/pkg/mod.handler"),
    "dashes": Package({"with-dash/m-x.py": _PLAIN}, "with-dash/m-x.handler"),
    "dots": Package({"pkg/__init__.py": "", "pkg/mod.py": _PLAIN}, "pkg.mod.handler"),
    "shadows a module": Package(
        {
            "app.py": "import argparse\n" + _PLAIN.replace("'ok'", "argparse.MINE"),
            "argparse.py": "MINE = 1\n",
        }
    ),
    "path file": Package(
        {
            "app.py": "import vendored\n" + _PLAIN.replace("'ok'", "vendored.V"),
            "own.pth": "lib\n",
            "lib/vendored.py": "V = 7\n",
        }
    ),
    "exit at import": module("import sys\nsys.exit(0)\n"),
    "exit 3 at import": module("import sys\nsys.exit(3)\n"),
    "sys.exit": doing("sys.exit()", setup="import sys"),
    "exit 5": doing("exit(5)"),
    "os._exit": doing("os._exit(7)", setup="import os"),
    "interrupt": doing("raise KeyboardInterrupt"),
    "segmentation fault": doing("os.kill(os.getpid(), signal.SIGSEGV)", setup="import os, signal"),
    "killed": doing("os.kill(os.getpid(), signal.SIGKILL)", setup="import os, signal"),
}
