"""Times the pre-commit hook: `lpack check --no-dependencies` of 20 functions, one file changed.

Process time, user and system, of all processes that the hook starts; what an interpreter takes
that does nothing is given beside it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FUNCTIONS = 20
HOOK = ("-m", "lpack", "check", "--no-dependencies")
CHECK = ("-m", "lpack", "check")
BARE = ("-c", "pass")
MODULE = '''\
"""One of the modules of a function."""

import json
import os


class Part:
    """Does nothing in particular."""

    def __init__(self, name: str) -> None:
        self.name = name

    def told(self) -> str:
        return json.dumps({"name": self.name, "stage": os.environ.get("STAGE")})


def handler(event, context):
    return {"statusCode": 200, "body": Part(event.get("name", "")).told()}
'''


def make_project(folder: Path) -> list[Path]:
    """Write functions of five modules each, and give their handlers."""
    tables, handlers = ['[defaults]\nruntime = "python3.13"\nmemory = 256\n'], []
    for number in range(FUNCTIONS):
        name = f"function-{number:02}"
        source = folder / "functions" / name
        source.mkdir(parents=True)
        for module in ("app", "models", "routes", "storage", "texts"):
            (source / f"{module}.py").write_text(MODULE)
        handlers.append(source / "app.py")
        tables.append(
            f'[functions.{name}]\nhandler = "app.handler"\nsource = "functions/{name}"\n'
            f'requirements = false\nenvironment = {{ STAGE = "production", NAME = "{name}" }}\n'
            'triggers = ["http"]\n'
        )
    (folder / "lpack.toml").write_text("\n".join(tables))
    return handlers


def process_time(words: tuple[str, ...], folder: Path, environ: dict[str, str]) -> float:
    """Give user and system seconds of a process, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *words], cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(runs: int) -> dict[str, list[float]]:
    """Let the commands take turns, each time after a change of one handler."""
    found: dict[str, list[float]] = {
        "bare": [],
        "first": [],
        "changed": [],
        "check": [],
        "none": [],
    }
    with tempfile.TemporaryDirectory(prefix="lpack-hook-") as name:
        folder = Path(name) / "project"
        folder.mkdir()
        handlers = make_project(folder)
        for run in range(runs):
            environ = {**os.environ, "LPACK_CACHE_DIR": f"{name}/cache-{run}"}
            # An installed program has its bytecode.
            environ.pop("PYTHONDONTWRITEBYTECODE", None)
            _wait()
            found["first"].append(process_time(HOOK, folder, environ))
            process_time(CHECK, folder, environ)
            for case, command in (("check", CHECK), ("changed", HOOK)):
                handlers[run % FUNCTIONS].write_text(f"{MODULE}# {case} {run}\n")
                _wait()
                found[case].append(process_time(command, folder, environ))
            found["none"].append(process_time(HOOK, folder, environ))
            found["bare"].append(process_time(BARE, folder, environ))
    return found


def _wait() -> None:
    """Let files grow old enough to be remembered by their stamps, as they are in real life."""
    time.sleep(0.1)


LABELS = {
    "bare": "`python -c pass`",
    "first": "the hook, nothing remembered",
    "changed": "the hook, one file changed",
    "none": "the hook, nothing changed",
    "check": "`lpack check`, one file changed",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=10)
    found = measure(parser.parse_args().runs)
    bare = statistics.median(found["bare"])
    print("| what | ms of process time | on top of the interpreter's start |")
    print("|---|--:|--:|")
    for case, label in LABELS.items():
        median = statistics.median(found[case])
        print(f"| {label} | {median * 1000:.0f} | {(median - bare) * 1000:.0f} |")


if __name__ == "__main__":
    main()
