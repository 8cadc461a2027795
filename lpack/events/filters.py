"""What a template of the catalogue can do with a value: encodings of AWS, times, identifiers.

Each takes the scope, the value and the arguments that stand behind its name.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from lpack.events import attributes, requests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    Filter = Callable[..., Any]

    class Scope(Protocol):
        """What a filter may ask of the event that is being made."""

        given: Mapping[str, Any]

        def value(self, name: str) -> Any:
            """Give what a name means."""

        def other(self, name: str, options: Mapping[str, Any]) -> Any:
            """Give another event of the catalogue."""

        def principal(self, prefix: str, count: int) -> bytes:
            """Give bytes that are the same in all events of an account."""

        def random(self, purpose: str, count: int) -> bytes:
            """Give bytes that are the same for the same event."""


ABSENT = object()
"""Stands for a member that the event does not have."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _parsed(value: Any) -> Any:
    """Give what a text is as JSON, or the text."""
    try:
        return json.loads(value)
    except ValueError:
        return _text(value)


def _base64(value: Any) -> str:
    return base64.b64encode(_bytes(value)).decode()


def _gzip(value: Any) -> bytes:
    import gzip  # noqa: PLC0415 - for the one source that sends what is compressed

    return gzip.compress(_bytes(value), mtime=0)


def _from(alphabet: str, content: bytes) -> str:
    return "".join(alphabet[byte % len(alphabet)] for byte in content)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def _iso(milliseconds: int) -> str:
    return _moment(milliseconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def _iso_milliseconds(milliseconds: int) -> str:
    return f"{_moment(milliseconds):%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def _common_log(milliseconds: int) -> str:
    """Write a time as API Gateway's `requestTime` does."""
    moment = _moment(milliseconds)
    return f"{moment:%d}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000"


def _mail_date(milliseconds: int) -> str:
    """Write a time as RFC 5322 has it; `strftime` would ask the locale for the names."""
    moment = _moment(milliseconds)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment:%d} {month} {moment:%Y %H:%M:%S} +0000"


def _uuid(scope: Scope, purpose: str) -> str:
    """Write a UUID of version 4, which `uuid` would take long to load for."""
    text = scope.random(purpose, 16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _sample(scope: Scope, name: str, options: str) -> Any:
    """Give another event of the catalogue, with what was chosen of this one."""
    return scope.other(name, {option: scope.value(option) for option in options.split()})


def _given(scope: Scope, names: str) -> bool:
    return any(name in scope.given for name in names.split())


_CONDITIONS: dict[str, Filter] = {
    "given": _given,
    "is": lambda _, value, *others: value in others,
    "not": lambda _, value: not value,
    "or": lambda _, value, other: value or other,
    "omit": lambda _, value: value or ABSENT,
    "null": lambda _, value: value or None,
}
_TEXTS: dict[str, Filter] = {
    "text": lambda _, value: _text(value),
    "json": lambda _, value: _json(value),
    "parsed": lambda _, value: _parsed(value),
    "lower": lambda _, value: str(value).lower(),
    "upper": lambda _, value: str(value).upper(),
    "before": lambda _, value, mark: str(value).partition(mark)[0],
    "base64": lambda _, value: _base64(value),
    "gzip": lambda _, value: _gzip(value),
    "md5": lambda _, value: hashlib.md5(_bytes(value), usedforsecurity=False).hexdigest(),
    "sha256": lambda _, value: hashlib.sha256(_bytes(value)).hexdigest(),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    "object_key": lambda _, value: quote_plus(value, safe="/"),
    "bytes": lambda _, value: list(_bytes(value)),
}
_OTHERS: dict[str, Filter] = {"sample": _sample}
_NUMBERS: dict[str, Filter] = {
    "add": lambda _, value, other: int(value) + other,
    "times": lambda _, value, other: value * other,
    "length": lambda _, value: len(value),
    "number": lambda _, value: int(value),
}
_TIMES: dict[str, Filter] = {
    "iso": lambda _, value: _iso(value),
    "iso_milliseconds": lambda _, value: _iso_milliseconds(value),
    "common_log": lambda _, value: _common_log(value),
    "seconds": lambda _, value: value // 1000,
    "fraction": lambda _, value: value / 1000,
    "day": lambda _, value: f"{_moment(value):%Y/%m/%d}",
    "mail_date": lambda _, value: _mail_date(value),
    "hexadecimal": lambda _, value: f"{value:x}",
}
_IDENTIFIERS: dict[str, Filter] = {
    "uuid": _uuid,
    "hex": lambda scope, purpose, count: scope.random(purpose, count).hex()[:count],
    "digits": lambda scope, purpose, count: _from("0123456789", scope.random(purpose, count)),
    "letters": lambda scope, purpose, count: _from(_ALPHANUMERIC, scope.random(purpose, count)),
    "principal": lambda scope, prefix, count: (
        prefix + _from(_ALPHANUMERIC, scope.principal(prefix, count))
    ),
    "base64_id": lambda scope, purpose, count: _base64(scope.random(purpose, count)),
}


def _alone(one: Filter) -> Filter:
    return lambda _, *values: one(*values)


FILTERS: dict[str, Filter] = {
    **_CONDITIONS,
    **_TEXTS,
    **_OTHERS,
    **_NUMBERS,
    **_TIMES,
    **_IDENTIFIERS,
    **{name: _alone(one) for name, one in {**attributes.FILTERS, **requests.FILTERS}.items()},
}
