"""What the configuration tells of the account is what a function sees in its ARN."""

from __future__ import annotations

from typing import Any

import pytest

from lpack.place import Place, declared_place
from tests.function_builder import function_of

LAYER = "arn:aws:lambda:eu-central-1:123456789012:layer:tools:3"


@pytest.mark.parametrize(
    ("settings", "layers", "place"),
    [
        ({}, (), Place()),
        (
            {"Role": "arn:aws-cn:iam::111122223333:role/run"},
            (),
            Place("aws-cn", "us-east-1", "111122223333"),
        ),
        ({"Role": "run"}, (LAYER,), Place(region="eu-central-1")),
        ({"Role": 7}, ("arn:aws:lambda:::awslayer:Own",), Place()),
    ],
)
def test_role_and_layers_tell(
    settings: dict[str, object], layers: tuple[str, ...], place: Place
) -> None:
    """The role tells the account, layers the region, and what tells neither leaves the defaults."""
    assert declared_place(function_of(settings=settings, layers=layers)) == place


@pytest.mark.parametrize(
    ("said", "environ", "place"),
    [
        ({"account": "111122223333"}, {}, Place(region="eu-central-1", account="111122223333")),
        ({"region": "eu-west-3"}, {}, Place(region="eu-west-3")),
        ({"region": "eu-west-3"}, {"AWS_REGION": "us-west-2"}, Place(region="us-west-2")),
        ({}, {"AWS_DEFAULT_REGION": "us-west-2"}, Place(region="us-west-2")),
        ({"region": "us-gov-west-1"}, {}, Place("aws-us-gov", "us-gov-west-1")),
        ({"region": "cn-north-1"}, {}, Place("aws-cn", "cn-north-1")),
    ],
    ids=range(6),
)
def test_what_the_project_says_goes_before_arns(
    said: dict[str, Any], environ: dict[str, str], place: Place
) -> None:
    """The environment names the region of all that runs in it; a region has one partition."""
    function = function_of(layers=(LAYER,), **said)

    assert declared_place(function, environ) == place
