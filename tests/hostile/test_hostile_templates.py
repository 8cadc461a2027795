"""Whatever a template says, reading and judging it ends in diagnostics or one clear error."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpack.errors import LpackError, UsageError
from lpack.judging import check_declared
from lpack.templates.reading import read_templates

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 23)
NAMES = st.sampled_from(
    [
        *("Ref", "Fn::Sub", "Fn::Join", "Fn::If", "Fn::GetAtt", "Fn::FindInMap", "Fn::Select"),
        *("Fn::Split", "Fn::Base64", "Fn::Length", "Fn::ToJsonString", "Condition", "Size"),
        *("Variables", "SubnetIds", "Type", "Properties", "Queue", "Schedule", "A", "Mode"),
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["A", "AWS::NoValue", "AWS::Region", "${A}", "${self:a}", "python3.13", "1e9"]),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=12,
)
PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            *("Architectures", "Code", "CodeUri", "DeadLetterQueue", "Description", "Environment"),
            *("EphemeralStorage", "EventInvokeConfig", "Events", "FileSystemConfigs", "Timeout"),
            *("FunctionName", "FunctionUrlConfig", "Handler", "ImageConfig", "InlineCode"),
            *("Layers", "LoggingConfig", "MemorySize", "PackageType", "Role", "Runtime"),
            *("ReservedConcurrentExecutions", "SnapStart", "Tags", "Tracing", "VpcConfig", "X"),
        ]
    ),
    VALUES,
    max_size=6,
)
TEMPLATES = st.fixed_dictionaries(
    {
        "Resources": st.dictionaries(
            st.sampled_from(["A", "B", "Fn::ForEach::C"]),
            st.one_of(
                VALUES,
                st.fixed_dictionaries(
                    {
                        "Type": st.sampled_from(
                            [
                                *("AWS::Serverless::Function", "AWS::Lambda::Function"),
                                *("AWS::Serverless::LayerVersion", "AWS::Lambda::Permission"),
                            ]
                        ),
                        "Properties": st.one_of(PROPERTIES, VALUES),
                    },
                    optional={"Metadata": VALUES, "Condition": VALUES, "DependsOn": VALUES},
                ),
            ),
            max_size=3,
        )
    },
    optional={
        "AWSTemplateFormatVersion": SCALARS,
        "Transform": VALUES,
        "Globals": st.one_of(VALUES, st.fixed_dictionaries({"Function": PROPERTIES})),
        "Parameters": st.one_of(VALUES, st.fixed_dictionaries({"A": VALUES})),
        "Mappings": VALUES,
        "Conditions": st.one_of(VALUES, st.fixed_dictionaries({"A": VALUES})),
    },
)
SERVICES = st.fixed_dictionaries(
    {
        "provider": st.fixed_dictionaries(
            {"name": st.just("aws")},
            optional={"runtime": VALUES, "timeout": VALUES, "tags": VALUES},
        ),
        "functions": st.one_of(
            VALUES,
            st.dictionaries(
                st.sampled_from(["a", "b"]),
                st.dictionaries(
                    st.sampled_from(
                        [
                            *("handler", "runtime", "memorySize", "memory", "timeout", "events"),
                            *("environment", "layers", "vpc", "package", "url", "architecture"),
                            *("tracing", "snapStart", "fileSystemConfig", "tags", "name", "image"),
                        ]
                    ),
                    VALUES,
                    max_size=5,
                ),
                max_size=2,
            ),
        ),
    },
    optional={"resources": VALUES, "package": VALUES, "a": VALUES},
)
PLANS = st.fixed_dictionaries(
    {
        "terraform_version": SCALARS,
        "planned_values": st.one_of(
            VALUES,
            st.fixed_dictionaries(
                {
                    "root_module": st.fixed_dictionaries(
                        {
                            "resources": st.lists(
                                st.fixed_dictionaries(
                                    {
                                        "address": SCALARS,
                                        "type": st.just("aws_lambda_function"),
                                        "values": st.dictionaries(
                                            st.sampled_from(
                                                [
                                                    *("runtime", "handler", "timeout", "layers"),
                                                    *("environment", "vpc_config", "tags"),
                                                    *("architectures", "filename"),
                                                ]
                                            ),
                                            VALUES,
                                        ),
                                    }
                                ),
                                max_size=2,
                            )
                        },
                        optional={"child_modules": VALUES},
                    )
                }
            ),
        ),
    },
    optional={"resource_changes": VALUES},
)


def judge(document: Any, path: Path) -> None:
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        for template in read_templates(path, path.name, {}):
            for one in template.functions:
                outcome = check_declared(one, template, path.parent, today=TODAY)
                assert outcome.name == one.name
    except LpackError as error:
        assert error.code.startswith("LP0")  # noqa: PT017 - the other end is as good


def test_a_template_larger_than_any_is_refused_unread(tmp_path: Path) -> None:
    """Nothing waits for the end of a file that is meant to take long."""
    path = tmp_path / "template.yaml"
    path.write_text("- " * 1_500_000, encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        list(read_templates(path, path.name, {}))

    assert caught.value.code == "LP029"


def test_more_resources_than_a_template_may_have_are_refused(tmp_path: Path) -> None:
    """Each function is judged by all rules, which takes its time."""
    path = tmp_path / "template.yaml"
    lines = (f"  R{number}: {{Type: AWS::Lambda::Function}}\n" for number in range(1_001))
    path.write_text("Resources:\n" + "".join(lines), encoding="utf-8")

    with pytest.raises(UsageError, match="has 1,001 resources"):
        list(read_templates(path, path.name, {}))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TEMPLATES)
def test_templates_of_cloudformation(tmp_path: Path, document: Any) -> None:
    """Values of any type may stand anywhere."""
    judge(document, tmp_path / "template.json")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SERVICES)
def test_services(tmp_path: Path, document: Any) -> None:
    """Values of any type may stand anywhere."""
    judge(document, tmp_path / "serverless.yml")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(PLANS)
def test_plans(tmp_path: Path, document: Any) -> None:
    """Values of any type may stand anywhere."""
    judge(document, tmp_path / "plan.json")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet="ab:-[]{}&*!<>?|'\"\n #,~", max_size=60))
def test_texts(tmp_path: Path, text: str) -> None:
    """Any text is a template, or is none, and that is said."""
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        list(read_templates(path, path.name, {}))
    except LpackError as error:
        assert error.code.startswith("LP0")  # noqa: PT017 - the other end is as good
