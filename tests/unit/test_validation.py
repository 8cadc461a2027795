from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from lpack.config import DEFAULT_OUTPUT, DEFAULT_RESOLVER, DEFAULT_SIZES, RESOLVERS
from lpack.data import own_json
from lpack.model import ARCHITECTURES
from lpack.platforms import DEFAULT_RUNTIME, runtime_named
from lpack.validation import problems
from lpack.validation.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = own_json("schemas", "config.schema.json")


def _properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items():
            yield f"{path}/{name}", value
        for key, value in schema.items():
            if key not in ("default", "examples"):
                yield from _properties(value, f"{path}/{key}")


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    definition: dict[str, Any] = SCHEMA["$defs"][value["$ref"].rpartition("/")[2]]
    return definition


PROPERTIES = {path: _resolved(value) for path, value in _properties(SCHEMA)}


def test_the_schema_is_a_schema() -> None:
    """The contract follows JSON Schema 2020-12 and tells where it lives."""
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == "https://lpack.dev/schemas/config.schema.json"


@pytest.mark.parametrize("path", PROPERTIES)
def test_each_property_helps_an_editor(path: str) -> None:
    """Each key has a description and a default, and its default and examples are valid."""
    schema = PROPERTIES[path]
    validator = Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]}, registry=Registry())

    assert schema["description"].endswith(".")
    for value in (schema["default"], *schema.get("examples", [])):
        validator.validate(value)


@pytest.mark.parametrize("path", PROPERTIES)
def test_each_table_refuses_unknown_keys(path: str) -> None:
    """No table with named keys takes others."""
    schema = PROPERTIES[path]

    assert "properties" not in schema or schema["additionalProperties"] is False


def test_the_defaults_are_those_of_the_code() -> None:
    """What an editor shows as default is what lpack does."""
    shared = SCHEMA["$defs"]

    assert {key: shared[key]["default"] for key in DEFAULT_SIZES} == DEFAULT_SIZES
    assert shared["runtime"]["default"] == DEFAULT_RUNTIME
    assert tuple(shared["architecture"]["enum"]) == ARCHITECTURES
    assert SCHEMA["properties"]["output_dir"]["default"] == DEFAULT_OUTPUT
    assert SCHEMA["properties"]["resolver"]["default"] == DEFAULT_RESOLVER
    assert tuple(SCHEMA["properties"]["resolver"]["enum"]) == RESOLVERS


def test_the_runtimes_shown_exist() -> None:
    """Each runtime that an editor proposes is one that lpack knows."""
    assert all(runtime_named(name) for name in SCHEMA["$defs"]["runtime"]["examples"])


@pytest.mark.parametrize(
    "function",
    [
        {},
        {"handler": "app.handler", "source": "src", "timeout": 30, "memory": 1024},
        {"source": ["a", "b"], "requirements": False, "layers": []},
        {"requirements": []},
        {"requirements": ["a.txt", "b.txt"]},
        {"requirements": {"packages": ["requests"], "extras": ["x"], "groups": ["y"]}},
        {"environment": {"A": "1"}, "triggers": ["http", "sqs"]},
        {"tests": [{"name": "x", "event": [1], "response": None, "error_type": "KeyError"}]},
        {"timeout": 100_000},
    ],
)
def test_a_good_function_has_no_problem(function: dict[str, Any]) -> None:
    """What the keys allow is not reported; limits of AWS are not this schema's business."""
    assert problems({"functions": {"api": function}}, "config") == []


