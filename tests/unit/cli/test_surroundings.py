"""What the configuration tells of the account is what a function sees in its ARN."""

from __future__ import annotations

import pytest

from lpack.cli.surroundings import Place, declared_place
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
