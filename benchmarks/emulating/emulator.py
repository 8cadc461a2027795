"""AWS's emulator: where it comes from, and how one function runs in it.

https://github.com/aws/aws-lambda-runtime-interface-emulator is made of the very code that serves
functions on Lambda, and comes as a program within the wheel of aws-sam-cli. Here it runs in the
namespaces that lpack makes, so that a function sees the same files under either.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import io
import json
import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.model import Surroundings
from lpack.runtime import Keeper, NoIsolation
from lpack.runtime.environment import RUNTIME, Places, environment, log_stream
from lpack.runtime.frames import Frames
from lpack.runtime.layout import enclosed, plan_for
from lpack.system import System
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Call, Deployment

VERSION = "1.170.0"
SHA256 = "24ebaf5ecba38dc1758089968cb89ab61e124b84e92a344fc7a2771a47f4d0bf"
_MEMBER = "samcli/local/rapid/aws-lambda-rie-{}"
_MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
_PLACE = "/var/rapid"
_PATIENCE = 10.0
"""Seconds for the emulator to start."""
_LINGER = 0.1
"""Seconds in which what was written before an answer arrives."""
_INVOCATIONS = "/2015-03-31/functions/function/invocations"
AROUND = Surroundings(isolation="namespace", account="012345678912")
"""The account is the emulator's."""
_OWN_LINE = re.compile(rb"\d\d? \w{3} \d{4} \d\d:\d\d:\d\d,\d{3} \[\w+\] \(rapid\) .*\n")


class NoEmulator(Exception):
    """Why it cannot be had."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the emulator answered to a call."""

    status: int
    body: bytes


def fetched(cache: Path) -> Path:
    """Give the program, from a folder where it is kept; raises NoEmulator."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise NoEmulator(f"there is none for {platform.machine()}")
    name = _MEMBER.format(machine)
    program = cache / f"{VERSION}-{machine}" / "emulator"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        whole = program.with_suffix(f".{os.getpid()}")
        whole.write_bytes(_wheel().read(name))
        for one in (program.parent, whole):
            one.chmod(0o755)
        whole.replace(program)
    return program


def _wheel() -> zipfile.ZipFile:
    """Let pip fetch the wheel, and see that it is the one; raises NoEmulator."""
    with tempfile.TemporaryDirectory(prefix="lpack-emulator-") as folder:
        pinned = Path(folder) / "pinned.txt"
        pinned.write_text(f"aws-sam-cli=={VERSION} --hash=sha256:{SHA256}\n")
        words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        words += ["--only-binary=:all:", "--require-hashes", "--requirement", str(pinned)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoEmulator(done.stderr)
        (wheel,) = Path(folder).glob("*.whl")
        return zipfile.ZipFile(io.BytesIO(wheel.read_bytes()))


class Emulator:
    """The emulator with one function in it."""

    def __init__(self, program: Path, deployment: Deployment) -> None:
        """Start it; raises NoIsolation where there are no namespaces."""
        self.keeper = Keeper(System())
        self._frames = Frames()
        self._written = bytearray()
        plan = plan_for(deployment, AROUND)
        plan["binds"].append((str(program.parent), _PLACE, False))
        command = " ".join(enclosed(deployment).command)
        # As on Lambda, the client writes its own lines into a descriptor.
        script = f"#!/bin/sh\nexport _LAMBDA_TELEMETRY_LOG_FD=3\nexec 3>&1\nexec {command}\n"
        plan["files"][f"{RUNTIME}/bootstrap"] = script
        if reason := self.keeper.prepare(plan):
            self.keeper.close()
            raise NoIsolation(reason)
        variables = environment(deployment, AROUND, Places(), log_stream(AROUND), "")
        for name in ("AWS_LAMBDA_RUNTIME_API", "_LAMBDA_TELEMETRY_LOG_FD"):
            variables.pop(name, None)
        variables["AWS_LAMBDA_FUNCTION_TIMEOUT"] = str(int(deployment.timeout))
        api, self.port = _free_ports()
        words = ["--runtime-api-address", f"127.0.0.1:{api}"]
        words += ["--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"]
        threading.Thread(target=self._read, daemon=True).start()
        self.keeper.spawn("emulator", (f"{_PLACE}/emulator", *words), variables, "/var/task", {})
        self._wait()

    def invoke(self, call: Call) -> Answered:
        """Make a call."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"X-Amzn-Trace-Id": call.trace} if call.trace else {}
        if call.client_context is not None:
            text = json.dumps(dict(call.client_context))
            headers["X-Amz-Client-Context"] = base64.b64encode(text.encode()).decode()
        if call.tenant:
            headers["X-Amz-Tenant-Id"] = call.tenant
        connection.request("POST", _INVOCATIONS, call.event, headers)
        answer = connection.getresponse()
        return Answered(answer.status, answer.read())

    def log(self) -> str:
        """Give what has been written, without the emulator's lines about itself."""
        time.sleep(_LINGER)
        return _OWN_LINE.sub(b"", bytes(self._written)).decode(errors="replace")

    def close(self) -> None:
        """End it and all that it has started."""
        self.keeper.close()

    def _read(self) -> None:
        """Read while calls are made: who writes much waits for it."""
        with os.fdopen(os.dup(self.keeper.log), "rb", buffering=0) as log:
            os.set_blocking(log.fileno(), True)
            while piece := log.read(1 << 16):
                self._written += b"".join(self._frames.feed(piece))

    def _wait(self) -> None:
        give_up = time.monotonic() + _PATIENCE
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.01)
        raise NoEmulator(self.log())


@contextlib.contextmanager
def emulator(program: Path, deployment: Deployment) -> Iterator[Emulator]:
    """Start the emulator with a function, and end it for sure."""
    found = Emulator(program, deployment)
    try:
        yield found
    finally:
        found.close()


def _free_ports() -> list[int]:
    with contextlib.ExitStack() as opened:
        both = [opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        return [one.getsockname()[1] for one in both]
