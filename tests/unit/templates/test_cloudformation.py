"""Functions of SAM and CloudFormation templates, put into lpack's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lpack.model import Unknown
from lpack.templates.cloudformation import read_cloudformation
from lpack.templates.texts import parse_text

if TYPE_CHECKING:
    from lpack.templates.declared import Declared, Template

SAM = "Transform: AWS::Serverless-2016-10-31\n"


def template_of(text: str) -> Template:
    tree, twice = parse_text(text, "template.yaml")
    return read_cloudformation(tree, "template.yaml", twice, is_json=False)


def function_of(properties: str, more: str = "") -> Declared:
    lines = "".join(f"      {line}\n" for line in properties.splitlines())
    head = "Resources:\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n"
    text = f"{SAM}{head}      Runtime: python3.13\n      Handler: app.handler\n{lines}{more}"
    (found,) = template_of(text).functions
    return found


def codes(found: Declared | Template) -> list[str]:
    return sorted(one.code for one in found.problems)


def test_globals_go_under_what_a_function_says() -> None:
    """Maps are joined, lists follow each other, and each value keeps its own place."""
    template = template_of(
        SAM
        + "Globals:\n  Function:\n    Timeout: 5\n    MemorySize: 256\n"
        + "    Environment: {Variables: {A: global, B: global}}\n    Layers: [arn:a]\n"
        + "Resources:\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        + "      Runtime: python3.13\n      Handler: app.handler\n      Timeout: '9'\n"
        + "      Layers: [arn:b]\n      Environment: {Variables: {B: own}}\n"
    )

    (found,) = template.functions

    assert found.table["timeout"] == 9
    assert found.table["memory"] == 256
    assert found.table["environment"] == {"A": "global", "B": "own"}
    assert found.table["layers"] == ["arn:a", "arn:b"]
    places = {key: str(found.places[key,]) for key in ("timeout", "memory")}
    assert places == {
        "timeout": "template.yaml:14: Resources.Api.Properties.Timeout",
        "memory": "template.yaml:5: Globals.Function.MemorySize",
    }


@pytest.mark.parametrize(
    ("event", "trigger"),
    [
        ("Type: Api\nProperties: {Path: /, Method: get}", "rest"),
        ("Type: HttpApi", "http"),
        (
            "Type: Schedule\nProperties: {Schedule: rate(1 day)}",
            {"kind": "schedule", "expression": "rate(1 day)"},
        ),
        (
            "Type: ScheduleV2\nProperties: {ScheduleExpression: rate(1 day), "
            "ScheduleExpressionTimezone: Europe/Berlin}",
            {"kind": "schedule", "expression": "rate(1 day)", "timezone": "Europe/Berlin"},
        ),
        (
            "Type: SQS\nProperties: {Queue: !GetAtt Jobs.Arn, BatchSize: 5}",
            {"kind": "sqs", "visibility_timeout": 40, "batch_size": 5},
        ),
        ("Type: SQS\nProperties: {Queue: arn:aws:sqs:eu-west-1:1:x}", "sqs"),
        ("Type: MSK\nProperties: {Stream: x, StartingPosition: LATEST}", "kafka"),
    ],
)
def test_events_are_triggers(event: str, trigger: Any) -> None:
    """A queue of the template brings its visibility timeout."""
    lines = "\n".join(f"    {line}" for line in event.splitlines())
    queue = "  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: {VisibilityTimeout: '40'}\n"

    found = function_of(f"Events:\n  One:\n{lines}", queue)

    assert found.table["triggers"] == [trigger]
    assert not found.problems


def test_layers_of_the_template_and_with_pseudo_parameters() -> None:
    """Those of the template have no ARN yet; a region that is not known is any."""
    layers = "!Sub 'arn:aws:lambda:${AWS::Region}:123456789012:layer:x:1', !Ref Own, !Ref Other"
    more = (
        "  Own: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: own/}}\n"
        "Parameters: {Other: {Type: String}}\n"
    )

    found = function_of(f"Layers: [{layers}]", more)

    assert found.table["layers"] == ["arn:aws:lambda:us-east-1:123456789012:layer:x:1"]
    assert found.other_layers == 2
    assert found.own_layers == ("Own",)
    assert found.unknown == (("Layers", "parameter `Other` has no default"),)


def test_settings_are_those_of_the_api() -> None:
    """SAM's own words become the members of CreateFunction, with what is not known in them."""
    found = function_of(
        "Tracing: Active\nKmsKeyArn: arn:aws:kms:x\nTags: {team: 1}\n"
        "DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}\n"
        "VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: !Ref Groups}",
        "  Dead: {Type: AWS::SQS::Queue}\nParameters: {Groups: {Type: 'List<String>'}}\n",
    )

    settings = found.table["settings"]

    assert settings["TracingConfig"] == {"Mode": "Active"}
    assert settings["KMSKeyArn"] == "arn:aws:kms:x"
    assert settings["Tags"] == {"team": "1"}
    assert isinstance(settings["DeadLetterConfig"]["TargetArn"], Unknown)
    assert isinstance(settings["VpcConfig"]["SecurityGroupIds"], Unknown)


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ("Timeout: soon", "LP030"),
        ("Timeout: [1]", "LP030"),
        ("Timeout:", "LP030"),
        ("Architectures: arm64", "LP030"),
        ("Architectures: [arm]", "LP030"),
        ("Environment: [a]", "LP030"),
        ("Environment: {Variables: {A: [1]}}", "LP030"),
        ("Environment: {A: b}", "LP035"),
        ("EphemeralStorage: 512", "LP030"),
        ("Layers: arn:x", "LP030"),
        ("FunctionUrlConfig: {AuthType: PUBLIC}", "LP030"),
        ("FunctionUrlConfig: {}", "LP030"),
        ("EventInvokeConfig: {MaximumRetryAttempts: '3'}", "LP030"),
        ("Timeuot: 3", "LP035"),
        ("Events: {A: {Type: Sqs}}", "LP035"),
        ("Events: {A: {Type: Api, Properties: {Path: /}}}", "LP036"),
        ("Events: {A: {Type: S3, Properties: {Bucket: x, Events: y}}}", "LP030"),
        ("Timeout: !Join x", "LP033"),
        ("ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}", "LP036"),
    ],
)
def test_what_is_wrong_with_a_property(properties: str, code: str) -> None:
    """Each mistake has one code, and points to its line."""
    found = function_of(properties)

    assert codes(found) == [code]
    where = found.problems[0].where
    assert where is not None
    assert where.line is not None


