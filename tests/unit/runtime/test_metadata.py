"""A function finds out in which zone it runs, as Lambda's guide has it and the emulator does it."""

from __future__ import annotations

import pytest

from lpack.runtime.exchange import Answer, Request
from lpack.runtime.metadata import Metadata, zone_of

PATH = "/2026-01-15/metadata/execution-environment"


def asked(metadata: Metadata, method: str, path: str, token: str = "") -> Answer:
    answers: list[Answer] = []
    headers = {"authorization": f"Bearer {token}"} if token else {}
    metadata.handle(Request(method, path, headers), answers.append)
    return answers[0]


def test_the_zone_is_told_to_who_has_the_token() -> None:
    """It never changes, and says so."""
    metadata = Metadata("eu-central-1")

    answer = asked(metadata, "GET", PATH, metadata.token)

    assert answer == Answer(
        200,
        b'{"AvailabilityZoneID":"euc1-az1"}',
        headers=(("Cache-Control", "private, max-age=43200, immutable"),),
    )


@pytest.mark.parametrize(
    ("method", "path", "token", "status", "body"),
    [
        ("GET", PATH, "", 401, b"Unauthorized\n"),
        ("GET", PATH, "other", 401, b"Unauthorized\n"),
        ("POST", PATH, "", 405, b"Method Not Allowed\n"),
        ("GET", "/2026-01-15/metadata/nothing", "", 404, b"404 page not found\n"),
    ],
)
def test_nobody_else_is_told(method: str, path: str, token: str, status: int, body: bytes) -> None:
    """Each environment has a token of its own."""
    answer = asked(Metadata("us-east-1"), method, path, token)

    assert (answer.status, answer.body) == (status, body)
    assert Metadata("us-east-1").token != Metadata("us-east-1").token


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("us-east-1", "use1-az1"),
        ("ap-northeast-3", "apne3-az1"),
        ("ap-southeast-2", "apse2-az1"),
        ("ca-west-1", "caw1-az1"),
        ("us-gov-west-1", "usgw1-az1"),
        ("cn-north-1", "cnn1-az1"),
        ("il-central-1", "ilc1-az1"),
        ("local", "local-az1"),
    ],
)
def test_zones_are_named_after_their_regions(region: str, zone: str) -> None:
    """By the rule that AWS's own names follow."""
    assert zone_of(region) == zone
