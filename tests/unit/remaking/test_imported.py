from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from lpack.cli.terminal import NoProgress
from lpack.deploying.attempting import attempt
from lpack.deploying.python import host_architecture
from lpack.errors import BuildError, UsageError
from lpack.model import Json, Lock, Project
from lpack.remaking.imported import FILE, Imported, is_of, read_imported, remember_imported
from lpack.remaking.pythons import interpreter_for
from lpack.remaking.recording import Recorder, Recording
from lpack.system import System
from lpack.values import replace
from lpack.work import Work
from tests.function_builder import bundle_of, function_of, target_of
from tests.runtime_client import ENVIRON, SHARED, client_folder

if TYPE_CHECKING:
    from pathlib import Path

ARCHITECTURE = host_architecture()
RUNNING = "python{}.{}".format(*sys.version_info[:2])
APP = """
import needed.at_start
try:
    import broken
except ImportError:
    pass

def handler(event, context):
    if event.get("deep"):
        import needed.later
    if "raise" in event:
        raise ValueError(event["raise"])
    return event
"""
FILES = {
    "app.py": APP,
    "broken.py": "import nowhere\n",
    "needed/__init__.py": "",
    "needed/at_start.py": "print('to the log, not to the answer')\n",
    "needed/later.py": "import json\n",
    "needed/never.py": "1 / 0\n",
    "stub.pth": "import needed\n",
}
START = ("app.py", "broken.py", "needed/__init__.py", "needed/at_start.py")
SHA256 = "0123456789abcdef" * 4


def record(
    files: dict[str, str], event: Json = None, runtime: str = RUNNING, **settings: Any
) -> Recording:
    """Record what a package imports in the Python of its runtime."""
    if interpreter_for(target_of(runtime), System(ENVIRON)) is None:
        pytest.skip(f"{runtime} is not installed")
    function = function_of(runtime=runtime, architecture=ARCHITECTURE, **settings)
    client_folder(function.target)
    work = Work(
        Project(SHARED, SHARED, (function,), (), "auto"),
        System({**ENVIRON, "LPACK_CACHE_DIR": str(SHARED)}),
        NoProgress(),
    )
    recorder = Recorder(partial(attempt, work=work))
    return recorder.record(function, bundle_of(files), {} if event is None else event)


@pytest.mark.parametrize("runtime", sorted({RUNNING, "python3.8"}))
def test_what_the_handler_imports_is_recorded(runtime: str) -> None:
    """Modules of the start, of the event and of attempts that fail; and no others."""
    shallow = record(FILES, {}, runtime)
    deep = record(FILES, {"deep": 1}, runtime)

    assert shallow.modules == START
    assert deep.modules == (*START, "needed/later.py")
    assert shallow.failure == ""
    assert shallow.seconds > 0


def test_a_handler_that_raises_has_imported_something() -> None:
    """Its failure is told, without anything that could upset a terminal."""
    recorded = record(FILES, {"raise": "no\x1b[31m`", "deep": 1})

    assert recorded.modules == (*START, "needed/later.py")
    assert recorded.failure == r"ValueError: no\x1b[31m\x60"


def test_the_function_does_not_notice_that_it_is_recorded() -> None:
    """Its variables are those that it will have."""
    app = (
        "import os\nassert os.environ['_HANDLER'] == 'app.handler'\nassert os.environ['A'] == 'b'\n"
        "assert not [name for name in os.environ if name.startswith('LPACK')]\n"
        "def handler(event, context):\n    assert event == {}\n    assert context.aws_request_id\n"
    )

    recorded = record({"app.py": app}, environment={"A": "b"})

    assert recorded == replace(recorded, modules=("app.py",), failure="")


