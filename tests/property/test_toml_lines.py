"""The line scanner agrees with a TOML parser on documents of any shape."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import tomli
from hypothesis import given
from hypothesis import strategies as st

from lpack.toml_lines import KeyPath, key_lines

_KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=6),
)
_STRINGS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12),
    st.sampled_from(
        ['"', "'", "[a]\nb = 1\n", "x # y", "\\", '""', "''", "{", "]\n]", "a = [", ""]
    ),
)
_SCALARS = st.one_of(_STRINGS, st.integers(-99, 99), st.booleans(), st.floats(-9, 9))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=20,
)
_DOCUMENTS = st.dictionaries(_KEYS, _VALUES, max_size=5)


@dataclass
class _Writer:
    """Renders a document in styles that hypothesis draws, and notes where each key landed."""

    draw: Any
    text: str = ""
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def choose(self, *options: str) -> str:
        return str(self.draw(st.sampled_from(options)))

    def write(self, *pieces: str) -> None:
        self.text += "".join(pieces)

    def note(self, path: KeyPath) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def key(self, key: str) -> str:
        if key.isascii() and key.replace("-", "").replace("_", "").isalnum():
            return self.choose(key, json.dumps(key, ensure_ascii=False), f"'{key}'")
        return json.dumps(key, ensure_ascii=False)

    def table(self, path: KeyPath, header: tuple[str, ...], table: dict[str, Any]) -> None:
        later = [key for key, value in table.items() if self.gets_header(value)]
        for key, value in table.items():
            if key not in later:
                self.write(self.choose("", " ", "\n", "# x = [\n", "\t"))
                self.note((*path, key))
                self.write(self.key(key), self.choose(" = ", "=", "\t=  "))
                self.value((*path, key), value)
                self.write(self.choose("\n", " # [c]\n", "\r\n", "\n\n"))
        for key in later:
            self.headed((*path, key), (*header, self.key(key)), table[key])

    def gets_header(self, value: Any) -> bool:
        is_table = isinstance(value, dict)
        is_array = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
        return bool((is_table or is_array) and self.draw(st.booleans()))

    def headed(self, path: KeyPath, header: tuple[str, ...], value: Any) -> None:
        dot = self.choose(".", " . ")
        if isinstance(value, dict):
            self.note(path)
            self.write("[", dot.join(header), "]", self.choose("\n", " # ]\n"))
            self.table(path, header, value)
            return
        self.note(path)
        for index, item in enumerate(value):
            self.note((*path, index))
            self.write("[[", dot.join(header), "]]\n")
            self.table((*path, index), header, item)

    def value(self, path: KeyPath, value: Any) -> None:
        if isinstance(value, dict):
            self.inline(path, value)
        elif isinstance(value, list):
            self.array(path, value)
        elif isinstance(value, str):
            self.write(self.string(value))
        else:
            self.write(json.dumps(value))

    def string(self, value: str) -> str:
        forms = [json.dumps(value, ensure_ascii=False)]
        escaped = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        if not value.endswith('"""'):
            forms.append('"""\n' + escaped + '"""')
        if "'" not in value and "\n" not in value:
            forms.append(f"'{value}'")
        if "'''" not in value:
            forms.append(f"'''\n{value}'''")
        return self.choose(*forms)

    def inline(self, path: KeyPath, value: dict[str, Any]) -> None:
        self.write("{", self.choose("", " "))
        for index, (key, item) in enumerate(value.items()):
            self.write(", " if index else "")
            self.note((*path, key))
            self.write(self.key(key), " = ")
            self.value((*path, key), item)
        self.write("}")

    def array(self, path: KeyPath, value: list[Any]) -> None:
        self.write("[")
        for index, item in enumerate(value):
            self.write(self.choose("", "\n  ", " # ] ,\n"))
            self.note((*path, index))
            self.value((*path, index), item)
            self.write(self.choose(",", " ,", "\n,"))
        self.write(self.choose("", "\n"), "]")


def _paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: set[KeyPath] = set()
    for key, item in items:
        found.add((*path, key))
        if isinstance(item, dict | list):
            found |= _paths(item, (*path, key))
    return found


@given(document=_DOCUMENTS, data=st.data())
def test_each_key_is_found_where_it_was_written(document: dict[str, Any], data: Any) -> None:
    """The scanner finds exactly the parser's keys, each on the line where it was written."""
    writer = _Writer(data.draw)

    writer.table((), (), document)
    found = key_lines(writer.text)

    assert set(found) == _paths(tomli.loads(writer.text))
    assert found == writer.lines


@given(text=st.text(st.sampled_from("[]{}=,.\"'\\#\n ab"), max_size=60))
def test_no_text_breaks_the_scanner(text: str) -> None:
    """Text that is not TOML gives lines of the text, and no error."""
    found = key_lines(text)

    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
