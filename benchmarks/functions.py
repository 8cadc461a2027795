"""Times `lpack build` of a project with many functions over ten sets of dependencies."""

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

SETS = (
    ("requests",),
    ("pyyaml", "jinja2"),
    ("httpx",),
    ("pyjwt", "cachetools"),
    ("attrs", "cattrs"),
    ("python-dateutil", "pytz"),
    ("click", "rich"),
    ("itsdangerous", "werkzeug"),
    ("pydantic",),
    ("sqlalchemy",),
)
RUNTIME = "python3.13"
SCENARIOS = ("cold", "warm", "line", "none")
BIN = Path(sys.executable).parent
HANDLER = """\
from pathlib import Path

NAME, NUMBER = "{name}", {number}


def handler(event, context):
    return {{"name": NAME, "number": NUMBER, "here": str(Path(__file__))}}
"""
MODULES = 4
"""Files of a function besides its handler."""


@dataclass(frozen=True)
class Lab:
    """One project and its caches, all temporary."""

    root: Path
    functions: int

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "LPACK_CACHE_DIR": str(self.root / "cache" / "lpack"),
            "UV_CACHE_DIR": str(self.root / "cache" / "uv"),
            "UV_PYTHON_DOWNLOADS": "never",
        }

    def run(self, *command: str | Path) -> float:
        """Run a command in the project, and give its wall time in seconds."""
        started = time.perf_counter()
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.project,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        taken = time.perf_counter() - started
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        return taken


def generate(lab: Lab) -> None:
    """Write the functions, each with a few files, and one requirements file a set."""
    lines = []
    for number in range(lab.functions):
        name = f"function-{number:03}"
        folder = lab.project / "functions" / name
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(HANDLER.format(name=name, number=number))
        for module in range(MODULES):
            (folder / f"part_{module}.py").write_text(f"PART = {module}\n" * 50)
        lines += [
            f"[functions.{name}]",
            'handler = "app.handler"',
            f'source = "functions/{name}"',
            f'requirements = "requirements/set-{number % len(SETS)}.txt"',
            f'runtime = "{RUNTIME}"\n',
        ]
    (lab.project / "lpack.toml").write_text("\n".join(lines))
    (lab.project / "requirements").mkdir()
    for number, packages in enumerate(SETS):
        text = "\n".join(packages) + "\n"
        (lab.project / "requirements" / f"set-{number}.txt").write_text(text)


def forget(lab: Lab, *, locks: bool) -> None:
    """Take away what a build has made; `locks` and the caches too where it is to be cold."""
    shutil.rmtree(lab.project / "dist", ignore_errors=True)
    if locks:
        shutil.rmtree(lab.root / "cache", ignore_errors=True)
        for lock in lab.project.glob("pylock*.toml"):
            lock.unlink()


def change_line(lab: Lab, number: int) -> None:
    handler = lab.project / "functions" / "function-007" / "app.py"
    name = handler.parent.name
    handler.write_text(HANDLER.format(name=name, number=1000 + number))


def lpack(lab: Lab, jobs: int) -> float:
    return lab.run(BIN / "lpack", "build", "--quiet", "-j", str(jobs))


def uv_and_zip(lab: Lab, jobs: int) -> float:
    """Build every function as the usual script does: install, copy, zip, one after the other."""
    del jobs
    script = " && ".join(
        f"uv pip install -q --target out/{number} --python-version 3.13 "
        "--python-platform x86_64-manylinux_2_34 --only-binary :all: "
        f"-r requirements/set-{number % len(SETS)}.txt && "
        f"cp functions/function-{number:03}/*.py out/{number}/ && "
        f"(cd out/{number} && zip -qr ../{number}.zip .)"
        for number in range(lab.functions)
    )
    shutil.rmtree(lab.project / "out", ignore_errors=True)
    taken = lab.run("sh", "-ec", f"PATH={BIN}:$PATH; {script}")
    shutil.rmtree(lab.project / "out")
    return taken


def measure(lab: Lab, program: Callable[[Lab, int], float], jobs: int, runs: int) -> list[str]:
    """Give the medians of the scenarios, in their order."""
    taken: dict[str, list[float]] = {scenario: [] for scenario in SCENARIOS}
    for number in range(runs):
        forget(lab, locks=True)
        taken["cold"].append(program(lab, jobs))
        forget(lab, locks=False)
        taken["warm"].append(program(lab, jobs))
        change_line(lab, number)
        time.sleep(0.05)  # a file that is younger than the build may still change
        taken["line"].append(program(lab, jobs))
        taken["none"].append(program(lab, jobs))
    return [f"{statistics.median(values):.2f}" for values in taken.values()]


def written(lab: Lab) -> int:
    return sum(path.stat().st_size for path in (lab.project / "dist").glob("*.zip"))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("functions", nargs="*", type=int, default=[20, 200])
    parser.add_argument("--jobs", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", action="store_true", help="also uv and zip, warm")
    options = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}\n")
    print(f"| functions | program | {' | '.join(SCENARIOS)} | zips, MB |")
    print("|---|---|" + "---|" * (len(SCENARIOS) + 1))
    for functions in options.functions:
        with tempfile.TemporaryDirectory(prefix="lpack-benchmark-") as folder:
            lab = Lab(Path(folder), functions)
            generate(lab)
            for jobs in options.jobs:
                row = measure(lab, lpack, jobs, options.runs)
                size = f"{written(lab) / 1e6:.1f}"
                print(f"| {functions} | lpack -j {jobs} | {' | '.join(row)} | {size} |", flush=True)
            if options.peers:
                warm = statistics.median(uv_and_zip(lab, 1) for _ in range(options.runs))
                print(f"| {functions} | uv + zip | - | {warm:.2f} | - | - | - |", flush=True)


if __name__ == "__main__":
    main()
