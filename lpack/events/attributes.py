"""Values as DynamoDB and the queues encode them, with their types."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_TYPES = {"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"}
_STRING = 1
"""Code of the transport type in the digest of attributes."""
_OVERHEAD = 3
"""Bytes that a list or a map takes besides its content."""


def typed_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Give the attributes of an item with their types; one that has them already stays.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
    """
    if item and all(_is_typed(value) for value in item.values()):
        return dict(item)
    return {name: _typed(value) for name, value in item.items()}


def _is_typed(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _TYPES


def _typed(value: Any) -> dict[str, Any]:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [_typed(one) for one in value]}
    return {"M": {name: _typed(one) for name, one in value.items()}}


def item_size(*items: Mapping[str, Any]) -> int:
    """Give the bytes that typed items take.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(
        len(name.encode()) + _size(*next(iter(value.items())))
        for item in items
        if isinstance(item, dict)
        for name, value in item.items()
    )


def _size(kind: str, value: Any) -> int:
    if kind in ("NULL", "BOOL"):
        return 1
    if kind == "N":
        return len(value.lstrip("-").replace(".", "").strip("0")) // 2 + 2
    if kind in ("S", "B"):
        return len(value.encode())
    if kind == "L":
        return _OVERHEAD + sum(1 + _size(*next(iter(one.items()))) for one in value)
    if kind == "M":
        return _OVERHEAD + len(value) + item_size(value)
    return sum(_size(kind[0], one) for one in value)


def merged(item: Mapping[str, Any] | None, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Give an item with its keys first."""
    return {**keys, **(item or {}), **keys}


def queue_attributes(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Give the attributes of a message as a queue's record has them."""
    return {
        name: {
            "stringValue": value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "String",
        }
        for name, value in pairs
    }


def topic_attributes(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Give the attributes of a message as a topic's record has them."""
    return {name: {"Type": "String", "Value": value} for name, value in pairs}


def record_headers(pairs: Iterable[tuple[str, str]]) -> list[dict[str, list[int]]]:
    """Give the headers of a record of Kafka: the bytes of each value as signed numbers.

    https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
    """
    return [{name: [byte - (byte >> 7 << 8) for byte in value.encode()]} for name, value in pairs]


def attributes_digest(pairs: Iterable[tuple[str, str]]) -> str:
    """Give the MD5 of a message's attributes, or nothing where it has none.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    """
    content = b"".join(
        _framed(name) + _framed("String") + bytes([_STRING]) + _framed(value)
        for name, value in sorted(dict(pairs).items())
    )
    return hashlib.md5(content, usedforsecurity=False).hexdigest() if content else ""


def _framed(text: str) -> bytes:
    content = text.encode()
    return len(content).to_bytes(4, "big") + content


FILTERS: dict[str, Callable[..., Any]] = {
    "typed": typed_item,
    "item_size": item_size,
    "merged": merged,
    "queue_attributes": queue_attributes,
    "topic_attributes": topic_attributes,
    "attributes_digest": attributes_digest,
    "record_headers": record_headers,
}
