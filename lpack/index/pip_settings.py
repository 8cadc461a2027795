"""pip's options from its configuration files and PIP_ variables, in pip's own order."""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CONFIGURATION_BYTES = 1_000_000
# `lpack` looks for packages as `pip install` does; its section wins over the general one.
_SECTIONS = ("global", "install")


def read_options(environ: Mapping[str, str]) -> dict[str, str]:
    """Give pip's options by long name, later places winning.

    https://pip.pypa.io/en/stable/topics/configuration/
    """
    by_section: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for path in _files(environ):
        for section, options in _read(path).items():
            by_section[section].update(options)
    merged = {name: value for section in _SECTIONS for name, value in by_section[section].items()}
    # PIP_CONFIG_FILE comes along as `config-file`, which nobody asks for.
    merged.update(
        (name[4:].lower().replace("_", "-"), value)
        for name, value in environ.items()
        if name.startswith("PIP_") and value
    )
    return merged


def is_true(value: str | None) -> bool:
    """Read a switch as pip does."""
    return (value or "").strip().lower() in {"1", "yes", "true", "on", "y", "t"}


def _files(environ: Mapping[str, str]) -> Iterable[Path]:
    own = environ.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return
    name = "pip.ini" if os.name == "nt" else "pip.conf"
    home = Path(environ.get("HOME") or Path.home())
    for folder in _machine_folders(environ):
        yield folder / name
    if not (own and Path(own).exists()):
        yield home / ("pip" if os.name == "nt" else ".pip") / name
        yield _user_folder(environ, home) / name
    yield Path(sys.prefix) / name
    if own:
        yield Path(own)


def _machine_folders(environ: Mapping[str, str]) -> list[Path]:
    if os.name == "nt":
        return [Path(environ.get("PROGRAMDATA", "C:\\ProgramData")) / "pip"]
    if sys.platform == "darwin":
        return [Path("/Library/Application Support/pip")]
    folders = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return [*(Path(one) / "pip" for one in folders.split(os.pathsep) if one), Path("/etc")]


def _user_folder(environ: Mapping[str, str], home: Path) -> Path:
    if os.name == "nt":
        return Path(environ.get("APPDATA") or home) / "pip"
    if sys.platform == "darwin":
        native = home / "Library/Application Support/pip"
        return native if native.is_dir() else home / ".config/pip"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip"


def _read(path: Path) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    try:
        if not path.is_file() or path.stat().st_size > _CONFIGURATION_BYTES:
            return {}
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    return {
        section: {
            name.lower().replace("_", "-").removeprefix("--"): value
            for name, value in parser.items(section)
            if value
        }
        for section in _SECTIONS
        if parser.has_section(section)
    }
