"""Times calls of a function: cold, after an edit, and warm, beside Python alone and other tools.

The function is the same for all: one module without dependencies, in this machine's own Python.
python-lambda-local runs it too, where it is installed (`--peer PATH`).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from comparison.machine import describe

if TYPE_CHECKING:
    from collections.abc import Callable

HANDLER = "import json, os\n\ndef handler(event, context):\n    return {'got': event}\n"
CONFIGURATION = """[functions.api]
handler = "app.handler"
runtime = "python{}.{}"
requirements = []
"""
BARE = "import app; print(app.handler({}, None))"
_EVENTS = 500
_TARGET_COLD, _TARGET_WARM = 250, 2


def main() -> None:
    """Print a table of medians, in milliseconds."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="lpack-bench-") as name:
        folder = Path(name)
        _write(folder)
        rows = _rows(folder, options.peer)
        spent = {label: [] for label, _ in rows}  # type: dict[str, list[float]]
        for label, run in rows:
            run()  # what is found out once is found out
            spent[label].clear()
        for _ in range(options.runs):
            for label, run in rows:
                spent[label].append(run())
        warm = _warm(folder)
        print(describe(folder))
    print("\n| what | median ms | least | more than Python alone |\n|---|---|---|---|")
    bare = statistics.median(spent["python -c"])
    for label, found in spent.items():
        median = statistics.median(found)
        print(f"| {label} | {median:.0f} | {min(found):.0f} | {median - bare:+.0f} |")
    median = statistics.median(warm)
    print(f"| a warm call | {median:.2f} | {min(warm):.2f} | |")
    cold = statistics.median(spent["lpack invoke"]) - bare
    print(f"\ncold: {cold:.0f} ms more than Python alone, of {_TARGET_COLD}")
    print(f"warm: {median:.2f} ms, of {_TARGET_WARM}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--peer", metavar="PATH", help="a python-lambda-local")
    return parser.parse_args()


def _write(folder: Path) -> None:
    (folder / "app.py").write_text(HANDLER)
    (folder / "lpack.toml").write_text(CONFIGURATION.format(*sys.version_info))
    (folder / "event.json").write_text("{}")
    events = folder / "events"
    events.mkdir()
    for number in range(_EVENTS):
        (events / f"{number:04}.json").write_text(json.dumps({"number": number}))


def _rows(folder: Path, peer: str | None) -> list[tuple[str, Callable[[], float]]]:
    def timed(*words: str) -> float:
        started = time.perf_counter()
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
        return (time.perf_counter() - started) * 1000

    lpack = str(Path(sys.executable).with_name("lpack"))

    def edited() -> float:
        # Another content each time, and old enough to be sure of.
        (folder / "app.py").write_text(f"{HANDLER}# {os.urandom(8).hex()}\n")
        time.sleep(0.05)
        return timed(lpack, "invoke")

    rows: list[tuple[str, Callable[[], float]]] = [
        ("python -c", lambda: timed(sys.executable, "-c", BARE)),
        ("lpack invoke", lambda: timed(lpack, "invoke")),
        ("lpack invoke, a line changed", edited),
    ]
    if peer:
        words = (peer, "-f", "handler", "app.py", "event.json")
        rows.append(("python-lambda-local", lambda: timed(*words)))
    # The edit last: what comes after it would not be unchanged.
    rows.sort(key=lambda row: "changed" in row[0])
    return rows


def _warm(folder: Path) -> list[float]:
    """Give the milliseconds of the calls of one process, as the client of the sandbox has them."""
    script = (
        "import json, sys, time\n"
        "from lpack.cli.head_start import begin\n"
        "import os\n"
        "head = begin([], os.environ)\n"
        "assert head is not None\n"
        "from lpack.model import Call\n"
        "spent = []\n"
        "for number in range(int(sys.argv[1])):\n"
        "    started = time.perf_counter()\n"
        "    head.sandbox.invoke(Call(b'{}'))\n"
        "    spent.append((time.perf_counter() - started) * 1000)\n"
        "head.close()\n"
        "print(json.dumps(spent[1:]))\n"
    )
    lpack = str(Path(sys.executable).with_name("lpack"))
    for _ in range(2):
        subprocess.run([lpack, "invoke"], cwd=folder, check=True, capture_output=True)
    words = [sys.executable, "-c", script, str(_EVENTS)]
    done = subprocess.run(words, cwd=folder, check=True, capture_output=True)
    found: list[float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
