"""HTTP requests as API Gateway, function URLs and load balancers hand them on."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from lpack.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Pairs = Iterable[tuple[str, str]]

# The media types that a load balancer takes for text; API Gateway's HTTP APIs do as well.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
_TEXTUAL = re.compile(r"text/.*|application/(json|javascript|xml)|application/.*\+(json|xml)")


def with_pairs(headers: Mapping[str, str], given: Pairs) -> list[tuple[str, str]]:
    """Give the headers as pairs; those that were given take the place of others of the name."""
    named = {name.lower() for name, _ in given or ()}
    own = [(name, str(value)) for name, value in headers.items() if name.lower() not in named]
    return [*own, *(given or ())]


def in_lower_case(pairs: Pairs) -> list[tuple[str, str]]:
    """Give pairs with their names in lower case, in the order of the names."""
    return sorted(((name.lower(), value) for name, value in pairs), key=lambda pair: pair[0])


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Give the parameters of a query string, decoded."""
    return parse_qsl(query, keep_blank_values=True)


def raw_query_pairs(query: str) -> list[tuple[str, str]]:
    """Give the parameters of a query string as they are: a load balancer decodes none."""
    parts = [part.partition("=") for part in query.split("&") if part]
    return [(name, value) for name, _, value in parts]


def joined(pairs: Pairs) -> dict[str, str]:
    """Give one value a name, those of the same name with commas between."""
    return {name: ",".join(values) for name, values in lists(pairs).items()}


def last(pairs: Pairs) -> dict[str, str]:
    """Give one value a name, the last."""
    return dict(pairs)


def lists(pairs: Pairs) -> dict[str, list[str]]:
    """Give all values of a name."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def assignments(pairs: Pairs) -> list[str]:
    """Give each pair as `name=value`."""
    return [f"{name}={value}" for name, value in pairs]


def cookie_header(pairs: Pairs) -> str:
    """Give cookies as the header has them."""
    return "; ".join(assignments(pairs))


def media_type(body: bytes, given: Pairs) -> str:
    """Give the type that was stated for a body, or else what it looks like."""
    stated = [value for name, value in given or () if name.lower() == "content-type"]
    if stated:
        return stated[-1]
    try:
        json.loads(body)
    except UnicodeDecodeError:
        return "application/octet-stream"
    except ValueError:
        return "text/plain" if _is_text(body) else "application/octet-stream"
    return "application/json"


def body_text(body: bytes, stated: str) -> str:
    """Give a body as the event has it: text, or base64."""
    if is_base64(body, stated):
        return base64.b64encode(body).decode()
    return body.decode()


def is_base64(body: bytes, stated: str) -> bool:
    """Whether a body of that media type is handed on in base64."""
    media = stated.partition(";")[0].strip().lower()
    return not (_TEXTUAL.fullmatch(media) and _is_text(body))


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def route_of(given: str | None, path: str, *others: str) -> str:
    """Give the route that was given, or else the first of the others that a path fits."""
    if given and given != "$default" and parameters(given, path) is None:
        message = f"the path `{path}` does not fit the route `{given}`"
        raise UsageError("LP431", message, hint="give both `path` and `route`")
    return given or next(one for one in others if parameters(one, path) is not None)


def parameters(route: str, path: str) -> dict[str, str] | None:
    """Give the parameters of a route such as `/orders/{id}` in a path; None if it does not fit."""
    if route == "$default":
        return {}
    parts = re.split(r"\{([\w.:-]+)(\+?)\}", route)
    names = parts[1::3]
    expression = re.escape(parts[0])
    for greedy, text in zip(parts[2::3], parts[3::3], strict=True):
        expression += ("(.+)" if greedy else "([^/]+)") + re.escape(text)
    found = re.fullmatch(expression, path)
    return None if found is None else dict(zip(names, found.groups(), strict=True))


FILTERS: dict[str, Callable[..., Any]] = {
    "with": with_pairs,
    "in_lower_case": in_lower_case,
    "query_pairs": query_pairs,
    "raw_query_pairs": raw_query_pairs,
    "joined": joined,
    "last": last,
    "lists": lists,
    "assignments": assignments,
    "cookie_header": cookie_header,
    "media_type": media_type,
    "body_text": body_text,
    "is_base64": is_base64,
    "route": lambda path, given, *others: route_of(given, path, *others),
    "parameters": parameters,
}
