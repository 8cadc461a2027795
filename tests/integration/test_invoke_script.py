"""The script beside a package answers as Lambda's own runtime client does."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lpack.model import HandlerTest
from tests.handler_zoo import ANSWERING, doing, module, returning
from tests.invocation_script import RUNNING, run_script, write_script

# Recorded from awslambdaric 4.2.2 under CPython 3.13.0, with `/var/task` and `/var/lang/lib` put
# in place of the folders of that machine, and REQUEST as the request's id.
RECORDED: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("runtime_client_answers.json").read_text()
)
EVENT = '{"key": "value", "n": 1.5}'
ENDINGS = {
    0: "Runtime exited without providing a reason",
    1: "Runtime exited with error: exit status 1",
    3: "Runtime exited with error: exit status 3",
    5: "Runtime exited with error: exit status 5",
    7: "Runtime exited with error: exit status 7",
    -2: "Runtime exited with error: signal: interrupt",
    -9: "Runtime exited with error: signal: killed",
    -11: "Runtime exited with error: signal: segmentation fault",
}
_REQUEST = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _comparable(body: str) -> Any:
    """Leave out what depends on the Python's patch release: lines of its own library."""
    found = json.loads(_REQUEST.sub("REQUEST", body))
    if isinstance(found, dict) and "stackTrace" in found:
        own = [frame for frame in found["stackTrace"] if frame.startswith('  File "/var/task/')]
        found["stackTrace"] = [re.sub("repeated [0-9]+", "repeated", frame) for frame in own]
        message = found["errorMessage"].replace("(4300)", "(4300 digits)")
        found["errorMessage"] = message.partition(" while calling a Python object")[0]
        return list(found.items())
    return found


@pytest.mark.parametrize("name", ANSWERING)
def test_answers_as_the_runtime_client(tmp_path: Path, name: str) -> None:
    """Whatever a handler returns or raises, the answer is that of awslambdaric."""
    script = write_script(tmp_path, ANSWERING[name])
    recorded = RECORDED[name]

    ran = run_script(script, "--event", EVENT)

    body = ran.stdout.decode().removesuffix("\n")
    if recorded["kind"] == "exit":
        assert ran.status == 4
        assert json.loads(_REQUEST.sub("REQUEST", body)) == {
            "errorType": "Runtime.ExitError",
            "errorMessage": f"RequestId: REQUEST Error: {ENDINGS[recorded['status']]}",
        }
    elif recorded["kind"] == "error":
        assert ran.status == 4
        assert _comparable(body) == _comparable(recorded["body"])
    else:
        assert ran.status == 0
        assert body == _escaped(recorded["body"])


def _escaped(text: str) -> str:
    """Escape as the runtimes before Python 3.12 do."""
    if sys.version_info >= (3, 12):
        return text
    return json.dumps(text)[1:-1].replace('\\"', '"').replace("\\\\", "\\")


@pytest.mark.parametrize(("runtime", "status"), [("python3.11", 0), ("python3.13", 4)])
def test_text_that_utf_8_cannot_write_ends_the_runtime(
    tmp_path: Path, runtime: str, status: int
) -> None:
    """Runtimes since Python 3.12 do not escape, so half a surrogate pair ends their process."""
    script = write_script(tmp_path, returning("'\\ud800'"), runtime=runtime)

    ran = run_script(script)

    assert ran.status == status
    expected = 'exit status 1"}' if status else '"\\ud800"'
    assert ran.stdout.decode().strip().endswith(expected)


def test_an_error_is_logged_with_its_trace(tmp_path: Path) -> None:
    """The log shows the error between the lines of the platform, and the paths of Lambda."""
    script = write_script(tmp_path, ANSWERING["raises deeper"])

    ran = run_script(script)

    lines = [_REQUEST.sub("REQUEST", line) for line in ran.log.splitlines()]
    assert lines[:-1] == [
        "START RequestId: REQUEST Version: $LATEST",
        "[ERROR] KeyError: 'key'",
        "Traceback (most recent call last):",
        '  File "/var/task/app.py", line 5, in handler',
        "    inner()",
        '  File "/var/task/app.py", line 2, in inner',
        "    {}['key']",
        "END RequestId: REQUEST",
    ]
    assert re.fullmatch(
        r"REPORT RequestId: REQUEST\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t",
        lines[-1],
    )


