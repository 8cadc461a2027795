"""A handler is imported as Lambda would, by the target's Python, without anything of the host."""

from __future__ import annotations

import contextlib
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lpack.errors import BuildError
from lpack.platforms import MACHINES, runtime_named
from lpack.proving import Proof, prove
from lpack.system import System
from tests.function_builder import TODAY, bundle_of, codes, elf, function_of
from tests.handler_zoo import ANSWERING

HOST = "python{}.{}".format(*sys.version_info)
HERE = next((name for name, machine in MACHINES.items() if machine == platform.machine()), "x86_64")
pytestmark = pytest.mark.skipif(runtime_named(HOST) is None, reason="no runtime has this Python")


def proof_of(
    files: dict[str, str | bytes], handler: str = "app.handler", **environment: str
) -> Proof:
    """Import the handler of a package of some files."""
    function = function_of(runtime=HOST, handler=handler, environment=environment)
    proof = prove(function, bundle_of(files), System())
    assert proof is not None
    return proof


@pytest.mark.parametrize(
    ("name", "error", "path"),
    [
        ("none", "", ""),
        ("callable object", "", ""),
        ("slashes", "", ""),
        ("path file", "", ""),
        ("shadows a module", "", ""),
        ("import error", "Runtime.ImportModuleError", "app.py"),
        ("import name error", "Runtime.ImportModuleError", "app.py"),
        ("syntax error in a dependency", "Runtime.UserCodeSyntaxError", "other.py"),
        ("init raises", "KeyError", "app.py"),
        ("init raises deeper", "RuntimeError", "other.py"),
        ("exit 3 at import", "Runtime.ExitError", "app.py"),
        ("missing attribute", "Runtime.HandlerNotFound", ""),
        ("wrong arity", "TypeError", ""),
        ("not callable", "TypeError", ""),
        ("coroutine", "Runtime.MarshalError", ""),
    ],
)
def test_the_error_is_that_of_lambda(name: str, error: str, path: str) -> None:
    """What the import of the zoo's handlers ends in is what the runtime client reports."""
    package = ANSWERING[name]

    proof = proof_of(dict(package.files), package.handler)

    assert (proof.error, proof.path) == (error, path), proof


def test_the_environment_is_that_of_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of the function and of Lambda are there, and none of this machine's."""
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    source = (
        "import os, sys\n"
        "assert os.environ['TABLE'] == 'orders'\n"
        "assert os.environ['AWS_EXECUTION_ENV'].startswith('AWS_Lambda_python')\n"
        "assert os.environ['LAMBDA_TASK_ROOT'] == os.getcwd() == sys.path[0]\n"
        "assert not {'SECRET_OF_THE_HOST', 'HOME', 'USER'} & os.environ.keys()\n"
        "assert not any('site-packages' in path for path in sys.path)\n"
        "import deep\n"
        "def handler(event, context): ...\n"
    )

    proof = proof_of({"app.py": source, "src/deep.py": ""}, TABLE="orders",
                     PYTHONPATH="/var/task/src")  # fmt: skip

    assert proof.error == "", proof
    assert 0 < proof.seconds < 10


def test_a_module_that_ends_the_process_is_told() -> None:
    """Neither an exit nor a crash is taken for a success, whatever was printed before."""
    ended = proof_of({"app.py": "import os\nprint('x' * 100_000)\nos._exit(0)\n"})
    crashed = proof_of({"app.py": "import os\nos.kill(os.getpid(), 11)\n"})

    assert (ended.error, ended.message) == (
        "Runtime.ExitError",
        "the import ended the process (exit status 0)",
    )
    assert crashed.message == "the import ended the process (signal 11)"


def command_of(path: Path) -> bytes:
    """Give the words of a process, which may have ended meanwhile."""
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_what_an_import_leaves_behind_ends_with_it() -> None:
    """Neither a thread nor a process goes on."""
    source = (
        "import subprocess, threading, time\n"
        "subprocess.Popen(['sleep', '61.75'])\n"
        "threading.Thread(target=time.sleep, args=(61,)).start()\n"
        "def handler(event, context): ...\n"
    )

    proof = proof_of({"app.py": source})

    words = [command_of(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    assert proof.error == "", proof
    assert proof.seconds < 30
    assert not any(b"sleep\x0061.75" in one for one in words)


def test_what_the_network_is_asked_for_is_told() -> None:
    """An import that needs it is no error, since Lambda may have it."""
    source = "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=1)\n"

    proof = proof_of({"app.py": source})

    assert proof.error in ("OSError", "ConnectionRefusedError", "TimeoutError")
    assert proof.network == (("127.0.0.1", "127.0.0.1:9") if proof.is_cut_off else ())


def test_another_machine_proves_nothing() -> None:
    """Native code for another architecture is not tried, nor is a Python that is not here."""
    other = "arm64" if HERE == "x86_64" else "x86_64"
    function = function_of(runtime=HOST, architecture=other)
    files: dict[str, str | bytes] = {"app.py": "", "fast.abi3.so": elf()}

    with pytest.raises(BuildError) as refused:
        prove(function, bundle_of(files), System())

    assert refused.value.code == "LP021"


@pytest.mark.parametrize(
    ("proof", "settings", "expected"),
    [
        (Proof("3.13.0", seconds=9.9), {}, []),
        (Proof("3.13.0", seconds=10.1), {}, ["LP339-warning"]),
        (Proof("3.13.0", "KeyError", "'x'"), {}, ["LP339-error"]),
        (Proof("3.13.0", "Runtime.ImportModuleError", missing="boto3"), {}, ["LP339-warning"]),
        (Proof("3.13.0", "Runtime.ImportModuleError", missing="numpy"), {}, ["LP339-error"]),
        (
            Proof("3.13.0", "Runtime.ImportModuleError", missing="numpy"),
            {"layers": ("arn:aws:lambda:eu-west-1:123456789012:layer:name:1",)},
            ["LP339-warning"],
        ),
        (Proof("3.13.0", "URLError", network=("a:80",), is_cut_off=True), {}, ["LP339-warning"]),
        (Proof("3.13.0", "URLError", network=("a:80",), is_cut_off=False), {}, ["LP339-error"]),
        (Proof("3.13.0", "KeyError"), {"handler": "app.other"}, ["LP308-error"]),
    ],
)
def test_what_came_of_it_is_judged(
    proof: Proof, settings: dict[str, object], expected: list[str]
) -> None:
    """What can only be had on Lambda is a warning, and a mistake is reported once."""
    assert codes(proof=proof, today=TODAY, **settings) == expected


def test_check_imports_where_it_is_asked_to(tmp_path: Path) -> None:
    """The command tells of it, and exits with 1 where it fails."""
    text = f'[functions.api]\nhandler = "app.handler"\nruntime = "{HOST}"\nrequirements = false\n'
    (tmp_path / "lpack.toml").write_text(text)
    (tmp_path / "app.py").write_text("1 / 0\ndef handler(event, context): ...\n")
    command = [sys.executable, "-m", "lpack", "check"]

    plain = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    proven = subprocess.run(
        [*command, "--import"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    with zipfile.ZipFile(tmp_path / "given.zip", "w") as archive:
        archive.write(tmp_path / "app.py", "app.py")
    of_zip = ["given.zip", "--runtime", HOST, "--handler", "app.handler", "--import"]
    given = subprocess.run(
        [*command, *of_zip], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (plain.returncode, proven.returncode, given.returncode) == (0, 1, 1)
    assert "given.zip/app.py:1" in given.stdout
    assert "importing `app.handler` fails with ZeroDivisionError" in proven.stdout
    assert "app.py:1" in proven.stdout
