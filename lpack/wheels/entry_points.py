"""Entry points of a wheel: no name of a command may lead out of the folder of commands."""

from __future__ import annotations

from lpack.wheels.refusal import refusal, shown

_COMMANDS = ("console_scripts", "gui_scripts")


def check_entry_points(content: bytes) -> None:
    """Refuse commands that are paths, with BuildError LP204.

    lpack writes no commands, because Lambda runs none; other readers of the package may.
    """
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise refusal("ENTRY_POINT", "entry_points.txt is not UTF-8") from error
    section = ""
    for line in map(str.strip, lines):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
        elif section in _COMMANDS and line and line[0] not in "#;":
            _check_command(line.partition("=")[0].strip())


def _check_command(name: str) -> None:
    if name in (".", "..") or any(
        character in "/\\" or ord(character) < ord(" ") for character in name
    ):
        raise refusal("ENTRY_POINT", f"the command `{shown(name)}` is a path")
