"""A team's own schemas over the facts: read, refused where they could not be asked, and asked."""

from __future__ import annotations

import contextlib
import json
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from lpack.data import read_text
from lpack.errors import UsageError
from lpack.facts.policy_words import Violation, violation
from lpack.model import Diagnostic, Where
from lpack.toml_lines import dotted
from lpack.validation.bounded import TooLongError, within
from lpack.validation.wording import shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jsonschema.protocols import Validator
    from referencing import Resource
    from referencing._core import Resolver

SECONDS = 2.0
"""Processor time that a policy may take to be read, and again to be asked."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MOST = 50
"""Violations of one policy that are told."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A schema over the facts document that can be asked."""

    file: str
    """Its path as the user would write it."""
    validator: Validator

    def violations(self, document: dict[str, Any]) -> tuple[Violation, ...]:
        """Give what the policy does not allow; raises UsageError LP020 if it takes too long."""
        with _guarded(self.file):
            errors = list(islice(self.validator.iter_errors(document), _MOST))
            found = {violation(error, self.file, document): None for error in errors}
            return tuple(found)


def read_policy(path: Path, shown_as: str) -> Policy:
    """Read a policy; raises UsageError LP020 for what is no schema or refers to elsewhere.

    One about properties that no fact has is refused with UsageError LP041.
    """
    return _compiled(read_text(path, shown_as), shown_as)


@lru_cache(maxsize=64)
def _compiled(text: str, file: str) -> Policy:
    import jsonschema.validators  # noqa: F401, PLC0415 - only where a policy is declared

    with _guarded(file):
        schema = json.loads(text, parse_constant=_refuse)
        made = Policy(file, _validator(schema, file))
        _refuse_unknown(schema, file, text)
        return made


def _refuse_unknown(schema: Any, file: str, text: str) -> None:
    """Refuse a policy about what no fact has: it would hold for every function."""
    from lpack.facts.policy_names import unknown_facts  # noqa: PLC0415 - see above

    found = [
        Diagnostic(
            "LP041",
            "error",
            f"policy `{file}` is about `{shown(dotted(one.path))}`, and no fact is called so",
            Where(file, _line(text, str(one.path[-1]))),
            one.hint,
        )
        for one in unknown_facts(schema)
    ]
    if found:
        raise UsageError.of(tuple(found[:_MOST]))


def _line(text: str, name: str) -> int | None:
    """Give the only line that has a name, as JSON writes it."""
    lines = [at for at, line in enumerate(text.split("\n"), 1) if json.dumps(name) in line]
    return lines[0] if len(lines) == 1 else None


def _validator(schema: Any, file: str) -> Validator:
    from jsonschema import Draft202012Validator, SchemaError  # noqa: PLC0415 - see above
    from jsonschema.validators import validator_for  # noqa: PLC0415 - see above
    from referencing import Registry, Resource  # noqa: PLC0415 - see above
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415 - see above

    dialect = schema.get("$schema", _DIALECT) if isinstance(schema, dict) else _DIALECT
    kind = validator_for({"$schema": str(dialect)}, default=Draft202012Validator)
    if str(kind.META_SCHEMA["$schema"]).rstrip("#") != str(dialect).rstrip("#"):
        raise _refused(file, f"is of a kind that is not known: `{shown(dialect)}`")
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        place = "".join(f"/{part}" for part in error.absolute_path) or "/"
        raise _refused(
            file, f"is no JSON Schema: at `{shown(place)}`, {error.message[:200]}"
        ) from error
    resource = Resource.from_contents(schema, default_specification=DRAFT202012)
    # Nothing is in the registry but the policy, so nothing is ever fetched.
    registry = Registry().with_resource(resource.id() or "", resource).crawl()
    _look_up_references(resource, registry.resolver(resource.id() or ""), file)
    return kind(schema, registry=registry)


def _look_up_references(resource: Resource[Any], resolver: Resolver[Any], file: str) -> None:
    """Refuse what refers to elsewhere or to nothing, whether or not it would ever be asked."""
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - see above

    contents = resource.contents
    for keyword in ("$ref", "$dynamicRef"):
        target = contents.get(keyword) if isinstance(contents, dict) else None
        if isinstance(target, str):
            try:
                resolver.lookup(target)
            except Unresolvable as error:
                problem = f"refers to `{shown(target)}`, which is not in it"
                hint = "put what it refers to into its `$defs`: nothing is fetched"
                raise _refused(file, problem, hint=hint) from error
    for inner in resource.subresources():
        _look_up_references(inner, resolver.in_subresource(inner), file)


@contextlib.contextmanager
def _guarded(file: str) -> Iterator[None]:
    """Turn whatever a policy brings about into one clear error."""
    try:
        with within(SECONDS):
            yield
    except json.JSONDecodeError as error:
        raise _refused(file, f"is not valid JSON: {error.msg}", line=error.lineno) from error
    except TooLongError as error:
        hint = "simplify its patterns and references"
        raise _refused(file, "takes too long to be asked", hint=hint) from error
    except RecursionError as error:
        raise _refused(file, "is nested too deep, or refers to itself") from error
    except (ValueError, OverflowError, MemoryError) as error:
        raise _refused(file, f"cannot be asked: {shown(error)}") from error


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON number")


def _refused(
    file: str, problem: str, *, line: int | None = None, hint: str | None = None
) -> UsageError:
    return UsageError("LP020", f"policy `{file}` {problem}", where=Where(file, line), hint=hint)