def test_logs_go_to_stderr_in_order(tmp_path: Path) -> None:
    """Prints, errors and log records keep their order, and stdout holds the response alone."""
    script = write_script(
        tmp_path,
        doing(
            "print('one')",
            "print('two', file=sys.stderr)",
            "logging.warning('three')",
            "logging.info('unseen')",
            "os.write(1, b'four\\n')",
            "context.log('five\\n')",
            "subprocess.run(['echo', 'six'])",
            setup="import logging, os, subprocess, sys\nprint('zero')\nlogging.error('init')",
        ),
    )

    ran = run_script(script)

    assert ran.stdout == b"null\n"
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(
        rf"zero\n\[ERROR\]\t{time}\t\tinit\nSTART .*\none\ntwo\n"
        rf"\[WARNING\]\t{time}\tREQUEST\tthree\nfour\nfive\nsix\nEND .*\nREPORT .*\n",
        _REQUEST.sub("REQUEST", ran.log),
    )


def test_the_context_is_lambdas(tmp_path: Path) -> None:
    """The second argument has the attributes that Lambda gives it."""
    names = (
        "function_name function_version memory_limit_in_mb log_group_name invoked_function_arn "
        "client_context tenant_id"
    )
    package = returning(
        f"[[getattr(context, name) for name in '{names}'.split()], context.w3c(),"
        " context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id,"
        " context.aws_request_id, context.log_stream_name,"
        " context.get_remaining_time_in_millis()]"
    )
    script = write_script(tmp_path, package, memory=512, timeout=20)

    ran = run_script(script)

    attributes, trace, *identity, request, stream, left = ran.answer
    arn = "arn:aws:lambda:us-east-1:123456789012:function:api"
    assert attributes == ["api", "$LATEST", "512", "/aws/lambda/api", arn, None, None]
    assert trace == {}
    assert identity == [None, None]
    assert f"START RequestId: {request} " in ran.log
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    assert 15_000 < left <= 20_000


def test_a_response_may_have_just_so_many_bytes(tmp_path: Path) -> None:
    """A response of 6,291,556 bytes passes, and one more is refused as Lambda refuses it."""
    script = write_script(tmp_path, returning("'x' * event"))

    passing = run_script(script, "--event", str(6_291_556 - 2))
    refused = run_script(script, "--event", str(6_291_556 - 1))

    assert (passing.status, len(passing.stdout)) == (0, 6_291_557)
    assert refused.status == 4
    assert refused.answer == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size "
        "(6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }


def test_the_event_may_come_from_anywhere(tmp_path: Path) -> None:
    """An event is a file, stdin, JSON itself, the name of a trigger, or empty."""
    script = write_script(tmp_path, returning("event"), triggers=("sqs",))
    event = tmp_path / "event.json"
    event.write_bytes(b'\xef\xbb\xbf {"caf\xc3\xa9": [1]}')

    assert run_script(script).answer == {}
    assert run_script(script, "--event", str(event)).answer == {"caf\u00e9": [1]}
    assert run_script(script, "--event", "-", stdin=b"[true, null]").answer == [True, None]
    assert run_script(script, "--event", '"text"').answer == "text"
    assert run_script(script, "-e", "sqs").answer["Records"][0]["eventSource"] == "aws:sqs"


@pytest.mark.parametrize("event", ["", "{", "[NaN]", "[1] 2", "gone.json", "[" * 100_000])
def test_a_bad_event_is_a_clear_line(tmp_path: Path, event: str) -> None:
    """An event that is not JSON ends with one line and status 2, and nothing runs."""
    script = write_script(tmp_path, module("raise SystemExit('it ran')\n"), triggers=("s3",))

    ran = run_script(script, "--event", event)

    assert (ran.status, ran.stdout) == (2, b"")
    assert re.fullmatch(r"invoke: the event `.*` is not JSON: .*; nor .* a name \(s3\)\n", ran.log)


