"""Facts are gathered from a function and its bundle, and documented by their schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lpack.data import own_json
from lpack.facts import document, measure_environment
from tests.function_builder import APP, MACH_O, elf, facts_of

NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789", min_size=1)
VALUES = st.text(max_size=50)


@given(st.dictionaries(NAMES, VALUES, max_size=12))
def test_environment_is_measured_as_compact_json(variables: dict[str, str]) -> None:
    """The bytes are those of the compact JSON in UTF-8, escapes included."""
    expected = json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode()

    measured = measure_environment(variables)

    assert measured.bytes == len(expected)
    assert sum(item.bytes for item in measured.variables) == (len(expected) - 1 if variables else 0)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, 2),
        ({"LARGE_VAR": "x" * (4_096 - 7 - 9)}, 4_096),
        ({"AB": "ä"}, 11),
        ({"AB": '"\n'}, 13),
    ],
)
def test_environment_bytes(variables: dict[str, str], expected: int) -> None:
    """The second is the largest environment that AWS was recorded to accept."""
    assert measure_environment(variables).bytes == expected


def rich() -> dict[str, Any]:
    """Make the document of a function that has something of everything."""
    return document(
        facts_of(
            {**APP, "six.py": b"x" * 10, "lib/a.so": elf(), "b.dylib": MACH_O},
            owners={"six.py": "six"},
            wheels=("six-1.17.0-py2.py3-none-any.whl",),
            zipped=1_000,
            environment={"TOKEN": "hunter2hunter2", "AB": ""},
            layers=("arn:aws:lambda:eu-west-1:123456789012:layer:name:1",),
            triggers=("http",),
        )
    )


@pytest.mark.parametrize("made", [rich(), document(facts_of({}, handler="nodot"))])
def test_document_is_what_its_schema_describes(made: dict[str, Any]) -> None:
    """The schema is valid itself and accepts the document, and nothing is left undescribed."""
    schema = own_json("schemas", "facts.schema.json")

    Draft202012Validator.check_schema(schema)
    problems = [error.message for error in Draft202012Validator(schema).iter_errors(made)]

    assert problems == []


def test_every_property_of_the_schema_is_described() -> None:
    """Each property and each item has a description, and objects take no others."""

    def places(schema: dict[str, Any]) -> list[dict[str, Any]]:
        inner = [*schema.get("properties", {}).values()]
        inner += [schema["items"]] if "items" in schema else []
        return [schema, *(found for place in inner for found in places(place))]

    found = places(own_json("schemas", "facts.schema.json"))

    assert [place for place in found if not place.get("description")] == []
    tables = [place for place in found if place.get("type") == "object"]
    assert [place for place in tables if place["additionalProperties"]] == [
        own_json("schemas", "facts.schema.json")["properties"]["request"]
    ]


def test_document_holds_no_value_of_a_variable() -> None:
    """Names and bytes of the environment are documented, values never."""
    made = rich()

    assert made["environment"] == {"names": ["AB", "TOKEN"], "bytes": 34}
    assert "hunter2" not in json.dumps(made)


def test_sizes_are_told_by_owner() -> None:
    """The largest owner comes first, and own files have no name."""
    files = {"app.py": b"1", "six.py": b"22", "a.py": b"3"}

    facts = facts_of(files, owners={"six.py": "six"}, sizes={"six.py": 500})

    assert facts.sizes.unzipped == 502
    assert [(o.owner, o.files, o.unzipped) for o in facts.sizes.by_owner] == [
        ("six", 1, 500),
        ("", 2, 2),
    ]


def test_native_code_is_found_by_ending_and_without_one() -> None:
    """Shared libraries, versioned ones, and programs without an ending are all looked at."""
    files = {"a.so": elf(), "libb.so.1.2": elf(), "bin/c": elf(), "d.txt": elf(), "e.so": b"INPUT"}

    facts = facts_of(files)

    assert [item.path for item in facts.native] == ["a.so", "bin/c", "libb.so.1.2"]
