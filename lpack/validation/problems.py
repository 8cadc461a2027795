"""Checks a value against one of lpack's JSON Schemas and tells all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import own_json
from lpack.toml_lines import KeyPath, dotted
from lpack.validation.wording import did_you_mean, listed, shown, worded
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a value does not fit its schema."""

    path: KeyPath
    """Keys and places from the top of the value."""
    keyword: str
    """The JSON Schema keyword that is not fulfilled."""
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class _Failure:
    """What jsonschema found, with its types narrowed."""

    path: KeyPath
    keyword: str
    value: Any
    limit: Any
    schema: dict[str, Any]
    is_name: bool
    """Whether `value` is a key, and not what stands under it."""


def problems(instance: Any, schema_name: str) -> list[Problem]:
    """Give everything that is wrong with `instance` by `schemas/<schema_name>.schema.json`.

    No schema is ever fetched. The order is that of the paths, so that it is always the same.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 100 ms; not if nothing changed
    from referencing import Registry  # noqa: PLC0415 - comes with jsonschema

    schema = own_json("schemas", f"{schema_name}.schema.json")
    # An empty registry knows no way to retrieve anything.
    validator = Draft202012Validator(schema, registry=Registry())
    failures = [_narrowed(error) for error in validator.iter_errors(instance)]
    found = {problem for failure in failures for problem in _problems_of(failure)}
    return sorted(found, key=_order)


def _order(problem: Problem) -> tuple[list[tuple[bool, int, str]], str]:
    parts = [
        (isinstance(part, str), part if isinstance(part, int) else 0, str(part))
        for part in problem.path
    ]
    return parts, problem.message


def _narrowed(error: ValidationError) -> _Failure:
    return _Failure(
        tuple(error.absolute_path),
        str(error.validator),
        error.instance,
        error.validator_value,
        error.schema if isinstance(error.schema, dict) else {},
        "propertyNames" in error.absolute_schema_path,
    )


def _problems_of(failure: _Failure) -> Iterator[Problem]:
    if failure.is_name:
        yield _badcalled(failure)
    elif failure.keyword == "additionalProperties":
        yield from _unknown_keys(failure)
    elif failure.keyword == "required":
        yield from _missing_keys(failure)
    else:
        message, hint = worded(failure.keyword, called(failure.path), failure.value, failure.limit)
        yield Problem(failure.path, failure.keyword, message, hint or _example(failure))


def _example(failure: _Failure) -> str | None:
    """Show what would match a pattern, where the schema has an example."""
    examples = failure.schema.get("examples", ())
    return f"such as `{examples[0]}`" if failure.keyword == "pattern" and examples else None


def _badcalled(failure: _Failure) -> Problem:
    return Problem(
        (*failure.path, failure.value),
        "propertyNames",
        f"`{shown(failure.value)}` cannot be a name in {called(failure.path)}",
        failure.schema.get("description"),
    )


def _unknown_keys(failure: _Failure) -> Iterator[Problem]:
    known = failure.schema.get("properties", {})
    for key in failure.value:
        if key not in known:
            hint = did_you_mean(key, known) or f"known keys: {listed(known)}"
            message = f"unknown key `{shown(key)}`"
            yield Problem((*failure.path, key), failure.keyword, message, hint)


def _missing_keys(failure: _Failure) -> Iterator[Problem]:
    for key in failure.limit:
        if key not in failure.value:
            message = f"{called(failure.path)} has no `{key}`"
            yield Problem(failure.path, failure.keyword, message, f"add the key `{key}`")


def called(path: KeyPath) -> str:
    """Name a value for a message by its last key, such as `` `timeout` `` or `` `tests[0]` ``."""
    if not path:
        return "the top level"
    keys = [place for place, part in enumerate(path) if isinstance(part, str)]
    return f"`{shown(dotted(path[keys[-1] :] if keys else path))}`"