@pytest.mark.parametrize(
    ("function", "key", "message", "hint"),
    [
        (
            {"timeout": "30"},
            ("timeout",),
            "`timeout` must be an integer, not a string",
            "remove the quotes",
        ),
        ({"timeout": 0}, ("timeout",), "`timeout` must be at least 1, not 0", None),
        (
            {"memory": 1.5},
            ("memory",),
            "`memory` must be an integer, not a number with a fraction",
            None,
        ),
        ({"memory": True}, ("memory",), "`memory` must be an integer, not true or false", None),
        (
            {"environment": {"PORT": 8080}},
            ("environment", "PORT"),
            "`PORT` must be a string, not an integer",
            "put the value in quotes",
        ),
        (
            {"layers": "arn"},
            ("layers",),
            "`layers` must be a list, not a string",
            "put the value in brackets",
        ),
        ({"layers": ["a", "a"]}, ("layers",), "`layers` has `a` twice", "remove one of the two"),
        (
            {"architecture": "arm"},
            ("architecture",),
            "`architecture` is `arm`, which is not one of the choices",
            "did you mean `arm64`?",
        ),
        (
            {"architecture": []},
            ("architecture",),
            "`architecture` is a list, which is not one of the choices",
            "choices: `x86_64`, `arm64`",
        ),
        (
            {"triggers": ["http", "htpp"]},
            ("triggers", 1),
            "`triggers[1]` is `htpp`, which is not one of the choices",
            "did you mean `http`?",
        ),
        (
            {"requirements": 3},
            ("requirements",),
            "`requirements` must be a string, a list, a table or true or false, not an integer",
            "put the value in quotes",
        ),
        ({"requirements": True}, ("requirements",), "`requirements` cannot be `true`", None),
        (
            {"requirements": {"file": []}},
            ("requirements", "file"),
            "unknown key `file`",
            "did you mean `files`?",
        ),
        (
            {"requirements": {"qqqq": []}},
            ("requirements", "qqqq"),
            "unknown key `qqqq`",
            "known keys: `files`, `packages`, `extras`, `groups`, `indexes`",
        ),
        ({"handler": ""}, ("handler",), "`handler` is empty", None),
        ({"tests": [{}]}, ("tests", 0), "`tests[0]` has no `name`", "add the key `name`"),
        ({"Timeout": 3}, ("Timeout",), "unknown key `Timeout`", "did you mean `timeout`?"),
        (
            {"ephemeral-storage": 3},
            ("ephemeral-storage",),
            "unknown key `ephemeral-storage`",
            "did you mean `ephemeral_storage`?",
        ),
    ],
)
def test_a_problem_is_told_in_plain_words(
    function: dict[str, Any], key: tuple[str | int, ...], message: str, hint: str | None
) -> None:
    """Each kind of mistake has one message for people, at the path of the value."""
    (problem,) = problems({"functions": {"api": function}}, "config")

    assert problem.path == ("functions", "api", *key)
    assert (problem.message, problem.hint) == (message, hint)


@pytest.mark.parametrize("name", ["", "a b", "a\n", "a/b", "é", "x" * 65])
def test_a_name_that_lambda_refuses_is_one_problem(name: str) -> None:
    """Names have letters, digits, hyphens and underscores, 64 at most, and no line end."""
    (problem,) = problems({"functions": {name: {}}}, "config")

    assert problem.path == ("functions", name)
    assert problem.keyword == "propertyNames"
    assert problem.hint == "use letters, digits, `-` and `_` only, 64 at most"
    assert "\n" not in problem.message


def test_all_problems_are_given_in_the_order_of_their_paths() -> None:
    """One run tells everything, and always in the same order."""
    table = {"functions": {"b": {"timeout": 0}, "a": {"tests": [{}] * 11}}, "outptu": 1}

    paths = [problem.path for problem in problems(table, "config")]

    assert paths == [
        *(("functions", "a", "tests", place) for place in range(11)),
        ("functions", "b", "timeout"),
        ("outptu",),
    ]


def test_a_message_is_short_and_on_one_line() -> None:
    """Values of any size and content are cut and cleaned before they are shown."""
    table = {"resolver": "\x1b[31m\n" * 10_000, "x" * 10_000: 1}

    found = problems(table, "config")

    assert len(found) == 2
    assert all(len(problem.message) < 200 for problem in found)
    assert all(problem.message.isprintable() for problem in found)


def test_a_value_of_the_environment_is_never_shown() -> None:
    """A password that lacks its quotes stays out of messages and hints."""
    (problem,) = problems({"defaults": {"environment": {"PIN": 90_210_777}}}, "config")

    assert "90210777" not in repr(problem)


def test_the_nearest_names_come_instead_of_all() -> None:
    """A list of thirty names is none to choose from."""
    known = [f"Key{number}" for number in range(30)]

    assert nearest("Key1x", known) == "did you mean `Key1`?"
    assert nearest("zzz", known).endswith(" and 26 more")
    assert nearest("zzz", ["a", "b"]) == "known keys: `b`, `a`"
