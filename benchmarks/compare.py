"""Times `lpack build` beside the recipes that people use, and beside the floor, in one run."""

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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WORKLOADS = {
    "w1": (),
    "w2": ("requests", "pydantic", "aws-lambda-powertools", "jinja2"),
    "w3": ("pandas", "numpy"),
}
RUNTIME = "python3.13"
MACHINE = "x86_64"
HANDLER = "def handler(event, context):\n    return {0}\n"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Lab:
    """One workload's folders, all temporary."""

    root: Path

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def requirements(self) -> Path:
        """The lock in the form that pip and uv install from."""
        return self.root / "hashed.txt"

    @property
    def environ(self) -> dict[str, str]:
        """Caches of their own, so that cold is cold."""
        return {
            **os.environ,
            "LPACK_CACHE_DIR": str(self.root / "cache" / "lpack"),
            "UV_CACHE_DIR": str(self.root / "cache" / "uv"),
            "PIP_CACHE_DIR": str(self.root / "cache" / "pip"),
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_LINK_MODE": "hardlink",
        }

    def run(self, *command: str | Path, cwd: Path | None = None) -> None:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd or self.project,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def prepare(lab: Lab, packages: tuple[str, ...]) -> None:
    lab.project.mkdir(parents=True)
    (lab.project / "app.py").write_text(HANDLER.format(0))
    (lab.project / "requirements.txt").write_text("\n".join(packages) + "\n")
    (lab.project / "lpack.toml").write_text(
        f'[functions.app]\nhandler = "app.handler"\nruntime = "{RUNTIME}"\n'
        'exclude = ["lpack.toml", "requirements.txt"]\n'
    )
    lab.run(BIN / "lpack", "lock")
    lines = []
    if packages:
        import tomli  # noqa: PLC0415 - only here

        for package in tomli.loads((lab.project / "pylock.toml").read_text())["packages"]:
            hashes = " ".join(f"--hash=sha256:{w['hashes']['sha256']}" for w in package["wheels"])
            lines.append(f"{package['name']}=={package['version']} {hashes}")
    lab.requirements.write_text("\n".join(lines) + "\n")


def lpack(lab: Lab) -> None:
    lab.run(BIN / "lpack", "build", "--quiet")


def uv_and_zip(lab: Lab) -> None:
    target = lab.root / "uv-target"
    words = [BIN / "uv", "pip", "install", "--quiet", "--target", target, "--no-deps"]
    if lab.requirements.read_text().strip():
        version = ("--python-version", RUNTIME.removeprefix("python"))
        place = ("--python-platform", f"{MACHINE}-manylinux_2_34", "--only-binary", ":all:")
        lab.run(*words, *version, *place, "--require-hashes", "-r", lab.requirements)
    _zip(lab, target)


def pip_and_zip(lab: Lab) -> None:
    target = lab.root / "pip-target"
    if lab.requirements.read_text().strip():
        words = [BIN / "python", "-m", "pip", "install", "--quiet", "--target", target, "--no-deps"]
        place = (
            "--platform",
            f"manylinux_2_28_{MACHINE}",
            "--platform",
            f"manylinux2014_{MACHINE}",
        )
        version = ("--python-version", RUNTIME.removeprefix("python"), "--only-binary", ":all:")
        lab.run(*words, *place, *version, "--require-hashes", "-r", lab.requirements)
    _zip(lab, target)


def _zip(lab: Lab, target: Path) -> None:
    target.mkdir(exist_ok=True)
    shutil.copy(lab.project / "app.py", target)
    lab.run("zip", "-qr", target.with_suffix(".zip"), ".", cwd=target)


def floor(lab: Lab) -> None:
    archive = lab.project / "dist" / "app.zip"
    script = (
        "import hashlib,sys\nd=hashlib.sha256()\n"
        "with open(sys.argv[1],'rb') as a, open(sys.argv[2],'wb') as b:\n"
        "  while c:=a.read(1<<20): d.update(c); b.write(c)\n"
    )
    lab.run(BIN / "python", "-I", "-S", "-c", script, archive, lab.root / "copy")


def forget_caches(lab: Lab) -> None:
    shutil.rmtree(lab.root / "cache", ignore_errors=True)
    forget_artifacts(lab)


def forget_artifacts(lab: Lab) -> None:
    for path in (lab.project / "dist", lab.root / "uv-target", lab.root / "pip-target"):
        shutil.rmtree(path, ignore_errors=True)
        path.with_suffix(".zip").unlink(missing_ok=True)


def change_a_line(lab: Lab) -> None:
    (lab.project / "app.py").write_text(HANDLER.format(time.time_ns()))
    time.sleep(0.05)


def nothing(lab: Lab) -> None:
    del lab


SCENARIOS: dict[str, Callable[[Lab], None]] = {
    "cold": forget_caches,
    "warm": forget_artifacts,
    "line": change_a_line,
    "none": nothing,
}
OTHERS = {"uv + zip": uv_and_zip, "pip + zip": pip_and_zip}


def measure(lab: Lab, scenario: str, runs: int) -> dict[str, float]:
    incremental = scenario in ("line", "none")
    programs = {"lpack": lpack} | ({} if incremental else OTHERS)
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(runs):
        for name, program in programs.items():
            SCENARIOS[scenario](lab)
            times[name].append(_timed(program, lab))
    lpack(lab)  # another program's turn may have taken the archive away
    times["floor"] = [_timed(floor, lab) for _ in range(runs)]
    return {name: statistics.median(values) for name, values in times.items()}


def _timed(program: Callable[[Lab], None], lab: Lab) -> float:
    start = time.perf_counter()
    program(lab)
    return time.perf_counter() - start


def main() -> None:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", choices=[[], *WORKLOADS], help="default: all")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| workload | scenario | program | seconds | times lpack |")
    print("|---|---|---|---|---|")
    for workload in options.workloads or WORKLOADS:
        with tempfile.TemporaryDirectory() as folder:
            lab = Lab(Path(folder))
            prepare(lab, WORKLOADS[workload])
            warm: dict[str, float] = {}
            for scenario in SCENARIOS:
                medians = measure(lab, scenario, options.runs)
                if scenario == "warm":
                    warm = medians
                medians |= {name: warm[name] for name in OTHERS if name not in medians and warm}
                for name, seconds in medians.items():
                    ratio = seconds / medians["lpack"]
                    print(f"| {workload} | {scenario} | {name} | {seconds:.3f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
