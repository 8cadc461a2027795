"""What the runtime brings is left out only where nothing else that ships relies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.slim_packages import Distribution, package_of

if TYPE_CHECKING:
    from pathlib import Path

SDK = {
    "boto3": ("botocore<1.1,>=1.0", "jmespath<2", "s3transfer<2"),
    "botocore": ("jmespath<2", "python-dateutil<3", "urllib3<3,>=1.25.4"),
    "jmespath": (),
    "python-dateutil": ("six>=1.5",),
    "s3transfer": ("botocore<2",),
    "six": (),
    "urllib3": (),
}


def shipped(tmp_path: Path, distributions: dict[str, tuple[str, ...]]) -> set[str]:
    """Give the distributions of which files are left."""
    made = {
        name: Distribution({f"{name.replace('-', '_')}.py": ""}, requires=requires)
        for name, requires in distributions.items()
    }
    package = package_of(tmp_path, made, "runtime")
    return {entry.owner for entry in package.bundle.entries if entry.owner}


@pytest.mark.parametrize(
    ("others", "ships"),
    [
        ({}, set()),
        # What the SDK takes in a wide range stays for others, the SDK itself goes.
        ({"requests": ("urllib3<3",)}, {"requests", "urllib3"}),
        ({"pandas": ("python-dateutil",)}, {"pandas", "python-dateutil", "six"}),
        ({"tool": ("boto3",)}, {"tool"}),
        # Of the runtime's SDK the version is not known, and its parts fit each other only so.
        ({"aiobotocore": ("botocore==1.0",)}, {"aiobotocore", *SDK}),
        ({"tool": ("s3transfer>=1",)}, {"tool", *SDK}),
        ({"tool": ("boto3 @ https://example.org/boto3-1.0-py3-none-any.whl",)}, {"tool", *SDK}),
        # Markers and extras count as far as they apply.
        ({"tool": ("boto3>=1; python_version < '3'",)}, {"tool"}),
        ({"tool": ("boto3>=1; extra == 'aws'",)}, {"tool"}),
        ({"tool": ("boto3>=1; extra == 'aws'",), "app": ("tool[aws]",)}, {"app", "tool", *SDK}),
    ],
)
def test_what_stays_for_the_sake_of_others(
    tmp_path: Path, others: dict[str, tuple[str, ...]], ships: set[str]
) -> None:
    """All goes, some stays, or the SDK stays whole: never a part that another part may not fit."""
    assert shipped(tmp_path, {**SDK, **others}) == ships


@pytest.mark.parametrize("alone", [("urllib3",), ("six", "python-dateutil"), ("jmespath",)])
def test_without_the_sdk_nothing_goes(tmp_path: Path, alone: tuple[str, ...]) -> None:
    """What boto3 stands on ships for its own sake where boto3 does not."""
    assert shipped(tmp_path, {name: SDK[name] for name in alone}) == set(alone)


def test_a_broken_requirement_is_no_reason(tmp_path: Path) -> None:
    """What no installer could read is passed over."""
    assert shipped(tmp_path, {**SDK, "tool": ("boto3 >>> 3", "")}) == {"tool"}


def test_it_is_said_that_aws_advises_against_it(tmp_path: Path) -> None:
    """Each build names what is left out, and what the runtime's SDK takes from the package."""
    made = {name: Distribution({f"{name}.py": ""}, requires) for name, requires in SDK.items()}
    requests = Distribution({"requests.py": ""}, ("urllib3<3",))

    package = package_of(tmp_path, {**made, "requests": requests}, "runtime", app="import boto3")

    assert package.facts.left_to_runtime == tuple(sorted(SDK.keys() - {"urllib3"}))
    assert package.told == [
        (
            "warning: boto3, botocore, jmespath, python-dateutil, s3transfer, six will be those of "
            "the runtime, whose versions AWS changes without notice, and its boto3 will use this "
            "package's urllib3"
        )
    ]
