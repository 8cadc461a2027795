"""Without namespaces, what a function writes and starts is bounded all the same."""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from lpack.model import Call, Surroundings
from tests.handler_zoo import doing
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of others are Linux's")
PROCESS = Surroundings(isolation="process")
FILLING = """
import os, tempfile, time
folder = tempfile.gettempdir()
def fill(most):
    for number in range(most):
        try:
            with open(os.path.join(folder, str(number)), "wb") as file:
                file.write(bytes(1 << 20))
        except OSError as error:
            return [number, error.errno]
        time.sleep(0.01)
    return [most, 0]
"""


def test_files_fill_what_there_is(tmp_path: Path) -> None:
    """Many small ones too: writing fails, until some are removed; also in many short calls."""
    package = doing(
        "if event == 'clear':",
        "    for one in os.scandir(folder): os.unlink(one.path)",
        "    time.sleep(0.1)",
        "if event == 'one':",
        "    open(os.path.join(folder, context.aws_request_id), 'wb').write(bytes(1 << 20))",
        "    return time.sleep(0.01)",
        "return fill(60)",
        setup=FILLING,
    )
    deployment = deployment_of(tmp_path, package, timeout=9, ephemeral_storage=16)

    with sandbox(deployment, PROCESS) as box:
        found = [json.loads(box.invoke(Call(event)).payload) for event in (b"1", b'"clear"')]
        box.invoke(Call(b'"clear"'))
        short = [box.invoke(Call(b'"one"')).error_type for _ in range(60)]

    for number, problem in found:
        assert problem == errno.EFBIG
        assert 15 <= number < 50
    assert "OSError" in short


def test_one_file_is_no_larger_than_all(tmp_path: Path) -> None:
    """What is written at once fails at the very byte."""
    package = doing(
        "path = os.path.join(folder, 'one')",
        "try:",
        "    with open(path, 'wb', buffering=0) as file:",
        "        while True: file.write(bytes(1 << 20))",
        "except OSError as error:",
        "    return [os.path.getsize(path), error.errno]",
        setup=FILLING,
    )
    deployment = deployment_of(tmp_path, package, timeout=9, ephemeral_storage=8)

    with sandbox(deployment, PROCESS) as box:
        assert json.loads(box.invoke().payload) == [8 << 20, errno.EFBIG]


STARTING = """
import threading, time
def start(most):
    stop = threading.Event()
    for number in range(most):
        try:
            threading.Thread(target=stop.wait, daemon=True).start()
        except RuntimeError as error:
            stop.set()
            return [number, str(error)]
        time.sleep(0.005)
    stop.set()
    return [most, ""]
"""


@pytest.mark.skipif(os.geteuid() == 0, reason="root has as many processes as it wants")
def test_threads_cannot_be_started_without_end(tmp_path: Path) -> None:
    """Starting one fails, as on Lambda, and the user's other processes do not count."""
    package = doing("return [start(80), time.sleep(0.1), start(3)]", setup=STARTING)

    with sandbox(deployment_of(tmp_path, package, timeout=9), PROCESS) as box:
        assert box.housing.bounds is not None
        box.housing.bounds.processes = 20
        (number, problem), _, again = json.loads(box.invoke().payload)

    assert (problem, again) == ("can't start new thread", [3, ""])
    assert 15 <= number < 60


def test_too_many_threads_end_the_function(tmp_path: Path) -> None:
    """Whoever cannot be hindered is ended, also where there is one process only."""
    package = doing("return start(500)", setup=STARTING)

    with sandbox(deployment_of(tmp_path, package, timeout=9), PROCESS) as box:
        object.__setattr__(box.limits, "threads", 40)
        done = box.invoke()

    assert (done.error_type, box.is_warm) == ("Runtime.ExitError", False)
    assert json.loads(done.payload)["errorMessage"].endswith("signal: killed")
