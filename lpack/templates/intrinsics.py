"""CloudFormation's functions, as far as a template alone decides what they give.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.lazily import pattern
from lpack.model import Unknown, Where
from lpack.templates.naming import IN_SUB, function_of
from lpack.templates.tree import Items, Table, written
from lpack.templates.unknown import ABSENT, first_unknown
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST_TEXT = 5_000_000
"""Characters that all functions of a template may give together."""
_MOST_STEPS = 500_000
"""Values of it that are looked at, those of `Globals` once for each function."""
_MOST_CONDITIONS = 100
"""That need each other."""
_PSEUDO = frozenset(
    f"AWS::{name}"
    for name in (
        *("AccountId", "NotificationARNs", "NoValue", "Partition", "Region", "StackId"),
        *("StackName", "URLSuffix"),
    )
)
_LITERAL = pattern(r"\$\{!([^}]*)\}")
_DYNAMIC = pattern(r"\{\{resolve:[^}]{1,2048}\}\}")


class Malformed(Exception):  # noqa: N818 - it is a word for what was found
    """A function is not written as CloudFormation takes it."""


class Intrinsics:
    """What the functions of one template give; asks nobody, and guesses nothing."""

    def __init__(self, template: Mapping[str, Any], file: str) -> None:
        self._parameters = _section(template, "Parameters")
        self._mappings = _section(template, "Mappings")
        self._conditions = _section(template, "Conditions")
        self.resources = _section(template, "Resources")
        self._file = file
        self._decided: dict[str, bool | Unknown | None] = {}
        """Conditions that were asked; None for one that is being asked."""
        self._left = _MOST_TEXT
        self._steps = _MOST_STEPS
        self._asking = 0

    def value(self, value: Any) -> Any:
        """Give a value with its functions carried out, and `Unknown` for what cannot be known.

        Raises Malformed, or UsageError LP029 or LP032.
        """
        self._steps -= 1
        if self._steps < 0:
            message = f"`{self._file}` says more than any template may"
            raise UsageError("LP029", message, where=Where(self._file))
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            found = Items(getattr(value, "line", 0))
            for place, one in enumerate(value):
                known = self.value(one)
                if known is not ABSENT:
                    found.append(known)
                    found.lines.append(value.lines[place] if isinstance(value, Items) else 0)
            return found
        if not isinstance(value, dict):
            return value
        called = function_of(value)
        return self._table(value) if called is None else self._call(called, value[called])

    def condition(self, name: str) -> bool | Unknown:
        """Decide a condition of the template; raises UsageError LP032 for one that needs itself."""
        if name not in self._conditions:
            return Unknown(f"there is no condition `{shown(name)}`")
        if name in self._decided:
            decided = self._decided[name]
            if decided is None:
                line = getattr(self._conditions, "lines", {}).get(name)
                where = Where(self._file, line, f"Conditions.{name}")
                raise UsageError("LP032", f"condition `{shown(name)}` needs itself", where=where)
            return decided
        if self._asking > _MOST_CONDITIONS:
            return Unknown(f"condition `{shown(name)}` needs too many others")
        self._decided[name] = None
        self._asking += 1
        try:
            decided = self._truth(self._conditions[name])
        except Malformed as error:
            decided = Unknown(str(error))
        self._asking -= 1
        self._decided[name] = decided
        return decided

    def _table(self, table: dict[str, Any]) -> Table:
        found = Table(getattr(table, "line", 0))
        for key, one in table.items():
            known = self.value(one)
            if known is not ABSENT:
                found[key] = known
                found.lines[key] = getattr(table, "lines", {}).get(key, 0)
        return found

    def _text(self, text: str) -> str | Unknown:
        dynamic = _DYNAMIC.search(text)
        if dynamic is None:
            return text
        return Unknown(f"`{shown(dynamic.group())}` is looked up when it is deployed")

    def _call(self, name: str, given: Any) -> Any:
        function = _FUNCTIONS.get(name)
        if function is None:
            return Unknown(f"`{shown(name)}` is carried out when it is deployed")
        return function(self, given)

    def _ref(self, given: Any) -> Any:
        if not isinstance(given, str):
            raise Malformed("`Ref` needs a name")
        if given == "AWS::NoValue":
            return ABSENT
        if given in _PSEUDO:
            return Unknown(f"`{given}` is known when it is deployed", f"${{{given}}}")
        if given in self._parameters:
            return self._parameter(given, self._parameters[given])
        if given in self.resources:
            return Unknown(f"resource `{shown(given)}` is made when it is deployed")
        return Unknown(f"there is no parameter or resource `{shown(given)}`")

    def _parameter(self, name: str, parameter: Any) -> Any:
        if not isinstance(parameter, dict) or "Default" not in parameter:
            return Unknown(f"parameter `{shown(name)}` has no default")
        kind, default = str(parameter.get("Type")), parameter["Default"]
        if kind.startswith("AWS::SSM::"):
            return Unknown(f"parameter `{shown(name)}` is kept in Parameter Store")
        if isinstance(default, (dict, list)):
            return Unknown(f"parameter `{shown(name)}` has a default that is no text")
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            return [one.strip() for one in self._spent(written(default)).split(",")]
        return self._text(default) if isinstance(default, str) else default

    def _join(self, given: Any) -> Any:
        separator, parts = self._pair("Fn::Join", given)
        if isinstance(parts, Unknown):
            return parts
        if not isinstance(separator, str) or not isinstance(parts, list):
            raise Malformed("`Fn::Join` needs a separator and a list")
        return self._joined(separator, parts)

    def _joined(self, separator: str, parts: list[Any]) -> str | Unknown:
        unknown = first_unknown(parts)
        texts = [one.text if isinstance(one, Unknown) else written(one) for one in parts]
        if any(isinstance(one, (dict, list)) for one in parts):
            raise Malformed("a list in `Fn::Join` holds more than texts")
        if unknown is None:
            return self._spent(separator.join(texts))
        is_partly_known = all(texts[place] for place, one in enumerate(parts) if one is unknown)
        return Unknown(unknown.why, self._spent(separator.join(texts)) if is_partly_known else "")

    def _sub(self, given: Any) -> Any:
        text, own = given if isinstance(given, list) and len(given) == _PAIR else (given, {})
        if not isinstance(text, str) or not isinstance(own, dict):
            raise Malformed("`Fn::Sub` needs a text, or a text and a map")
        dynamic = self._text(text)
        if isinstance(dynamic, Unknown):
            return dynamic
        parts: list[Any] = []
        end = 0
        for found in IN_SUB.finditer(text):
            parts += [text[end : found.start()], self._in_sub(found[1], own)]
            end = found.end()
        parts.append(text[end:])
        parts = ["" if one is ABSENT else one for one in parts]
        parts = [_LITERAL.sub(r"${\1}", one) if isinstance(one, str) else one for one in parts]
        return self._joined("", parts)

    def _in_sub(self, name: str, own: dict[str, Any]) -> Any:
        if name in own:
            return self.value(own[name])
        return self._get_att(name.split(".", 1)) if "." in name else self._ref(name)

    def _select(self, given: Any) -> Any:
        place, items = self._pair("Fn::Select", given)
        unknown = first_unknown([place]) or (items if isinstance(items, Unknown) else None)
        if unknown:
            return Unknown(unknown.why)
        number = int(place) if written(place).isdecimal() and len(written(place)) < _FIGURES else -1
        if not isinstance(items, list) or not 0 <= number < len(items):
            raise Malformed("`Fn::Select` needs a number and a list that has so many items")
        return items[number]

    def _split(self, given: Any) -> Any:
        separator, text = self._pair("Fn::Split", given)
        if isinstance(text, Unknown):
            return Unknown(text.why)
        if not isinstance(separator, str) or not separator or not isinstance(text, str):
            raise Malformed("`Fn::Split` needs a separator and a text")
        return self._spent(text).split(separator)

    def _find_in_map(self, given: Any) -> Any:
        if not isinstance(given, list) or len(given) not in (3, 4):
            raise Malformed("`Fn::FindInMap` needs a map and two keys")
        keys = [self.value(one) for one in given[:3]]
        unknown = first_unknown(keys)
        if unknown:
            return Unknown(unknown.why)
        found: Any = self._mappings
        for key in map(written, keys):
            found = found.get(key) if isinstance(found, dict) else None
        if found is None and len(given) > _TRIPLE and isinstance(given[_TRIPLE], dict):
            return self.value(given[_TRIPLE].get("DefaultValue"))
        if found is None:
            named = ".".join(map(written, keys))
            return Unknown(f"there is no `{shown(named)}` in the mappings")
        return found

    def _if(self, given: Any) -> Any:
        if not isinstance(given, list) or len(given) != _TRIPLE or not isinstance(given[0], str):
            raise Malformed("`Fn::If` needs a condition and two values")
        decided = self.condition(given[0])
        if isinstance(decided, Unknown):
            return Unknown(f"condition `{shown(given[0])}` is not known: {decided.why}")
        return self.value(given[1] if decided else given[2])

    def _get_att(self, given: Any) -> Any:
        parts = given.split(".", 1) if isinstance(given, str) else given
        if not isinstance(parts, list) or len(parts) < _PAIR or not isinstance(parts[0], str):
            raise Malformed("`Fn::GetAtt` needs a resource and an attribute")
        if parts[0] in self.resources:
            return Unknown(f"resource `{shown(parts[0])}` is made when it is deployed")
        return Unknown(f"there is no resource `{shown(parts[0])}`")

    def _base64(self, given: Any) -> Any:
        text = self.value(given)
        if isinstance(text, Unknown):
            return Unknown(text.why)
        raw = self._spent(written(text)).encode("utf-8", "surrogatepass")
        return base64.b64encode(raw).decode()

    def _length(self, given: Any) -> Any:
        found = self.value(given)
        return len(found) if isinstance(found, list) else Unknown("a list is not known")

    def _to_json(self, given: Any) -> Any:
        found = self.value(given)
        return first_unknown(found) or self._spent(json.dumps(found, separators=(",", ":")))

    def _truth(self, given: Any) -> bool | Unknown:
        """Decide what stands in a condition."""
        name = function_of(given)
        inside = given[name] if name is not None else None
        if name == "Condition" and isinstance(inside, str):
            return self.condition(inside)
        if name == "Fn::Equals":
            left, right = self._pair(name, inside)
            unknown = first_unknown([left, right])
            return Unknown(unknown.why) if unknown else _same(left, right)
        if name in _GATES and isinstance(inside, list):
            return _GATES[name]([self._truth(one) for one in inside])
        raise Malformed("a condition needs `Fn::Equals`, `Fn::And`, `Fn::Or` or `Fn::Not`")

    def _pair(self, name: str, given: Any) -> tuple[Any, Any]:
        if not isinstance(given, list) or len(given) != _PAIR:
            raise Malformed(f"`{name}` needs two values")
        return self.value(given[0]), self.value(given[1])

    def _spent(self, text: str) -> str:
        self._left -= len(text)
        if self._left < 0:
            message = f"the functions in `{self._file}` give more text than any template may have"
            raise UsageError("LP029", message, where=Where(self._file))
        return text


_PAIR, _TRIPLE, _FIGURES = 2, 3, 10


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = template.get(name)
    return found if isinstance(found, dict) else {}


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return bool(left == right)
    return written(left) == written(right)


def _all(decided: list[bool | Unknown]) -> bool | Unknown:
    if any(one is False for one in decided):
        return False
    return first_unknown(decided) or True


def _any(decided: list[bool | Unknown]) -> bool | Unknown:
    if any(one is True for one in decided):
        return True
    return first_unknown(decided) or False


def _not(decided: list[bool | Unknown]) -> bool | Unknown:
    if len(decided) != 1:
        raise Malformed("`Fn::Not` needs one condition")
    return first_unknown(decided) or not decided[0]


_GATES: dict[str | None, Callable[[list[bool | Unknown]], bool | Unknown]] = {
    "Fn::And": _all,
    "Fn::Or": _any,
    "Fn::Not": _not,
}
_FUNCTIONS: dict[str, Callable[[Intrinsics, Any], Any]] = {
    "Ref": Intrinsics._ref,  # noqa: SLF001 - its own table
    "Fn::Join": Intrinsics._join,  # noqa: SLF001
    "Fn::Sub": Intrinsics._sub,  # noqa: SLF001
    "Fn::Select": Intrinsics._select,  # noqa: SLF001
    "Fn::Split": Intrinsics._split,  # noqa: SLF001
    "Fn::FindInMap": Intrinsics._find_in_map,  # noqa: SLF001
    "Fn::If": Intrinsics._if,  # noqa: SLF001
    "Fn::GetAtt": Intrinsics._get_att,  # noqa: SLF001
    "Fn::Base64": Intrinsics._base64,  # noqa: SLF001
    "Fn::Length": Intrinsics._length,  # noqa: SLF001
    "Fn::ToJsonString": Intrinsics._to_json,  # noqa: SLF001
}
