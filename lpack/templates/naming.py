"""Which function of CloudFormation a map stands for, and what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_SUB = pattern(r"\$\{\s*([^!}\s][^}]{0,512}?)\s*\}")
_PAIR = 2


def function_of(value: Any) -> str | None:
    """Name the function that a map stands for: it has that one key and no other."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    name: str = next(iter(value))
    return name if name in ("Ref", "Condition") or name.startswith("Fn::") else None


def names_in(value: Any) -> Iterator[tuple[str, str, str | None]]:
    """Give what a value refers to: the function, the name, and the attribute that is wanted."""
    if isinstance(value, list):
        for one in value:
            yield from names_in(one)
    if not isinstance(value, dict):
        return
    name = function_of(value)
    inside = value[name] if name is not None else None
    if name == "Ref" and isinstance(inside, str):
        yield "Ref", inside, None
    elif name == "Fn::GetAtt":
        parts = inside.split(".", 1) if isinstance(inside, str) else inside
        if isinstance(parts, list) and parts and isinstance(parts[0], str):
            yield "Fn::GetAtt", parts[0], str(parts[1]) if len(parts) > 1 else None
    elif name == "Fn::Sub":
        yield from _names_in_sub(inside)
    else:
        if name == "Fn::If" and isinstance(inside, list) and inside and isinstance(inside[0], str):
            yield "Fn::If", inside[0], None
        for one in value.values():
            yield from names_in(one)


def _names_in_sub(inside: Any) -> Iterator[tuple[str, str, str | None]]:
    text, own = inside if isinstance(inside, list) and len(inside) == _PAIR else (inside, {})
    own = own if isinstance(own, dict) else {}
    for found in IN_SUB.finditer(text) if isinstance(text, str) else ():
        name, _, attribute = found[1].partition(".")
        if found[1] not in own:
            yield "Fn::Sub", name, attribute or None
    yield from names_in(list(own.values()))
