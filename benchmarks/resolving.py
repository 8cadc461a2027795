"""Times the ways to a lock with hashes side by side, in one run: cold caches, then warm ones."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from comparison.install import COMMANDS
from comparison.lab import Lab, remove, set_up
from comparison.machine import describe
from comparison.programs.lpack import configure, lpack
from comparison.running import CommandFailedError
from comparison.workloads import COLD, MACHINE, PYTHON, WARM, WORKLOADS

if TYPE_CHECKING:
    from comparison.workloads import Workload

OUTPUTS = ("pylock.toml", "uv.txt", "pip-compile.txt", "pip-lock.toml")
PLAIN = "pip-compile --generate-hashes"


def programs(lab: Lab) -> dict[str, tuple[str, ...]]:
    """Give the commands; those of pip-tools and pip lock for this machine, as they can no other."""
    asked = lab.requirements(lab.workload.sets[0])
    python, command = str(lab.commands / "python"), lpack(lab)
    target = ("--python-version", PYTHON, "--python-platform", f"{MACHINE}-manylinux_2_34")
    uv = ("uv", "pip", "compile", "--quiet", "--generate-hashes", "--only-binary", ":all:")
    hashed = ("--quiet", "--generate-hashes", "--cache-dir", str(lab.cache / "pip-tools"))
    return {
        "lpack, pip-tools": (command, "lock", "--resolver", "pip-tools"),
        "lpack, uv": (command, "lock", "--resolver", "uv"),
        "uv pip compile --generate-hashes": (*uv, *target, asked, "-o", "uv.txt"),
        PLAIN: ("pip-compile", *hashed, asked, "-o", "pip-compile.txt"),
        "pip lock": (python, "-m", "pip", "lock", "-q", "-r", asked, "-o", "pip-lock.toml"),
    }


def measure(lab: Lab, runs: int, scenario: str) -> dict[str, float]:
    """Let the programs take turns, and give the median of each that works here."""
    times: dict[str, list[float]] = {}
    for _ in range(runs):
        for name, command in programs(lab).items():
            remove(lab.root, ("cache",) if scenario == COLD else ())
            remove(lab.project, OUTPUTS)
            try:
                times.setdefault(name, []).append(lab.run(*command).seconds)
            except CommandFailedError as error:
                print(f"{name}: {error}", file=sys.stderr)
    return {name: statistics.median(values) for name, values in times.items() if values}


def prepared(workload: Workload, root: Path) -> Lab:
    lab = Lab(root, workload, dict.fromkeys(workload.sets, ""), COMMANDS)
    set_up(lab)
    configure(lab)
    return lab


def main() -> None:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", choices=[[], "w2", "w3"], help="default: both")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{describe(Path(tempfile.gettempdir())).line}\n")
    print(f"| workload | caches | program | seconds | `{PLAIN}` takes times as long |")
    print("|---|---|---|---|---|")
    for workload in options.workloads or ("w2", "w3"):
        with tempfile.TemporaryDirectory() as folder:
            lab = prepared(WORKLOADS[workload], Path(folder))
            for scenario in (COLD, WARM):
                medians = measure(lab, options.runs, scenario)
                for name, seconds in medians.items():
                    ratio = f"{medians[PLAIN] / seconds:.1f}" if PLAIN in medians else "-"
                    print(f"| {workload} | {scenario} | {name} | {seconds:.2f} | {ratio} |")


if __name__ == "__main__":
    main()
