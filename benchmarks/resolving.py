"""Times the ways to a lock with hashes side by side, in one run: cold caches, then warm ones."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

WORKLOADS = {
    "w2": ("requests", "pydantic", "aws-lambda-powertools", "jinja2"),
    "w3": ("pandas", "numpy"),
}
RUNTIME = "python3.13"
PLATFORM = "x86_64-manylinux_2_34"
BIN = Path(sys.executable).parent
OUTPUTS = ("pylock.toml", "uv.txt", "pip-compile.txt", "pip-lock.toml")
PLAIN = "pip-compile --generate-hashes"


@dataclass(frozen=True)
class Lab:
    """A project, and caches of its own, so that cold is cold."""

    root: Path

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "LPACK_CACHE_DIR": str(self.root / "cache" / "lpack"),
            "UV_CACHE_DIR": str(self.root / "cache" / "uv"),
            "PIP_CACHE_DIR": str(self.root / "cache" / "pip"),
            "UV_PYTHON_DOWNLOADS": "never",
        }

    def prepare(self, packages: tuple[str, ...]) -> None:
        self.project.mkdir(parents=True)
        (self.project / "app.py").write_text("def handler(event, context):\n    return 0\n")
        (self.project / "requirements.txt").write_text("\n".join(packages) + "\n")
        (self.project / "lpack.toml").write_text(
            f'[functions.app]\nhandler = "app.handler"\nruntime = "{RUNTIME}"\n'
        )

    def forget(self, *, caches: bool) -> None:
        """Remove the outputs, and the caches when the next run is to be a cold one."""
        for name in OUTPUTS:
            (self.project / name).unlink(missing_ok=True)
        if caches:
            shutil.rmtree(self.root / "cache", ignore_errors=True)

    def seconds(self, command: tuple[str, ...]) -> float | None:
        """Run a command to its end; None when the program is not there or fails."""
        start = time.perf_counter()
        try:
            done = subprocess.run(
                command, cwd=self.project, env=self.environ, capture_output=True, check=False
            )
        except OSError:
            return None
        return None if done.returncode else time.perf_counter() - start


def programs(lab: Lab) -> dict[str, tuple[str, ...]]:
    cache = str(lab.root / "cache" / "pip-tools")
    python = str(BIN / "python")
    asked = "requirements.txt"
    uv = (
        *("pip", "compile", "--quiet", "--generate-hashes", "--only-binary", ":all:"),
        *("--python-version", RUNTIME.removeprefix("python"), "--python-platform", PLATFORM),
    )
    return {
        "lpack, pip-tools": (str(BIN / "lpack"), "lock", "--resolver", "pip-tools"),
        "lpack, uv": (str(BIN / "lpack"), "lock", "--resolver", "uv"),
        "uv pip compile --generate-hashes": (str(BIN / "uv"), *uv, asked, "-o", "uv.txt"),
        PLAIN: (
            *(str(BIN / "pip-compile"), "--quiet", "--generate-hashes", "--cache-dir", cache),
            *(asked, "-o", "pip-compile.txt"),
        ),
        "pip lock": (python, "-m", "pip", "lock", "-q", "-r", asked, "-o", "pip-lock.toml"),
    }


def measure(lab: Lab, runs: int, *, cold: bool) -> dict[str, float]:
    """Let the programs take turns, and give the median of each that works here."""
    times: dict[str, list[float]] = {}
    for _ in range(runs):
        for name, command in programs(lab).items():
            lab.forget(caches=cold)
            seconds = lab.seconds(command)
            if seconds is not None:
                times.setdefault(name, []).append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", choices=[[], *WORKLOADS], help="default: all")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(f"| workload | caches | program | seconds | `{PLAIN}` takes times as long |")
    print("|---|---|---|---|---|")
    for workload in options.workloads or WORKLOADS:
        with tempfile.TemporaryDirectory() as folder:
            lab = Lab(Path(folder))
            lab.prepare(WORKLOADS[workload])
            for scenario in ("cold", "warm"):
                medians = measure(lab, options.runs, cold=scenario == "cold")
                for name, seconds in medians.items():
                    ratio = f"{medians[PLAIN] / seconds:.1f}" if PLAIN in medians else "-"
                    print(f"| {workload} | {scenario} | {name} | {seconds:.2f} | {ratio} |")


if __name__ == "__main__":
    main()
