"""Times what a lock brings over the network, cold: lpack beside `uv pip install --target`."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from compare import BIN, MACHINE, RUNTIME, WORKLOADS, Lab, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

# What `lpack stage` does between the lock and the folder, with no command of its own.
FETCH = """
import os, sys
from pathlib import Path
import tomli
from lpack.index.settings import read_index_settings
from lpack.model import LockedPackage, LockedWheel
from lpack.store import WheelStore

root = Path(sys.argv[1])
packages = [
    LockedPackage(
        one["name"],
        one["version"],
        tuple(
            LockedWheel(wheel["name"], wheel["url"], wheel["hashes"]["sha256"], wheel["size"])
            for wheel in one["wheels"]
        ),
    )
    for one in tomli.loads((root / "pylock.toml").read_text())["packages"]
]
store = WheelStore(Path(os.environ["LPACK_CACHE_DIR"]))
missing = [one for one in packages if store.find(one) is None]
if missing:
    from lpack.store.download import Downloader
    from lpack.store.together import fetch_all

    downloader = Downloader(store, read_index_settings(os.environ, root), lambda count: None)
    fetch_all(missing, downloader)
    downloader.close()
"""


def lpack_fetch(lab: Lab) -> None:
    lab.run(BIN / "python", "-c", FETCH, lab.project)


def lpack_stage(lab: Lab) -> None:
    lab.run(BIN / "lpack", "stage", "--quiet", "--locked", "--to", lab.root / "target")


def uv(lab: Lab) -> None:
    version = ("--python-version", RUNTIME.removeprefix("python"))
    place = ("--python-platform", f"{MACHINE}-manylinux_2_34", "--only-binary", ":all:")
    words = [BIN / "uv", "pip", "install", "--quiet", "--target", lab.root / "target", "--no-deps"]
    lab.run(*words, *version, *place, "--require-hashes", "-r", lab.requirements)


PROGRAMS: dict[str, Callable[[Lab], None]] = {
    "uv pip install --target": uv,
    "lpack's fetch": lpack_fetch,
    "lpack stage": lpack_stage,
}


def timed(program: Callable[[Lab], None], lab: Lab) -> float:
    for folder in ("cache", "target"):
        shutil.rmtree(lab.root / folder, ignore_errors=True)
    start = time.perf_counter()
    program(lab)
    return time.perf_counter() - start


def main() -> None:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", nargs="?", default="w3", choices=[*WORKLOADS][1:])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument(
        "--folder", help="where to write, such as /dev/shm (default: as Python does)"
    )
    options = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        lab = Lab(Path(folder))
        prepare(lab, WORKLOADS[options.workload])
        for _ in range(options.runs):
            # In turn, so that a ratio compares what happened at the same time.
            for name, program in PROGRAMS.items():
                times[name].append(timed(program, lab))
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(f"| {options.workload}, cold | median s | least s | most s | times uv |")
    print("|---|---|---|---|---|")
    base = statistics.median(times["uv pip install --target"])
    for name, values in times.items():
        median = statistics.median(values)
        row = f"{median:.3f} | {min(values):.3f} | {max(values):.3f} | {median / base:.2f}"
        print(f"| {name} | {row} |")


if __name__ == "__main__":
    main()
