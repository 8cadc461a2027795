"""How large the environment of a function is, as Lambda measures it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable, without its value."""

    name: str
    bytes: int
    """What it adds to the compact JSON of all variables, its comma included."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment as Lambda measures it."""

    variables: tuple[Variable, ...]
    bytes: int
    """Length of the compact JSON in UTF-8."""


def measure_environment(variables: Mapping[str, str]) -> Environment:
    """Measure variables as Lambda does: compact JSON of the whole map, in UTF-8.

    Recorded from AWS in https://github.com/localstack/localstack, TestLambdaSizeLimits.
    """
    parts = [
        Variable(name, len(_compact({name: value})) - len("{}") + len(","))
        for name, value in variables.items()
    ]
    return Environment(tuple(sorted(parts, key=lambda item: item.name)), len(_compact(variables)))


def _compact(variables: Mapping[str, str]) -> bytes:
    text = json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")
