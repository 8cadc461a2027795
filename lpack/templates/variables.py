"""The variables of the Serverless Framework, as far as files and defaults decide them.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lpack.data import CONFIG_BYTES, read_text
from lpack.errors import UsageError
from lpack.lazily import pattern
from lpack.model import Unknown, Where
from lpack.templates.texts import parse_text
from lpack.templates.tree import DEEPEST, Items, Table, written
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MOST_STEPS = 500_000
_MOST_TEXT = 5_000_000
_MOST_FILES = 200
_DEEPEST = 30
"""Variables that need each other, and parts of one that are variables again."""
_MISSING: Any = Unknown("nothing is there")
_SOURCE = pattern(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\(([^()]{0,1000})\))?(?::(.*))?\s*", 16)  # DOTALL
_NUMBER = pattern(r"-?[0-9]{1,15}")


class Variables:
    """What the variables of one service give; runs no code and asks nobody."""

    def __init__(self, root: Any, folder: Path, file: str, environ: Mapping[str, str]) -> None:
        self._root = root
        self._folder = folder
        self._file = file
        self._environ = environ
        self._files: dict[str, Any] = {}
        self._asking: list[str] = []
        self._known: dict[str, Any] = {}
        self._steps = _MOST_STEPS
        self._left = _MOST_TEXT
        self.read: list[Path] = []

    def value(self, value: Any, depth: int = 0) -> Any:
        """Give a value with its variables put in, and `Unknown` for what cannot be known.

        Raises UsageError LP029 for what has no end, LP032 for what needs itself, and LP027, LP038
        or LP004 for files.
        """
        self._steps -= 1
        if self._steps < 0 or depth > DEEPEST:
            message = f"the variables of `{self._file}` have no end"
            raise UsageError("LP029", message, where=Where(self._file))
        if isinstance(value, str):
            return self._text(value, depth) if "${" in value else value
        if isinstance(value, list):
            items = Items(getattr(value, "line", 0), getattr(value, "file", ""))
            items.extend(self.value(one, depth + 1) for one in value)
            items.lines.extend(getattr(value, "lines", [0] * len(value)))
            return items
        if not isinstance(value, dict):
            return value
        table = Table(getattr(value, "line", 0), getattr(value, "file", ""))
        for key, one in value.items():
            table[key] = self.value(one, depth + 1)
            table.lines[key] = getattr(value, "lines", {}).get(key, 0)
        return table

    def at(self, *path: str) -> Any:
        """Give what stands at a path of the service, None where nothing does."""
        found = self._walk(self._root, list(path))
        return None if found is _MISSING else self.value(found)

    def _text(self, text: str, depth: int) -> Any:
        parts = list(_parts(text))
        if len(parts) == 1 and parts[0][0]:
            return self._variable(parts[0][1], depth)
        values = [self._variable(one, depth) if is_one else one for is_one, one in parts]
        unknown = next((one for one in values if isinstance(one, Unknown)), None)
        if unknown:
            return unknown
        if any(isinstance(one, (dict, list)) for one in values):
            return Unknown("a variable inside of a text is no text")
        whole = "".join(map(written, values))
        self._left -= len(whole)
        if self._left < 0:
            message = f"the variables of `{self._file}` give too much text"
            raise UsageError("LP029", message, where=Where(self._file))
        return whole

    def _variable(self, inside: str, depth: int) -> Any:
        """Take the first of its sources that gives anything."""
        if len(self._asking) > _DEEPEST:
            message = f"the variables of `{self._file}` need too many others"
            raise UsageError("LP029", message, where=Where(self._file))
        missing: Unknown = _MISSING
        for source in _sources(inside):
            found = self._source(source, depth)
            if found is not _MISSING and found is not None:
                return found
            missing = Unknown(f"`${{{shown(source.strip())}}}` is not set")
        return missing

    def _source(self, source: str, depth: int) -> Any:
        literal = _literal(source.strip())
        if literal is not _MISSING:
            return literal
        if "${" in source:
            text = self._text(source, depth + 1)
            if not isinstance(text, str):
                return text if isinstance(text, Unknown) else written(text)
            source = text
        found = _SOURCE.fullmatch(source)
        if found is None:
            return Unknown(f"`${{{shown(source)}}}` is no variable that lpack knows")
        name, given, address = found[1], found[2], (found[3] or "").strip()
        if name == "self":
            return self._self(address, depth)
        if name == "file":
            return self._of_file((given or "").strip(), address, depth)
        if name == "env":
            return self._environ.get(address, _MISSING)
        if name == "opt":
            return _MISSING
        if name == "sls" and address == "stage":
            stage = self._self("provider.stage", depth)
            return "dev" if stage is _MISSING else stage
        return Unknown(f"`${{{shown(source.strip())}}}` is looked up when it is deployed")

    def _self(self, address: str, depth: int) -> Any:
        return self._once(f"self:{address}", lambda: self._walk(self._root, _path(address)), depth)

    def _once(self, name: str, found: Any, depth: int) -> Any:
        """Find out a thing at most once, and refuse one that needs itself."""
        if name in self._known:
            return self._known[name]
        if name in self._asking:
            message = f"`${{{shown(name)}}}` needs itself"
            raise UsageError("LP032", message, where=Where(self._file), hint="write a value")
        self._asking.append(name)
        try:
            value = found()
            self._known[name] = value if value is _MISSING else self.value(value, depth + 1)
        finally:
            self._asking.pop()
        return self._known[name]

    def _walk(self, tree: Any, path: list[str]) -> Any:
        for part in path:
            if isinstance(tree, str) and "${" in tree:
                tree = self._text(tree, 0)
            if isinstance(tree, Unknown):
                return tree
            if isinstance(tree, dict) and part in tree:
                tree = tree[part]
            elif isinstance(tree, list) and part.isdecimal() and len(part) < 6 and int(part) < len(tree):  # noqa: PLR2004
                tree = tree[int(part)]
            else:
                return _MISSING
        return tree

    def _of_file(self, name: str, address: str, depth: int) -> Any:
        if name.endswith((".js", ".ts", ".cjs", ".mjs")):
            return Unknown(f"`{shown(name)}` is a program")
        tree = self._loaded(name)
        if tree is _MISSING or isinstance(tree, (str, Unknown)):
            return tree
        return self._once(f"file({name}):{address}", lambda: self._walk(tree, _path(address)), depth)

    def _loaded(self, name: str) -> Any:
        if name in self._files:
            return self._files[name]
        if len(self._files) > _MOST_FILES:
            message = f"`{self._file}` reads more than {_MOST_FILES} files"
            raise UsageError("LP029", message, where=Where(self._file))
        self._files[name] = self._read(name)
        return self._files[name]

    def _read(self, name: str) -> Any:
        try:
            path = (self._folder / name).resolve()
            is_there = path.is_file()
        except (OSError, RuntimeError, ValueError):
            return _MISSING
        if not is_there:
            return _MISSING
        if not _holds(self._folder, path):
            return Unknown(f"`{shown(name)}` lies outside of the project")
        given = os.path.normpath(os.path.join(os.path.dirname(self._file), name))
        self.read.append(path)
        text = read_text(path, given, CONFIG_BYTES)
        return parse_text(text, given)[0] if path.suffix in (".yml", ".yaml", ".json") else text


def _holds(folder: Path, path: Path) -> bool:
    """Tell whether a file belongs to the repository of a folder, or lies in the folder itself."""
    above = (folder, *folder.parents)
    top = next((one for one in above if (one / ".git").exists()), folder)
    return top in path.parents


def _path(address: str) -> list[str]:
    return [part for part in address.split(".") if part]


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Cut a text into variables, without their braces, and what is between them."""
    place = 0
    while True:
        start = text.find("${", place)
        end = -1 if start < 0 else _end(text, start + 2)
        if end < 0:
            if place < len(text) or not text:
                yield False, text[place:]
            return
        if start > place:
            yield False, text[place:start]
        yield True, text[start + 2 : end]
        place = end + 1


def _end(text: str, place: int) -> int:
    """Find the brace that closes a variable."""
    depth = 1
    while place < len(text):
        if text.startswith("${", place):
            depth, place = depth + 1, place + 2
            continue
        if text[place] == "}":
            depth -= 1
            if depth == 0:
                return place
        place += 1
    return -1


def _sources(inside: str) -> Iterator[str]:
    """Cut a variable at its commas, but not at those in quotes, brackets or other variables."""
    start, depth, quote = 0, 0, ""
    for place, letter in enumerate(inside):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "{(":
            depth += 1
        elif letter in "})":
            depth -= 1
        elif letter == "," and depth == 0:
            yield inside[start:place]
            start = place + 1
    yield inside[start:]


def _literal(text: str) -> Any:
    """Read a default: a text in quotes, a number, true, false or null."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if _NUMBER.fullmatch(text):
        return int(text)
    return {"true": True, "false": False, "null": None}.get(text, _MISSING)
