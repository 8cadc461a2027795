"""What lpack writes into `[tool.lpack]` of its locks: for which targets, and what from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from lpack.errors import without_credentials
from lpack.lockfile.addresses import file_url, relative_path
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import RequirementSet, Target


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a lock was made from, for one target."""

    requirements: tuple[str, ...]
    constraints_sha256: str = ""
    """As a digest: another tool's lock may be among them, whole."""
    projects: tuple[str, ...] = ()
    """The folders that ship as distributions, relative to the lock."""
    prereleases: bool = False

    def table(self) -> dict[str, Any]:
        """Write it as TOML values; what says nothing is left out."""
        table: dict[str, Any] = {"requirements": list(self.requirements)}
        if self.projects:
            table["projects"] = list(self.projects)
        if self.constraints_sha256:
            table["constraints_sha256"] = self.constraints_sha256
        if self.prereleases:
            table["prereleases"] = True
        return table


def inputs(requirements: RequirementSet, folder: Path) -> Inputs:
    """Give what a lock in `folder` is made from: the same on every machine, without passwords."""
    lines = "\n".join(_portable(line.text, folder) for line in requirements.constraints)
    return Inputs(
        tuple(_portable(line.text, folder) for line in requirements.requirements),
        hashlib.sha256(lines.encode()).hexdigest() if lines else "",
        tuple(sorted(_folder(project.folder, folder) for project in requirements.projects)),
        requirements.index.prereleases,
    )


def seal(packages: object, targets: object) -> str:
    """Give a digest of the names and versions that a lock holds, and of what it chose of them."""
    rows = packages if isinstance(packages, list) else []
    named = [(row.get("name"), row.get("version")) for row in rows if isinstance(row, dict)]
    chosen = targets if isinstance(targets, dict) else {}
    wheels = [
        (name, row.get("files")) for name, row in sorted(chosen.items()) if isinstance(row, dict)
    ]
    return hashlib.sha256(repr((named, wheels)).encode("utf-8", "surrogatepass")).hexdigest()


def row_of(own: Mapping[str, Any], target: Target) -> dict[str, Any] | None:
    """Give what `[tool.lpack]` says of a target; None when it was not locked for it."""
    rows = own.get("targets")
    row = rows.get(str(target)) if isinstance(rows, dict) else None
    return row if isinstance(row, dict) else None


def _portable(text: str, folder: Path) -> str:
    """Write a requirement without passwords, and a file address as the lock would."""
    name, at, location = text.partition(" @ ")
    url, space, marker = location.partition(" ;")
    if not at:
        return without_credentials(text)
    return f"{name} @ {portable_location(url, folder)}{space}{marker}"


def portable_location(url: str, folder: Path) -> str:
    """Write an address without password, and that of a file as `file:` and its relative path."""
    if not url.startswith("file:"):
        return without_credentials(url)
    return f"file:{relative_path(url, folder)}"


def _folder(path: Path, folder: Path) -> str:
    return relative_path(file_url(path), folder)
