"""Rules about what else CreateFunction is told, and about how its parts go together."""

from __future__ import annotations

from typing import Any

import pytest

from lpack.model import Where
from tests.function_builder import check, codes

LAYER = ("arn:aws:lambda:eu-west-1:123456789012:layer:name:1",)
EFS = {
    "Arn": "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0123456789abcdef0",
    "LocalMountPath": "/mnt/data",
}
S3 = {
    "Arn": (
        "arn:aws:s3files:eu-west-1:123456789012:file-system/fs-0123456789abcdef0"
        "/access-point/fsap-0123456789abcdef0"
    ),
    "LocalMountPath": "/mnt/data",
}
VPC = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
SNAP = {"SnapStart": {"ApplyOn": "PublishedVersions"}}
FLEET = {
    "CapacityProviderConfig": {
        "LambdaManagedInstancesCapacityProviderConfig": {
            "CapacityProviderArn": "arn:aws:lambda:eu-west-1:123456789012:capacity-provider:a"
        }
    }
}


@pytest.mark.parametrize(
    ("settings", "others", "expected"),
    [
        ({}, {}, []),
        ({"TracingConfig": {"Mode": "Active"}}, {}, []),
        ({"PackageType": "Zip"}, {}, []),
        ({"PackageType": "Image"}, {}, ["LP342-error"]),
        ({"ImageConfig": {"Command": ["app.handler"]}}, {}, ["LP342-error"]),
        ({"LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": "WARN"}}, {}, []),
        ({"LoggingConfig": {"LogFormat": "Text"}}, {}, []),
        ({"LoggingConfig": {"LogFormat": "Text", "SystemLogLevel": "WARN"}}, {}, ["LP343-error"]),
        ({"LoggingConfig": {"ApplicationLogLevel": "INFO"}}, {}, ["LP343-error"]),
        (SNAP, {}, []),
        (SNAP, {"architecture": "arm64", "runtime": "python3.12"}, []),
        (SNAP, {"runtime": "python3.11"}, ["LP344-error"]),
        (SNAP, {"ephemeral_storage": 513}, ["LP344-error"]),
        (SNAP | {"FileSystemConfigs": [EFS], "VpcConfig": VPC}, {}, ["LP344-error"]),
        (SNAP | {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}, {}, ["LP344-error"]),
        ({"SnapStart": {"ApplyOn": "None"}}, {"runtime": "python3.11"}, []),
        ({"VpcConfig": VPC}, {}, []),
        ({"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}}, {}, []),
        ({"VpcConfig": {"SubnetIds": ["subnet-1"]}}, {}, ["LP345-error"]),
        ({"VpcConfig": {"SecurityGroupIds": ["sg-1"]}}, {}, ["LP345-error"]),
        ({"FileSystemConfigs": [EFS]}, {}, ["LP345-error"]),
        ({"FileSystemConfigs": [EFS], "VpcConfig": VPC}, {}, []),
        ({"FileSystemConfigs": [S3]}, {}, []),
        (FLEET, {}, []),
        (FLEET, {"runtime": "python3.12"}, ["LP349-error"]),
        (FLEET | {"LoggingConfig": {"LogFormat": "Text"}}, {}, ["LP349-error"]),
        # What is of another kind is a broken constraint, and nothing else.
        ({"SnapStart": "PublishedVersions", "VpcConfig": ["a"]}, {}, ["LP341-error"] * 2),
        ({"LoggingConfig": [], "FileSystemConfigs": "x"}, {}, ["LP341-error"] * 2),
    ],
    ids=lambda value: str(value)[:60],
)
def test_parts_of_a_request_go_together_or_not(
    settings: dict[str, Any], others: dict[str, Any], expected: list[str]
) -> None:
    """What Lambda refuses together is an error, each part alone is none."""
    found = codes(settings=settings, **others)

    assert [code for code in found if code != "LP314-warning"] == expected


def test_the_innermost_place_of_a_setting_is_told() -> None:
    """A diagnostic points to the member that was declared, or to what is nearest above."""
    place = Where("lpack.toml", 7, "functions.api.settings.LoggingConfig")
    logging = {"LogFormat": "Text", "SystemLogLevel": "WARN"}

    (found,) = check(
        settings={"LoggingConfig": logging},
        origins={"": Where("lpack.toml"), "settings.LoggingConfig": place},
    )

    assert found.where == place
    assert found.message == "`SystemLogLevel` is for logs in JSON, and `LogFormat` is `Text`"


@pytest.mark.parametrize(
    ("variables", "others", "expected"),
    [
        ({"PATH": "/var/lang/bin:/usr/bin:/bin"}, {}, []),
        ({"PATH": "/var/task/bin:$PATH"}, {}, ["LP346-warning"]),
        ({"PATH": "/var/lang/bin"}, {"layers": LAYER}, ["LP346-warning"]),
        ({"PATH": "/opt/bin/:/var/lang/bin/"}, {"layers": LAYER}, []),
        ({"LD_LIBRARY_PATH": "/var/task/lib"}, {}, ["LP346-warning"]),
        ({"LD_LIBRARY_PATH": "/var/lang/lib"}, {}, []),
        ({"LD_LIBRARY_PATH": "/var/lang/lib"}, {"layers": LAYER}, ["LP346-warning"]),
        ({"PYTHONPATH": "/var/task/src"}, {}, ["LP346-info"]),
        ({"PYTHONPATH": "/var/task/src"}, {"layers": LAYER}, ["LP346-warning"]),
        ({"PYTHONPATH": "/opt/python:/var/task/src"}, {"layers": LAYER}, []),
        ({"TZ": "Europe/Berlin"}, {}, ["LP346-info"]),
        ({"LANG": "de_DE.UTF-8"}, {}, ["LP346-info"]),
        ({"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}, {}, ["LP346-info"]),
        ({"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/app.py"}, {}, ["LP346-info"]),
        ({"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/run.sh"}, {}, ["LP346-error"]),
        ({"STAGE": "dev", "LOG_LEVEL": "INFO", "LC_ALL": "C"}, {}, []),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_default_that_is_replaced_is_told_with_what_is_lost(
    variables: dict[str, str], others: dict[str, Any], expected: list[str]
) -> None:
    """Folders that something needs are missed, those that nothing needs are not."""
    assert codes(environment=variables, **others) == expected


def test_what_is_no_longer_found_is_named() -> None:
    """The message says what is lost, and the hint what to add."""
    (found,) = check(environment={"LD_LIBRARY_PATH": "$LD_LIBRARY_PATH:/x"}, layers=LAYER)

    assert found.message == (
        "`LD_LIBRARY_PATH` replaces Lambda's own, and libraries of Python and libraries of layers "
        "are not found"
    )
    assert found.hint == "add `/var/lang/lib` and `/opt/lib` to it"
