"""Times what a lock brings over the network, cold: lpack beside `uv pip install --target`."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from comparison.install import COMMANDS
from comparison.lab import Lab, remove, set_up
from comparison.machine import describe
from comparison.pins import pin
from comparison.programs.lpack import LPACK, lpack
from comparison.programs.uv import install
from comparison.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Callable

    from comparison.running import Spent
    from comparison.workloads import Workload

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
UV = "uv pip install --target"


def uv(lab: Lab) -> Spent:
    return lab.run(*install(lab, "../target").command)


def lpack_fetch(lab: Lab) -> Spent:
    return lab.run(lab.commands / "python", "-c", FETCH, lab.project)


def lpack_stage(lab: Lab) -> Spent:
    return lab.run(lpack(lab), "stage", "--quiet", "--locked", "--to", "../target/app")


PROGRAMS: dict[str, Callable[[Lab], Spent]] = {
    UV: uv,
    "lpack's fetch": lpack_fetch,
    "lpack stage": lpack_stage,
}


def measure(workload: Workload, root: Path, runs: int) -> dict[str, list[float]]:
    """Let the programs take turns, each with empty caches."""
    pins = pin(workload.sets, root / "pins", COMMANDS)
    labs = {
        name: Lab(root / str(number), workload, pins, COMMANDS)
        for number, name in enumerate(PROGRAMS)
    }
    for name, lab in labs.items():
        set_up(lab)
        if name != UV:
            LPACK.prepare(lab)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(runs):
        for name, program in PROGRAMS.items():
            remove(labs[name].root, ("cache", "target"))
            times[name].append(program(labs[name]).seconds)
    return times


def main() -> None:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", nargs="?", default="w3", choices=["w2", "w3"])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument(
        "--folder", help="where to write, such as /dev/shm (default: as Python does)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        times = measure(WORKLOADS[options.workload], Path(folder), options.runs)
        print(f"{describe(Path(folder)).line}\n")
    print(f"| {options.workload}, cold | median s | least s | most s | times uv |")
    print("|---|---|---|---|---|")
    base = statistics.median(times[UV])
    for name, values in times.items():
        median = statistics.median(values)
        row = f"{median:.3f} | {min(values):.3f} | {max(values):.3f} | {median / base:.2f}"
        print(f"| {name} | {row} |")


if __name__ == "__main__":
    main()