@pytest.mark.parametrize(
    ("app", "reason"),
    [
        ("raise KeyError('DB_URL')\n", "KeyError: 'DB_URL'"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
        ("import os; os._exit(3)\n", "Runtime exited with error: exit status 3"),
        ("", "AttributeError: module 'app' has no attribute 'handler'"),
    ],
)
def test_a_handler_that_cannot_be_imported_is_refused(app: str, reason: str) -> None:
    """What was imported until then says little of the function."""
    with pytest.raises(BuildError) as caught:
        record({"app.py": app})

    assert caught.value.code == "LP235"
    assert reason in str(caught.value)


def test_a_package_cannot_name_what_it_does_not_hold() -> None:
    """What foreign code says of itself is held against the list of files."""
    app = (
        "import sys, types\nfake = sys.modules['fake'] = types.ModuleType('fake')\n"
        "root = __file__[: -len('app.py')]\nfake.__file__ = root + '../../etc/x.py'\n"
        "other = sys.modules['other'] = types.ModuleType('other')\nother.__file__ = root + 'x.py'\n"
        "odd = sys.modules['odd'] = types.ModuleType('odd')\nodd.__file__ = 3\n"
        "def handler(event, context): pass\n"
    )

    assert record({"app.py": app}).modules == ("app.py",)


def test_the_record_is_read_as_it_was_written(project: Path) -> None:
    """Each function has its table, and the others keep theirs."""
    first = Imported("python3.13", SHA256, ('a/"b".py', "a/__init__.py"))
    second = Imported("python3.12", "", ())

    remember_imported(project, "one", first)
    remember_imported(project, "a name", second)
    content = (project / FILE).read_bytes()
    remember_imported(project, "one", first)

    assert read_imported(project) == {"one": first, "a name": second}
    assert (project / FILE).read_bytes() == content
    remember_imported(project, "one", second)
    assert read_imported(project) == {"one": second, "a name": second}
    assert [path.name for path in project.iterdir()] == [FILE]


def test_no_record_is_no_error(project: Path) -> None:
    """It is made when it is needed."""
    assert read_imported(project) == {}


def test_a_record_is_of_one_python_and_one_lock() -> None:
    """After another version of a dependency, other modules may be imported."""
    lock = Lock(None, SHA256, "uv", (), fresh=False)
    function = function_of(runtime="python3.13")
    imported = Imported("python3.13", SHA256, ("app.py",))

    assert is_of(imported, function, lock)
    assert not is_of(imported, function, replace(lock, digest=""))
    assert not is_of(imported, function_of(runtime="python3.12"), lock)


TABLE = f'[functions.api]\nruntime = "python3.13"\nlock-sha256 = "{SHA256}"\nmodules = '
MANY = "'a.py'," * 50_001


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("version = 2\n", "LP006"),
        ("", "LP006"),
        ("version = 1\nother = 1\n", "LP006"),
        ("version = 1\nfunctions = 3\n", "LP006"),
        ("version = 1\nfunctions.api = 3\n", "LP006"),
        ("version = 1\n[functions.api]\nmodules = []\n", "LP006"),
        (f"version = 1\n{TABLE}'app.py'\n", "LP006"),
        (f"version = 1\n{TABLE}[1]\n", "LP006"),
        (f"version = 1\n{TABLE}['/etc/x.py']\n", "LP006"),
        (f"version = 1\n{TABLE}['a/../../x.py']\n", "LP006"),
        (f"version = 1\n{TABLE}['a\\b.py']\n", "LP006"),
        (f'version = 1\n{TABLE}["a\\u001b.py"]\n', "LP006"),
        (f"version = 1\n{TABLE}['a.so']\n", "LP006"),
        (f"version = 1\n{TABLE}['{'a' * 1025}.py']\n", "LP006"),
        (f"version = 1\n{TABLE}[{MANY}]\n", "LP006"),
        (f"version = 1\n{TABLE.replace(SHA256, SHA256[1:] + 'G')}[]\n", "LP006"),
        ("version = 1\n[functions.api\n", "LP005"),
        ("\0" * 9, "LP005"),
        ("#" * 20_000_001, "LP004"),
    ],
)
def test_a_record_that_lpack_did_not_write_is_refused(text: str, code: str, project: Path) -> None:
    """It names files of the package, so whoever changes it must not name others."""
    (project / FILE).write_text(text)

    with pytest.raises(UsageError) as caught:
        read_imported(project)

    assert caught.value.code == code
    assert str(caught.value).isprintable()
