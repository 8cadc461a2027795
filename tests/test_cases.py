"""Golden cases: a small project, commands, and the whole session. To add a test, add a folder.

A folder of `cases/` holds the project, `case.toml`, and `session.txt`. `case.toml` names the
wheels, the native code and the zips to be made, and the commands to run one after another;
`session.txt` is all that a user then sees, and what the artifacts hold. A name that ends in `.tmpl`
loses that ending. With LPACK_ACCEPT=1 in the environment the sessions are written anew, to be
reviewed as a diff.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.elf_builder import linked
from tests.runtime_client import seed_client
from tests.wheelhouse import make_wheel

CASES = Path(__file__).parent / "cases"
# Read before the tests' own environment hides it.
ACCEPT = bool(os.environ.get("LPACK_ACCEPT"))
OWN_FILES = ("case.toml", "session.txt", "__pycache__")


def case_names() -> list[Any]:
    """Give the folders of cases; what says `slow = true` is one of the slow tests."""
    found = []
    for path in sorted(CASES.rglob("case.toml")):
        name = path.parent.relative_to(CASES).as_posix()
        is_slow = tomli.loads(path.read_text(encoding="utf-8")).get("slow", False)
        found.append(pytest.param(name, id=name, marks=[pytest.mark.slow] if is_slow else []))
    return found


@pytest.mark.parametrize("name", case_names())
def test_case(name: str, tmp_path: Path) -> None:
    """The session of the case is the one that stands in its folder."""
    case = tomli.loads((CASES / name / "case.toml").read_text(encoding="utf-8"))
    project = copy_project(CASES / name, tmp_path)
    wheelhouse = tmp_path / "wheelhouse"
    wheelhouse.mkdir()
    for wheel in case.get("wheels", []):
        make_wheel(wheelhouse, wheel["name"], wheel["version"], **options(wheel))
    for path, words in case.get("native", {}).items():
        (project / path).write_bytes(linked(**words))
    for path, files in case.get("zips", {}).items():
        make_zip(project / path, files, case.get("native", {}))
    session = CASES / name / "session.txt"
    calling = {"invoke", "test", "--test"}
    if any(calling.intersection(run["command"]) for run in case["run"]):
        for python in {sys.version_info[:2], (3, 13)}:
            seed_client(Path(os.environ["LPACK_CACHE_DIR"]), python)

    told = "\n".join(play(run, project, wheelhouse) for run in case["run"])

    if ACCEPT:
        session.write_text(told, encoding="utf-8")
    assert told == session.read_text(encoding="utf-8")


def copy_project(case: Path, tmp_path: Path) -> Path:
    project = tmp_path / "project"
    shutil.copytree(case, project, ignore=shutil.ignore_patterns(*OWN_FILES))
    for template in project.rglob("*.tmpl"):
        template.rename(template.with_suffix(""))
    return project


def make_zip(path: Path, files: dict[str, str], native: dict[str, Any]) -> None:
    """Zip files as others do; one whose content is the name of native code holds that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            row = zipfile.ZipInfo(name, (2024, 1, 2, 0, 0, 0))
            row.external_attr = 0o100644 << 16
            archive.writestr(row, linked(**native[text]) if text in native else text)


def options(wheel: dict[str, Any]) -> dict[str, Any]:
    left = ("name", "version", "files", "long_files", "native")
    known = {key: value for key, value in wheel.items() if key not in left}
    files = wheel.get("files", {f"{wheel['name']}.py": f"VERSION = '{wheel['version']}'\n"})
    for path, (begin, line, times) in wheel.get("long_files", {}).items():
        files[path] = begin + line * times
    native = {path: linked(**words) for path, words in wheel.get("native", {}).items()}
    return {"files": {**files, **native}, **known}


def play(run: dict[str, Any], project: Path, wheelhouse: Path) -> str:
    """Run one command as a user would, and write down what is to be seen."""
    for path, content in run.get("write", {}).items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(content, encoding="utf-8")
    for path in run.get("delete", []):
        (project / path).unlink()
    for path, target in run.get("links", {}).items():
        (project / path).symlink_to(target)
    before = artifacts(project)
    done = subprocess.run(
        [sys.executable, "-m", "lpack", *run["command"]],
        cwd=project,
        env=environment(run, wheelhouse),
        input=run.get("stdin", ""),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "--profile" in run["command"]:
        done.stderr = measured(done.stderr)
    lines = [f"$ lpack {' '.join(run['command'])}\n{done.stdout}"]
    if done.stderr:
        lines.append(f"[stderr]\n{done.stderr}")
    if done.returncode:
        lines.append(f"[exit status {done.returncode}]\n")
    lines += changes(before, artifacts(project))
    return shown("".join(lines), project)


def environment(run: dict[str, Any], wheelhouse: Path) -> dict[str, str]:
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheelhouse), "PYTHONWARNINGS": "error"}
    return {**os.environ, **offline, **run.get("environ", {})}


def artifacts(project: Path) -> dict[str, tuple[str, ...]]:
    return {
        path.relative_to(project).as_posix(): tuple(zipfile.ZipFile(path).namelist())
        for path in sorted(project.rglob("*.zip"))
        if zipfile.is_zipfile(path)
    }


def changes(before: dict[str, tuple[str, ...]], after: dict[str, tuple[str, ...]]) -> list[str]:
    return [
        "".join([f"[{path}]\n", *(f"  {name}\n" for name in names)])
        for path, names in after.items()
        if before.get(path) != names
    ]


def measured(text: str) -> str:
    """Take the milliseconds out of a profile, with the blanks that align them.

    What takes next to no time stands in another order each time, and goes.
    """
    lines = [line for line in text.splitlines(keepends=True) if not _is_small(line)]
    found = re.sub(r" *(?<![\d.])\d+\.\d(?![\d.])", " [N]", "".join(lines))
    return re.sub(r"\[N\] +\d+  all", "[N] [N]  all", found)


def _is_small(line: str) -> bool:
    row = re.match(r" *(\d+)\.\d +\d+\.\d .*", line)
    return row is not None and (int(row[1]) < 10 or "Python's" in line or "Lambda's" in line)


def shown(text: str, project: Path) -> str:
    """Take out what differs between two runs."""
    # A control character that reaches the terminal is to be seen in a diff.
    text = text.replace("\x1b", "␛").replace(str(project.parent), "[TMP]")
    text = re.sub(r"\b[0-9a-f]{64}\b", "[SHA256]", text)
    text = re.sub(r"[\w+/]{43}=", "[CODE-SHA256]", text)
    text = re.sub(r" *note:? +Python [\d.]+ is not found here.*\n", "", text)
    text = re.sub(r"python:3[\d.]+", "python:[VERSION]", text)
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b", "[UUID]", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[TIME]", text)
    text = re.sub(r'("(?:duration_ms|init_ms|memory_mb|seconds)": |time=")[\d.]+', r"\1[N]", text)
    text = re.sub(r"(passed|FAILED)(  .*  )[\d.]+ ms, \d+ MB\n", r"\1\2[ms], [MB]\n", text)
    text = re.sub(r"it used \d+ MB", "it used [MB]", text)
    text = re.sub(r"(passed|failed|tried) in [\d.]+ s\n", r"\1 in [s]\n", text)
    return re.sub(r"\b\d+(\.\d+)? (ms|MB)\b(?=\\t|\t|\n)", r"[\2]", text)
