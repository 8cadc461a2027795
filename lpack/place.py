"""Where a function would be on Lambda, as far as its configuration tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Surroundings
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Function

# Places in an ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_REGION, _ACCOUNT = 3, 4
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


@dataclass(frozen=True, slots=True)
class Place:
    """A partition, a region of it, and an account."""

    partition: str = "aws"
    region: str = "us-east-1"
    account: str = "123456789012"


def declared_place(function: Function, environ: Mapping[str, str] | None = None) -> Place:
    """Take what the project says, else the account of the role and the region of the layers.

    A region of the environment is that of everything else that runs there, and wins.
    """
    place = _told_by_arns(function)
    said = (environ or {}).get("AWS_REGION") or (environ or {}).get("AWS_DEFAULT_REGION")
    region = said or function.region
    if region:
        partitions = (_PARTITIONS[one] for one in _PARTITIONS if region.startswith(one))
        place = replace(place, region=region, partition=next(partitions, place.partition))
    return replace(place, account=function.account) if function.account else place


def surroundings_at(place: Place) -> Surroundings:
    """Give the world around a function of which nothing else is said."""
    return Surroundings(place.region, place.account, place.partition)


def _told_by_arns(function: Function) -> Place:
    place = Place()
    role = str(function.settings.get("Role", "")).split(":")
    if role[:1] == ["arn"] and len(role) > _ACCOUNT and role[_ACCOUNT].isdigit():
        place = replace(place, partition=role[1], account=role[_ACCOUNT])
    for layer in function.layers:
        parts = layer.split(":")
        if len(parts) > _REGION and parts[_REGION]:
            return replace(place, region=parts[_REGION])
    return place
