"""What lpack reads out of native wheels, beside `readelf` and `auditwheel show`.

    .venv/bin/python benchmarks/native_code.py --auditwheel /path/to/auditwheel

Downloads the newest wheel of each distribution for each platform tag, and holds every shared
library in it against `readelf`: the libraries that it asks for, the versions of their symbols, its
own name and its RPATH. The verdicts, works on Amazon Linux 2 and on 2023, are held against the
oldest platform that auditwheel finds the wheel fit for. Prints a table in Markdown; exit status 1
if anything differs.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.facts.elf import read_linking
from lpack.facts.linking import Libraries, Linking
from lpack.facts.systems import system_of
from lpack.platforms import runtime_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import Architecture

DISTRIBUTIONS = (
    "numpy",
    "pandas",
    "cryptography",
    "cffi",
    "pydantic-core",
    "pyyaml",
    "lxml",
    "pillow",
    "psycopg2-binary",
    "psycopg-binary",
    "orjson",
    "grpcio",
    "protobuf",
    "scipy",
    "scikit-learn",
    "pyarrow",
    "aiohttp",
    "greenlet",
    "markupsafe",
    "regex",
    "ujson",
    "msgpack",
    "lz4",
    "zstandard",
)
TAGS = ("manylinux2014", "manylinux_2_28", "manylinux_2_34")
ABIS = ("cp313", "abi3", "none")
SYSTEMS = {"al2": "python3.11", "al2023": "python3.13"}
GLIBC = {"al2": (2, 26), "al2023": (2, 34)}


@dataclass(frozen=True)
class Row:
    """One wheel, as each of the three sees it."""

    wheel: str
    files: int
    differing: tuple[str, ...]
    """Files of which lpack and readelf say different things."""
    glibc: str
    audited: str
    works: dict[str, bool]
    """By system, whether lpack finds that nothing is missing."""

    @property
    def disagrees(self) -> bool:
        """Whether lpack and auditwheel come to different verdicts."""
        found = re.search(r"_(\d+)_(\d+)_", self.audited)
        if found is None:
            return False
        needed = (int(found[1]), int(found[2]))
        return any(self.works[name] != (needed <= most) for name, most in GLIBC.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", default=list(DISTRIBUTIONS))
    parser.add_argument("--auditwheel", default="auditwheel", help="the program")
    parser.add_argument("--machine", default="x86_64", choices=("x86_64", "aarch64"))
    options = parser.parse_args()
    print("| wheel | files | readelf | newest GLIBC | auditwheel | AL2 | AL2023 | agree |")
    print("|---|---|---|---|---|---|---|---|")
    bad, seen = 0, set[str]()
    for name in options.names:
        for tag in TAGS:
            with tempfile.TemporaryDirectory() as folder:
                wheel = downloaded(name, f"{tag}_{options.machine}", Path(folder))
                if wheel is None or wheel.name in seen or wheel.name.endswith("any.whl"):
                    continue
                seen.add(wheel.name)
                row = judged(wheel, options.auditwheel, Path(folder))
            bad += bool(row.differing) or row.disagrees
            print(shown(row), flush=True)
    return 1 if bad else 0


def downloaded(name: str, tag: str, folder: Path) -> Path | None:
    """Fetch the newest wheel that has just this tag; None where there is none."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
    command += ["--platform", tag, "--python-version", "3.13", "--implementation", "cp"]
    command += [word for abi in ABIS for word in ("--abi", abi)]
    subprocess.run([*command, "-d", str(folder), name], check=False, stderr=subprocess.DEVNULL)
    return next(iter(folder.glob("*.whl")), None)


def judged(wheel: Path, auditwheel: str, folder: Path) -> Row:
    """Read all native code of a wheel, by lpack and by the others."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    paths = [path for path in sorted((folder / "unpacked").rglob("*")) if is_elf(path)]
    linked = {path.relative_to(folder / "unpacked").as_posix(): linking_of(path) for path in paths}
    differing = [
        name
        for (name, linking), path in zip(linked.items(), paths, strict=True)
        if linking != by_readelf(path)
    ]
    libraries = Libraries.of(linked.items())
    return Row(
        wheel.name,
        len(paths),
        tuple(differing),
        newest_glibc(linked.values()),
        by_auditwheel(wheel, auditwheel),
        {name: works(linked, libraries, runtime, wheel) for name, runtime in SYSTEMS.items()},
    )


def is_elf(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def linking_of(path: Path) -> Linking:
    with path.open("rb") as file:

        def read(offset: int, length: int) -> bytes:
            file.seek(offset)
            return file.read(length)

        return read_linking(read) or Linking()


def by_readelf(path: Path) -> Linking:
    """Give the same, as binutils print it."""
    done = subprocess.run(
        ["readelf", "-W", "-d", "-V", str(path)], capture_output=True, text=True, check=False
    )
    dynamic = re.findall(r"\((NEEDED|SONAME|RPATH|RUNPATH)\)[^\[]*\[([^\]]*)\]", done.stdout)
    values = dict(dynamic)
    search = values.get("RUNPATH", values.get("RPATH"))
    versions: list[tuple[str, tuple[str, ...]]] = []
    _, _, needs = done.stdout.partition("Version needs section")
    for line in needs.splitlines():
        if library := re.search(r"Version: 1\s+File: (\S+)", line):
            versions.append((library[1], ()))
            continue
        name = re.search(r"Name: (\S+)\s+Flags: (.*?)\s+Version:", line)
        if name and versions and "WEAK" not in name[2]:
            versions[-1] = (versions[-1][0], (*versions[-1][1], name[1]))
    return Linking(
        tuple(value for kind, value in dynamic if kind == "NEEDED"),
        values.get("SONAME", ""),
        tuple(search.split(":")) if search is not None else (),
        tuple(one for one in versions if one[1]),
    )


def newest_glibc(linked: Iterable[Linking]) -> str:
    """Give the newest version of glibc's symbols that any file asks for."""
    found = [
        tuple(int(part) for part in name.removeprefix("GLIBC_").split("."))
        for one in linked
        for _, names in one.versions
        for name in names
        if re.fullmatch(r"GLIBC_[0-9.]+", name)
    ]
    return ".".join(map(str, max(found))) if found else "none"


def by_auditwheel(wheel: Path, program: str) -> str:
    """Give the oldest platform that the wheel is consistent with; empty without auditwheel."""
    try:
        done = subprocess.run(
            [program, "show", str(wheel)], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    text = " ".join(done.stdout.split())
    found = re.search(r'following platform tag: "([^"]+)"', text)
    return found[1] if found else ""


def works(linked: dict[str, Linking], libraries: Libraries, runtime_name: str, wheel: Path) -> bool:
    """Tell whether lpack finds that the system of a runtime has all that the files ask for."""
    runtime = runtime_named(runtime_name)
    machine: Architecture = "arm64" if "aarch64" in wheel.name else "x86_64"
    system = system_of(runtime, machine) if runtime else None
    if system is None:
        raise LookupError(runtime_name)
    lacks = [libraries.lack(path, one, system, is_own=False) for path, one in linked.items()]
    return not any(one.libraries or one.versions for one in lacks)


def shown(row: Row) -> str:
    same = "same" if not row.differing else f"differs: {', '.join(row.differing[:3])}"
    verdicts = " | ".join("works" if row.works[name] else "fails" for name in SYSTEMS)
    agree = "no" if row.disagrees else "yes" if row.audited else ""
    return (
        f"| {row.wheel} | {row.files} | {same} | {row.glibc} | {row.audited} | {verdicts}"
        f" | {agree} |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
