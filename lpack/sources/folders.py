"""Finds the folders whose content is a function's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.config.reading import is_file, is_folder, resolved
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lpack.config.reading import Reading
    from lpack.model import Handler, Where


def declared_folders(
    reading: Reading, names: Sequence[str], output: Path | None, where: Where
) -> tuple[Path, ...]:
    """Find the folders that a function names; report LP008 or LP012 for those that cannot be."""
    folders = (_folder(reading, name, output, where) for name in names)
    return tuple(dict.fromkeys(folder for folder in folders if folder))


def _folder(reading: Reading, name: str, output: Path | None, where: Where) -> Path | None:
    given = f"source `{shown(name)}`"
    folder = resolved(reading.root / name)
    if folder is None or not (is_folder(folder) or is_file(folder)):
        hint = f"paths start at the project's folder, `{shown(reading.root.name)}`"
        reading.report("LP008", f"{given} does not exist", where, hint)
    elif not reading.holds(folder):
        hint = "move it into the project, or build from the folder that holds both"
        reading.report("LP008", f"{given} is outside the project", where, hint)
    elif not is_folder(folder):
        hint = "name its folder, and leave out the rest with `exclude`"
        reading.report("LP008", f"{given} is a file, not a folder", where, hint)
    elif output and output in (folder, *folder.parents):
        hint = "set `output_dir` to a folder of its own"
        reading.report("LP012", f"{given} lies in the output folder", where, hint)
    else:
        return folder
    return None


def guess_folder(reading: Reading, handler: Handler) -> tuple[Path, str]:
    """Choose the folder for a declared handler, and say which: `src` if it is only there."""
    for folder in (reading.root, reading.root / "src"):
        if _has_module(reading, folder, handler) and reading.holds(resolved(folder) or folder):
            return folder.resolve(), f"source `{reading.shown(folder)}`, where the handler is"
    return reading.root, "source `.`, the whole project"


def folder_with(reading: Reading, name: str) -> tuple[Path, str]:
    """Choose the folder that a file lies in, and say which: `src` if it is only there."""
    for folder in (reading.root, reading.root / "src"):
        if reading.has(folder / name) and reading.holds(resolved(folder) or folder):
            return folder.resolve(), f"source `{reading.shown(folder)}`, where `{name}` is"
    return reading.root, "source `.`, the whole project"


def _has_module(reading: Reading, folder: Path, handler: Handler) -> bool:
    *packages, module = handler.dotted_module.split(".")
    path = folder.joinpath(*packages)
    return reading.has(path / f"{module}.py") or reading.has(path / module / "__init__.py")
