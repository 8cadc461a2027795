"""Locks each set of packages once, so that all programs build from the same versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comparison.lab import Lab, set_up
from comparison.programs.lpack import configure, lpack
from comparison.workloads import WARM, Workload

if TYPE_CHECKING:
    from pathlib import Path

    from comparison.lab import Pins


def pin(sets: tuple[tuple[str, ...], ...], folder: Path, commands: Path) -> Pins:
    """Give the lock of each set, as a requirements file with hashes."""
    return {
        packages: _pinned(packages, folder / str(number), commands) if packages else ""
        for number, packages in enumerate(sets)
    }


def _pinned(packages: tuple[str, ...], folder: Path, commands: Path) -> str:
    import tomli  # noqa: PLC0415 - comes with lpack, and is needed only here

    workload = Workload("pins", "a set of packages", (packages,), scenarios=(WARM,))
    lab = Lab(folder, workload, {packages: ""}, commands)
    set_up(lab)
    configure(lab)
    lab.run(lpack(lab), "lock", "--quiet")
    document = tomli.loads((lab.project / "pylock.toml").read_text())
    return "".join(_line(package) for package in document["packages"])


def _line(package: dict[str, Any]) -> str:
    hashes = " ".join(f"--hash=sha256:{wheel['hashes']['sha256']}" for wheel in package["wheels"])
    return f"{package['name']}=={package['version']} {hashes}\n"
