"""Every constraint that Lambda's API has for CreateFunction is checked, or named with a reason."""

from __future__ import annotations

import copy
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from lpack.catalogue import ENTRIES
from lpack.data import own_json
from lpack.rules.setting_invalid import OWN_KEYS
from lpack.validation.constraints import KEYWORDS, broken
from tests.function_builder import check, codes
from tests.lambda_api import (
    BOTOCORE,
    ELSEWHERE,
    SHAPES,
    Constraint,
    constraints,
    has_botocore,
    settings_schema,
    shapes,
    shapes_of_botocore,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
ACCEPT = bool(os.environ.get("LPACK_ACCEPT"))
MODEL = shapes()
CONSTRAINTS = list(constraints(MODEL))
SCHEMA = own_json("schemas", "settings.schema.json")
ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
# One of everything that `settings` takes.
VALID: dict[str, Any] = {
    "Role": "arn:aws:iam::123456789012:role/service-role/worker",
    "VpcConfig": {
        "SubnetIds": ["subnet-0a1b"],
        "SecurityGroupIds": ["sg-0a1b"],
        "Ipv6AllowedForDualStack": True,
    },
    "PackageType": "Zip",
    "DeadLetterConfig": {"TargetArn": ARN.format("sqs", "failed")},
    "KMSKeyArn": ARN.format("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    "TracingConfig": {"Mode": "Active"},
    "Tags": {"team": "Bücher + more"},
    "FileSystemConfigs": [
        {
            "Arn": ARN.format("elasticfilesystem", "access-point/fsap-0123456789abcdef0"),
            "LocalMountPath": "/mnt/data",
            "S3FilesConfig": {"DirectS3Read": "AUTO"},
        }
    ],
    "CodeSigningConfigArn": ARN.format("lambda", "code-signing-config:csc-0123456789abcdef0"),
    "ImageConfig": {"EntryPoint": ["python"], "Command": ["app"], "WorkingDirectory": "/"},
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "LoggingConfig": {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "WARN",
        "LogGroup": "/aws/lambda/api",
    },
    "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"},
    "CapacityProviderConfig": {
        "LambdaManagedInstancesCapacityProviderConfig": {
            "CapacityProviderArn": ARN.format("lambda", "capacity-provider:fleet"),
            "PerExecutionEnvironmentMaxConcurrency": 16,
            "ExecutionEnvironmentMemoryGiBPerVCpu": 2.5,
        }
    },
    "DurableConfig": {
        "KMSKeyArn": ARN.format("kms", "key/1"),
        "RetentionPeriodInDays": 7,
        "ExecutionTimeout": 3600,
    },
    "RuntimeConfig": {
        "RuntimeArn": "arn:aws:lambda:eu-west-1:123456789012:runtime/abcdef",
        "RuntimeAlias": "live",
    },
    "AcceleratorConfig": {"AcceleratorMemorySize": 16},
}
# What has a key of its own, with the code that its constraints are reported by.
BY_OWN_KEY = {
    "FunctionName": "LP326",
    "Runtime": "LP010",
    "Handler": "LP306",
    "Description": "LP322",
    "Timeout": "LP311",
    "MemorySize": "LP310",
    "Environment": "LP305",
    "Layers": "LP325",
    "Architectures": "LP006",
    "EphemeralStorage": "LP312",
}
NOT_CHECKED = {
    "Code": "whoever deploys the package says where it lies",
    "PublishTo": "whoever deploys the package says whether it becomes a version",
    "Role": "the role is often made together with the function; one that is declared is checked",
}
GENERIC = "LP341"
NO_CHOICE = "which is not one of the choices"


def verdict(constraint: Constraint) -> tuple[str, str]:
    """Give the code that reports a constraint, or else why it is not checked."""
    path, keyword, _ = constraint
    member = re.split(r"[.\[{]", path)[0]
    if member in BY_OWN_KEY:
        return BY_OWN_KEY[member], ""
    if member in ("Code", "PublishTo") or (path, keyword) == ("Role", "required"):
        return "", NOT_CHECKED[member]
    return GENERIC, ""


# Nothing is shorter than empty.
GENERICALLY = [one for one in CONSTRAINTS if verdict(one)[0] == GENERIC and one[1:] != ("min", 0)]


@pytest.mark.skipif(not has_botocore(), reason=f"botocore {BOTOCORE} (group `api`) is not here")
def test_the_model_is_that_of_botocore() -> None:
    """What the tests know of the API is what botocore says, with nothing left out."""
    expected = shapes_of_botocore()

    if ACCEPT:
        text = json.dumps(expected, indent=1, ensure_ascii=False) + "\n"
        SHAPES.write_text(text, encoding="utf-8")
    assert expected == json.loads(SHAPES.read_text(encoding="utf-8"))


def test_the_schema_is_what_the_model_of_the_api_says() -> None:
    """`settings` takes every member that has no key of its own, with all its constraints."""
    expected = settings_schema(MODEL)

    if ACCEPT:
        text = json.dumps(expected, indent=2, ensure_ascii=False) + "\n"
        (ROOT / "schemas" / "settings.schema.json").write_text(text, encoding="utf-8")
    assert expected == own_json("schemas", "settings.schema.json")


def test_each_member_of_the_request_has_one_place() -> None:
    """It is a key of lpack, a setting, or what a deployment adds."""
    members = set(MODEL["CreateFunctionRequest"]["members"])

    assert ELSEWHERE.keys() | SCHEMA["properties"].keys() == members
    assert ELSEWHERE.keys() & SCHEMA["properties"].keys() == set()
    assert set(OWN_KEYS) < ELSEWHERE.keys()
    assert VALID.keys() == SCHEMA["properties"].keys()


def test_the_schema_has_no_keyword_that_is_not_looked_at() -> None:
    """The keywords are those of the small validator."""

    def nested(schema: dict[str, Any]) -> Iterator[str]:
        yield from schema
        below = [schema.get(key) for key in ("items", "propertyNames", "additionalProperties")]
        for one in (*schema.get("properties", {}).values(), *below):
            yield from nested(one) if isinstance(one, dict) else ()

    described = {"$schema", "$id", "title", "description", "source"}

    assert set(nested(SCHEMA)) - described <= KEYWORDS


def test_what_lambda_takes_is_taken() -> None:
    """A request with one of everything breaks no constraint, by either validator."""
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(VALID)

    assert list(broken(VALID, SCHEMA)) == []


@pytest.mark.parametrize("constraint", GENERICALLY, ids=lambda one: f"{one[0]} {one[1]}")
def test_each_constraint_is_checked(constraint: Constraint) -> None:
    """A request that breaks nothing but this one is reported, by both validators alike."""
    path, keyword, limit = constraint
    request = copy.deepcopy(VALID)

    change(request, path, keyword, limit)

    assert list(broken(request, SCHEMA))
    assert not Draft202012Validator(SCHEMA).is_valid(request)
    assert "LP341-error" in codes(settings=request)


def change(request: dict[str, Any], path: str, keyword: str, limit: Any) -> None:
    """Break one constraint of a valid request."""
    *above, last = re.findall(r"[^.\[{]+|\[\]|\{\w+\}", path)
    place: Any = request
    for part in above:
        place = place[0] if part == "[]" else place[part]
    key: Any = 0 if last == "[]" else last
    if last == "{value}":
        key = next(iter(place))
    if keyword == "required":
        del place[key]
    elif last == "{key}":
        place[bad(keyword, limit, "")] = "x"
    else:
        place[key] = bad(keyword, limit, place[key])


def bad(keyword: str, limit: Any, good: Any) -> Any:
    """Make a value that breaks a limit, and else is as the good one."""
    if keyword == "enum":
        return "Nope"
    if keyword == "pattern":
        return "a\tb"
    size = limit + (1 if keyword == "max" else -1)
    if isinstance(good, str):
        return (good + "x" * size)[:size]
    return (good * size)[:size] if isinstance(good, list) else size


@pytest.mark.parametrize(
    ("settings", "messages"),
    [
        (
            {"TracingCofnig": {}},
            ["Lambda knows no setting `TracingCofnig`: did you mean `TracingConfig`?"],
        ),
        (
            {"TracingConfig": {"mode": "Active"}},
            ["Lambda knows no setting `TracingConfig.mode`: did you mean `Mode`?"],
        ),
        (
            {"TracingConfig": {"Mode": "active"}},
            [f"`TracingConfig.Mode` is `active`, {NO_CHOICE}: did you mean `Active`?"],
        ),
        (
            {"Timeout": 5},
            ["`Timeout` has a key of its own: write it as `timeout`, beside `settings`"],
        ),
        (
            {"Tags": {"a": 1}},
            ["`Tags.a` must be a string, not an integer: put the value in quotes"],
        ),
        ({"DurableConfig": {"ExecutionTimeout": True}}, None),
        ({"LoggingConfig": {"LogGroup": "name\n"}}, None),
        ({"EphemeralStorage": {"Size": 512}, "Tags": {"": "x"}}, None),
    ],
)
def test_a_broken_constraint_is_told_in_words(
    settings: dict[str, Any], messages: list[str] | None
) -> None:
    """The setting is named by its path, with what it should be."""
    found = check(settings=settings)

    assert {one.code for one in found} == {"LP341"}
    assert messages is None or messages == [f"{one.message}: {one.hint}" for one in found]


def test_the_table_of_constraints_is_the_one_of_the_model() -> None:
    """schemas/settings.md says of each constraint who checks it, or why nobody does."""
    page, text = ROOT / "schemas" / "settings.md", table()

    if ACCEPT:
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text
    assert {code for code, _ in map(verdict, CONSTRAINTS) if code} <= ENTRIES.keys()


def table() -> str:
    """Write the page."""
    checked = [one for one in CONSTRAINTS if verdict(one)[0]]
    rows = [
        f"| `{path}` | {keyword} | {shown(value)} | {''.join(verdict((path, keyword, value)))} |"
        for path, keyword, value in CONSTRAINTS
    ]
    return (
        "# What Lambda's API demands of CreateFunction, and what lpack checks of it\n\n"
        f"botocore's model of the API ({BOTOCORE}) has {len(CONSTRAINTS)} constraints for "
        f"CreateFunction; lpack checks {len(checked)} and leaves "
        f"{len(CONSTRAINTS) - len(checked)}, for the reason that stands in their rows.\n"
        "Those of LP341 are data: `schemas/settings.schema.json`, written from the model.\n"
        "This page is made by tests/unit/test_lambda_api.py.\n\n"
        "| member | constraint | value | checked by |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def shown(value: Any) -> str:
    """Write a limit into a cell of the table."""
    if value is True:
        return ""
    if isinstance(value, list):
        return f"{len(value)} choices"
    text = str(value).replace("|", "\\|")
    return f"{value:,}" if isinstance(value, int) else f"`{text}`"
