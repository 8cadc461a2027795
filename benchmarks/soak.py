"""Calls one function very often, in every way that a call can end, and looks at what is left.

All calls go through one sandbox: most succeed, some raise, answer with megabytes, crash, exceed
their time or leave a daemon. Each kind has one outcome, to the byte; every other one is told with
its kind and number. After each tenth of them the processes, descriptors, temporary folders and the
memory of this process are counted; any that grow are a leak. For either the status is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lpack.model import Call, Surroundings
from lpack.runtime.processes import descendants
from tests.handler_zoo import module
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Isolation
    from lpack.runtime import Sandbox

HANDLER = """
import os, tempfile, time

def handler(event, context):
    kind = event["kind"]
    if kind == "raise":
        raise ValueError(event["number"])
    if kind == "large":
        return event["text"] * 2
    if kind == "log":
        print("x" * 100_000)
    if kind == "file":
        with open(os.path.join(tempfile.gettempdir(), "kept"), "wb") as file:
            file.write(b"x" * 1_000_000)
    if kind == "daemon" and os.fork() == 0:
        os.setsid()
        time.sleep(600)
    if kind in ("crash", "daemon"):
        os._exit(1)
    if kind == "hang":
        time.sleep(600)
    return event["number"]
"""
SHARES = {
    "raise": 0.02,
    "log": 0.005,
    "file": 0.005,
    "large": 0.002,
    "crash": 0.0005,
    "daemon": 0.0005,
    "hang": 0.0003,
}
"""Parts of all calls; the others succeed."""
_TIMEOUT = 3
"""Seconds, which only calls that hang may need, also on a busy machine."""
_SHOWN = 20
"""Wrong outcomes that are told; more would say the same."""
_LOGGED = 50_000
"""Bytes of a log; only one kind of call writes more."""
_EXITED = "Runtime exited with error: exit status 1"
_ERRORS = {
    "raise": ("error", "ValueError", ""),
    "crash": ("error", "Runtime.ExitError", _EXITED),
    "daemon": ("error", "Runtime.ExitError", _EXITED),
    "hang": ("timeout", "Sandbox.Timedout", f"Task timed out after {_TIMEOUT}.00 seconds"),
}
"""Status, type and reason."""
_LARGE = "x" * 2_000_000
_MEMORY_MB = 24
"""What this process may grow by after its first tenth: one large payload in several copies."""


def main() -> None:
    """Print the census after each tenth, and end with 1 if anything has leaked."""
    options = _options()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lpack-soak-") as name:
        census = list(soak(Path(name), options.requests, options.isolation, wrong))
    if problems := [*wrong[:_SHOWN], *leaks(census)]:
        sys.exit("\n".join([*problems, f"{len(wrong)} calls ended otherwise than their kind does"]))
    print("each call ended as its kind does, and nothing has leaked")


def soak(
    folder: Path, requests: int, isolation: Isolation, wrong: list[str]
) -> Iterator[dict[str, int]]:
    """Make the calls; give what there is before them, after each tenth, and after the end.

    What has ended otherwise than it should is added to `wrong`, in words.
    """
    folder.chmod(0o755)
    tempfile.tempdir = str(folder)  # what others leave there is no leak of ours
    kinds = _kinds(requests)
    deployment = deployment_of(folder, module(HANDLER), timeout=_TIMEOUT, memory=256)
    yield _census("before", 0, 0)
    with sandbox(deployment, Surroundings(isolation=isolation)) as box:
        began, tenth = time.monotonic(), max(1, requests // 10)
        for number, kind in enumerate(kinds, 1):
            problem = _problem(box, kind, number)
            wrong += [f"call {number:,} ({kind}): {problem}"] if problem else []
            if number % tenth == 0:
                yield _census("during", number, time.monotonic() - began)
    print(", ".join(f"{kind}: {count:,}" for kind, count in Counter(kinds).most_common()))
    yield _census("after", requests, time.monotonic() - began)


def leaks(census: list[dict[str, int]]) -> list[str]:
    """Say in words what is more than it was."""
    first, warm, last = census[0], census[1], census[-1]
    found = [
        f"{last[name]} {name} are left, and there were {first[name]}"
        for name in ("processes", "descriptors", "folders")
        if last[name] > first[name]
    ]
    busy = census[2:-1]
    found += [
        f"{name} grew from {warm[name]} to {busy[-1][name]}"
        for name in ("processes", "descriptors", "folders")
        if busy and busy[-1][name] > warm[name] + (name == "processes")
    ]
    if busy and busy[-1]["megabytes"] > warm["megabytes"] + _MEMORY_MB:
        found.append(f"memory grew from {warm['megabytes']} to {busy[-1]['megabytes']} MB")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--isolation", choices=("auto", "namespace", "process"), default="auto")
    return parser.parse_args()


def _kinds(requests: int) -> list[str]:
    """Mix all kinds in the same order each time, each of them at least once."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(max(1, int(requests * share)))]
    kinds += ["succeed"] * (requests - len(kinds))
    random.Random(6).shuffle(kinds)  # noqa: S311 - the same each time is what is wanted
    return kinds


def _problem(box: Sandbox, kind: str, number: int) -> str:
    """Make a call, and say what is not as it should be, if anything is."""
    text = _LARGE if kind == "large" else ""
    was_warm = box.is_warm
    event = json.dumps({"kind": kind, "number": number, "text": text}).encode()
    done = box.invoke(Call(event))
    found = {
        "status": done.status,
        "error": done.error_type,
        "payload": _without_trace(done.payload),
        "starts": done.init is not None,
        "stays": box.is_warm,
        "log": len(done.log) > _LOGGED,
    }
    expected = _expected(kind, number, done.request_id) | {"starts": not was_warm}
    differences = [
        f"{name} {str(value)[:200]!r} instead of {str(expected[name])[:200]!r}"
        for name, value in found.items()
        if value != expected[name]
    ]
    return "; ".join(differences)


def _expected(kind: str, number: int, request_id: str) -> dict[str, Any]:
    """Give the one outcome of a kind of call."""
    found = {"status": "success", "error": None, "payload": number, "stays": True}
    found["log"] = kind == "log"
    if kind == "large":
        return found | {"payload": _LARGE * 2}
    if kind not in _ERRORS:
        return found
    status, error, reason = _ERRORS[kind]
    if kind == "raise":
        body = {"errorMessage": str(number), "errorType": error, "requestId": request_id}
    else:
        body = {"errorType": error, "errorMessage": f"RequestId: {request_id} Error: {reason}"}
    return found | {"status": status, "error": error, "payload": body, "stays": kind == "raise"}


def _without_trace(payload: bytes) -> Any:
    found = json.loads(payload)
    if isinstance(found, dict):
        found.pop("stackTrace", None)
    return found


def _census(moment: str, number: int, seconds: float) -> dict[str, int]:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    found = {
        "processes": len(descendants(os.getpid())),
        "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names only
        "folders": len(list(Path(tempfile.gettempdir()).glob("lpack-run-*"))),
        "megabytes": pages * os.sysconf("SC_PAGE_SIZE") >> 20,
    }
    counted = ", ".join(f"{count} {name}" for name, count in found.items())
    print(f"{moment:>6} {number:>9,} calls {seconds:7.0f} s: {counted}", flush=True)
    return found


if __name__ == "__main__":
    main()
