"""`Fn::ForEach` in the resources of a template, written out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.model import Where
from lpack.templates.intrinsics import Intrinsics, Malformed
from lpack.templates.tree import Items, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOP = "Fn::ForEach::"
_PARTS = 3
_MOST = 100_000
"""Values and keys that all loops together may make."""


def expanded(tree: dict[str, Any], file: str) -> dict[str, Any]:
    """Write out the loops over resources, as far as what they go through is known.

    Raises UsageError LP029 where that is too much.
    """
    resources = tree.get("Resources")
    if not isinstance(resources, Table) or not any(key.startswith(_LOOP) for key in resources):
        return tree
    intrinsics = Intrinsics(tree, file)
    left = [_MOST]
    made = Table(resources.line)
    for key, value in resources.items():
        found = _one(key, value, intrinsics, left, resources.lines[key])
        for name, one in found.items():
            made[name] = one
            made.lines[name] = found.lines[name]
        if left[0] < 0:
            raise UsageError("LP029", f"the loops in `{file}` have no end", where=Where(file))
    whole = Table(getattr(tree, "line", 1))
    for key, value in tree.items():
        whole[key] = made if key == "Resources" else value
        whole.lines[key] = getattr(tree, "lines", {}).get(key, 0)
    return whole


def _one(key: str, value: Any, intrinsics: Intrinsics, left: list[int], line: int) -> Table:
    made = Table(line)
    parts = value if isinstance(value, list) and len(value) == _PARTS else None
    if not key.startswith(_LOOP) or parts is None or not isinstance(parts[2], Table):
        made[key], made.lines[key] = value, line
        return made
    try:
        through = intrinsics.value(parts[1])
    except Malformed:
        through = None
    for item in through if isinstance(through, list) else ():
        words = {f"${{{parts[0]}}}": str(item), f"&{{{parts[0]}}}": _letters(str(item))}
        for name, one in parts[2].items():
            made[_replaced(name, words)] = _copied(one, words, left)
            made.lines[_replaced(name, words)] = parts[2].lines[name]
            if left[0] < 0:
                return made
    return made


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for word, item in words.items():
        text = text.replace(word, item)
    return text


def _copied(value: Any, words: Mapping[str, str], left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        return None
    if isinstance(value, str):
        return _replaced(value, words)
    if isinstance(value, Table):
        made = Table(value.line)
        for key, one in value.items():
            name = _replaced(key, words)
            made[name], made.lines[name] = _copied(one, words, left), value.lines[key]
        return made
    if isinstance(value, Items):
        items = Items(value.line)
        items.extend(_copied(one, words, left) for one in value)
        items.lines.extend(value.lines)
        return items
    return value