def test_what_deployments_take_is_no_mistake() -> None:
    """Numbers may be texts, switched-off preferences need no alias, `AWS::NoValue` is nothing."""
    found = function_of(
        "Timeout: '30'\nMemorySize: 256.0\nDescription: 5\nDeploymentPreference: {Enabled: false}\n"
        "Environment: {Variables: {A: 1, B: true}}\nTags: !Ref AWS::NoValue"
    )

    assert not found.problems
    assert found.table["environment"] == {"A": "1", "B": "true"}


def test_names_that_sam_makes_are_known() -> None:
    """Roles, implicit APIs and versions come from what the template has."""
    template = template_of(
        SAM
        + "Resources:\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        + "      Runtime: python3.13\n      Handler: app.handler\n      Environment:\n"
        + "        Variables:\n          A: !Ref ServerlessRestApi\n          B: !Ref ApiRole\n"
        + "          C: !Ref Absent\n"
    )

    assert [one.message for one in template.problems] == [
        "`Ref` names `Absent`, and there is no parameter or resource of that name"
    ]


def test_a_misspelt_section_is_told() -> None:
    """CloudFormation refuses a template with a section that it does not know."""
    template = template_of(f"{SAM}Parameteres: {{}}\nResources: {{}}\n")

    assert [(one.code, one.hint) for one in template.problems] == [
        ("LP035", "did you mean `Parameters`?")
    ]


def test_loops_over_resources_are_written_out() -> None:
    """`Fn::ForEach` makes a function for each item of a list that is known."""
    template = template_of(
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Jobs:\n    - Name\n"
        "    - [One, Two]\n    - Job${Name}:\n        Type: AWS::Lambda::Function\n"
        "        Properties:\n          Runtime: python3.13\n          Handler: ${Name}.handler\n"
        "          Role: arn:aws:iam::123456789012:role/x\n          Code: jobs/\n"
    )

    handlers = {one.name: one.table["handler"] for one in template.functions}
    assert handlers == {"JobOne": "One.handler", "JobTwo": "Two.handler"}


def test_other_resources_say_what_calls_a_function() -> None:
    """Permissions, mappings and addresses are triggers as well."""
    template = template_of(
        "Resources:\n  Api:\n    Type: AWS::Lambda::Function\n    Properties:\n"
        "      Runtime: python3.13\n      Handler: app.handler\n      Code: {S3Bucket: b, S3Key: k}\n"
        "  Queue: {Type: AWS::SQS::Queue}\n"
        "  Maps:\n    Type: AWS::Lambda::EventSourceMapping\n"
        "    Properties: {FunctionName: !Ref Api, EventSourceArn: !GetAtt Queue.Arn}\n"
        "  Allows:\n    Type: AWS::Lambda::Permission\n"
        "    Properties: {FunctionName: !GetAtt Api.Arn, Principal: s3.amazonaws.com}\n"
        "  Address:\n    Type: AWS::Lambda::Url\n    Properties: {FunctionName: !Ref Api}\n"
    )

    (found,) = template.functions

    assert found.table["triggers"] == [{"kind": "sqs", "visibility_timeout": 30}, "s3", "url"]


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ("Runtime: nodejs22.x", "nodejs22.x"),
        ("PackageType: Image\n      ImageUri: x", "a container image"),
        ("Runtime: go1.x", "go1.x"),
    ],
)
def test_what_is_not_for_lpack_is_named(properties: str, what: str) -> None:
    """Functions of other languages and images are left alone."""
    template = template_of(
        f"{SAM}Resources:\n  Other:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        f"      {properties}\n"
    )

    assert template.skipped == (("Other", what),)
    assert not template.functions
