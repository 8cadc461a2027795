"""Types what is declared of triggers, layers and the budget, once it has been validated."""

from __future__ import annotations

from typing import Any

from lpack.model import Budget, Trigger

_UNITS = {"GB": 1 << 30, "MB": 1 << 20, "KB": 1 << 10, "B": 1}
_NAMES = {
    "requests_per_second": "per_second",
    "messages_per_second": "per_second",
    "partitions": "shards",
}


def trigger_of(declared: str | dict[str, Any]) -> Trigger:
    """Make a trigger of its kind, or of its table."""
    if isinstance(declared, str):
        return Trigger(declared)
    return Trigger(**{_NAMES.get(key, key): value for key, value in declared.items()})


def budget_of(declared: str | dict[str, Any]) -> Budget:
    """Make a budget of the size that is uploaded, or of its table."""
    if isinstance(declared, str):
        return Budget(zipped=size_of(declared))
    sizes = {key: declared[key] for key in ("zipped", "unzipped") if key in declared}
    return Budget(**{k: size_of(v) for k, v in sizes.items()}, files=declared.get("files"))


def layer_arn(declared: str | dict[str, Any]) -> str:
    """Give the ARN of a layer, or of its table."""
    return declared if isinstance(declared, str) else str(declared["arn"])


def layer_sizes(declared: list[str | dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    """Give the layers whose size is declared, in bytes."""
    tables = (one for one in declared if isinstance(one, dict) and "unzipped" in one)
    return tuple((layer_arn(one), size_of(one["unzipped"])) for one in tables)


def size_of(text: str) -> int:
    """Give the bytes of `20 MB`; units are powers of 1,024, as Lambda's are."""
    unit = next(unit for unit in _UNITS if text.endswith(unit))
    return round(float(text.removesuffix(unit)) * _UNITS[unit])
