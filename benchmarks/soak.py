"""Calls one function very often, in every way that a call can end, and looks at what is left.

All calls go through one sandbox: most succeed, some raise, answer with megabytes, crash, exceed
their time or leave a daemon. After each tenth of them the processes, descriptors, temporary
folders and the memory of this process are counted; any that grow are a leak, and the status is 1.
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
from typing import TYPE_CHECKING

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
_TIMEOUT = 0.3
_LARGE = "x" * 2_000_000
_MEMORY_MB = 24
"""What this process may grow by after its first tenth: one large payload in several copies."""


def main() -> None:
    """Print the census after each tenth, and end with 1 if anything has leaked."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="lpack-soak-") as name:
        census = list(soak(Path(name), options.requests, options.isolation))
    if problems := leaks(census):
        sys.exit("\n".join(problems))
    print("nothing has leaked")


def soak(folder: Path, requests: int, isolation: Isolation) -> Iterator[dict[str, int]]:
    """Make the calls; give what there is before them, after each tenth, and after the end."""
    folder.chmod(0o755)
    tempfile.tempdir = str(folder)  # what others leave there is no leak of ours
    kinds = _kinds(requests)
    deployment = deployment_of(folder, module(HANDLER), timeout=_TIMEOUT, memory=256)
    yield _census("before", 0, 0)
    with sandbox(deployment, Surroundings(isolation=isolation)) as box:
        began, tenth = time.monotonic(), max(1, requests // 10)
        for number, kind in enumerate(kinds, 1):
            _call(box, number, kind)
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


def _call(box: Sandbox, number: int, kind: str) -> None:
    text = _LARGE if kind == "large" else ""
    done = box.invoke(Call(json.dumps({"kind": kind, "number": number, "text": text}).encode()))
    expected = {"raise": "ValueError", "crash": "Runtime.ExitError", "daemon": "Runtime.ExitError",
                "hang": "Sandbox.Timedout"}.get(kind)  # fmt: skip
    # A slow machine may take longer than the short time that is allowed here.
    if done.error_type != expected and done.status != "timeout":
        sys.exit(f"call {number} ({kind}): {done.payload[:300]!r}")
    is_number = expected is None and kind != "large" and done.status == "success"
    if is_number and json.loads(done.payload) != number:
        sys.exit(f"call {number} was answered with {done.payload[:300]!r}")


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