def test_an_event_that_is_not_text_is_a_clear_line(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are refused on stdin too."""
    script = write_script(tmp_path, returning("event"))

    ran = run_script(script, "--event", "-", stdin=b'"\xff"')

    assert ran.status == 2
    assert ran.log.startswith("invoke: the event `-` is not JSON: 'utf-8' codec")
    assert ran.log.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("--env", "NAME"), ("--env", "=1"), ("--timeout", "0"), ("--timeout", "nan")]
)
def test_wrong_usage_is_told(tmp_path: Path, arguments: tuple[str, str]) -> None:
    """Arguments that make no sense end with status 2."""
    script = write_script(tmp_path, returning("1"))

    ran = run_script(script, *arguments)

    assert (ran.status, ran.stdout) == (2, b"")
    assert f"argument {arguments[0]}: " in ran.log


def test_another_package_is_refused(tmp_path: Path) -> None:
    """A zip that is not the one that the script was made for does not run."""
    script = write_script(tmp_path, returning("1"))
    (tmp_path / "api.zip").write_bytes(b"other")

    ran = run_script(script)

    assert (ran.status, ran.stdout) == (3, b"")
    assert (
        ran.log == f"invoke: `{tmp_path}/api.zip` is not the package of this script: build again\n"
    )


def test_a_missing_package_is_told(tmp_path: Path) -> None:
    """Without the zip there is one clear line."""
    script = write_script(tmp_path, returning("1"))
    (tmp_path / "api.zip").unlink()

    ran = run_script(script)

    assert (ran.status, ran.stdout) == (3, b"")
    assert ran.log.startswith("invoke: cannot run: [Errno 2] ")


def test_pure_packages_run_with_another_python(tmp_path: Path) -> None:
    """Where the runtime's Python is missing, a pure package runs with the one at hand."""
    script = write_script(tmp_path, returning("event"), runtime="python3.7")

    ran = run_script(script, environ={"PATH": "/nowhere"})

    assert (ran.status, ran.answer) == (0, {})
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert ran.log.startswith(
        "invoke: Python 3.7 is not found here (LPACK_PYTHON_3_7 can name it): "
        f"runs with Python {here}\n"
    )


def test_native_packages_need_the_runtimes_python(tmp_path: Path) -> None:
    """A package with libraries is refused by another Python, unless the user insists."""
    script = write_script(tmp_path, returning("1"), native=True, runtime="python3.7")

    refused = run_script(script, environ={"PATH": "/nowhere"})
    insisted = run_script(script, "--any-python", environ={"PATH": "/nowhere"})

    assert (refused.status, refused.stdout) == (3, b"")
    assert "Python 3.7 is not found here" in refused.log
    assert "--any-python" in refused.log
    assert insisted.status == 0


def test_native_packages_need_the_architecture(tmp_path: Path) -> None:
    """Libraries for another architecture cannot run here, and that is what is said."""
    other = "x86_64" if platform.machine() in ("aarch64", "arm64") else "arm64"
    script = write_script(tmp_path, returning("1"), native=True, architecture=other)

    ran = run_script(script, "--any-python")

    assert (ran.status, ran.stdout) == (3, b"")
    assert f"the package holds libraries for Linux on {other}" in ran.log


def test_a_python_that_lies_about_its_version_is_passed_over(tmp_path: Path) -> None:
    """What is found under the runtime's name is asked, and one that fails is not used."""
    shim = tmp_path / "python3.7"
    shim.write_text("#!/bin/sh\necho 'python3.7: command not found' >&2; exit 127\n")
    shim.chmod(0o755)
    script = write_script(tmp_path, returning("1"), runtime="python3.7")

    ran = run_script(script, environ={"PATH": str(tmp_path), "LPACK_PYTHON_3_7": sys.executable})

    assert ran.status == 0
    assert "Python 3.7 is not found here" in ran.log


def test_events_of_declared_tests_have_their_names(tmp_path: Path) -> None:
    """The event of a test is called by the test's name; `lpack test` is what judges the answer."""
    test = HandlerTest("right", {"by": 2}, None, has_response=False, error_type=None)
    script = write_script(tmp_path, doing("return {'n': 10 // event['by']}"), tests=(test,))

    ran = run_script(script, "--event", "right")

    assert (ran.status, ran.answer) == (0, {"n": 5})


def test_a_missing_boto3_is_explained(tmp_path: Path) -> None:
    """Lambda brings boto3, the script does not, and tells how to bring it."""
    script = write_script(tmp_path, module("import boto3\nhandler = boto3.handler\n"))
    library = tmp_path / "library"
    library.mkdir()
    (library / "boto3.py").write_text("def handler(event, context):\n    return 'brought'\n")

    without = run_script(script)
    brought = run_script(script, "--env", f"PYTHONPATH={library}")

    assert without.answer["errorType"] == "Runtime.ImportModuleError"
    assert without.log.endswith(
        "invoke: Lambda's runtime brings boto3, this script does not: "
        "--env PYTHONPATH=FOLDER does\n"
    )
    assert brought.answer == "brought"


def test_the_folder_can_be_kept(tmp_path: Path) -> None:
    """`--keep` leaves the unpacked package, which is read-only, and names it."""
    script = write_script(tmp_path, returning("__file__"))

    kept = run_script(script, "--keep", environ={"TMPDIR": str(tmp_path)})
    removed = run_script(script, environ={"TMPDIR": str(tmp_path)})

    assert Path(kept.answer).stat().st_mode & 0o777 == 0o444
    assert Path(kept.answer).parent.stat().st_mode & 0o777 == 0o555
    assert f"invoke: kept {Path(kept.answer).parent.parent}\n" in kept.log
    assert not Path(removed.answer).exists()


def _other_pythons() -> list[str]:
    """Find the other interpreters that the script claims to run on."""
    versions = [f"python3.{minor}" for minor in range(9, 15)]
    shims = Path.home() / ".pyenv" / "versions"
    found = {
        version: next(iter(sorted(shims.glob(f"{version[6:]}.*/bin/{version}"))), None)
        or shutil.which(version)
        for version in versions
        if version != RUNNING
    }
    return [str(path) for path in found.values() if path and "/shims/" not in str(path)]


@pytest.mark.slow
@pytest.mark.parametrize("python", [sys.executable, *_other_pythons()])
def test_every_python_runs_it(tmp_path: Path, python: str) -> None:
    """The script and the handler's process run on each Python that is installed here."""
    ask = "import sys; print('python%d.%d' % sys.version_info[:2])"
    version = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout
    names = ("decimal", "raises deeper", "syntax error", "init raises", "missing attribute", "set")

    for name in names:
        script = write_script(tmp_path, ANSWERING[name], runtime=version.strip())
        ran = run_script(script, "--event", EVENT, python=python)

        body = ran.stdout.decode()
        if RECORDED[name]["kind"] == "error":
            assert _comparable(body)[1:] == _comparable(RECORDED[name]["body"])[1:]
            assert ran.status == 4
        else:
            assert body.strip() == RECORDED[name]["body"]


@pytest.mark.parametrize("event", ["s3:put", "http --path /x"])
def test_other_samples_are_those_of_lpack(event: str, tmp_path: Path) -> None:
    """The script has the samples of the function's triggers, and says who has all of them."""
    script = write_script(tmp_path, returning("event"), triggers=("sqs",))

    ran = run_script(script, "-e", event)

    name = event.partition(" ")[0]
    assert ran.status == 2
    assert f"this script knows sqs: `lpack invoke api -e {name}` knows all" in ran.log
