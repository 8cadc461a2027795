"""What a template says and nobody can know before it is deployed."""

from __future__ import annotations

from typing import Any

from lpack.model import Unknown, unknowns

ABSENT: Any = Unknown("AWS::NoValue")
"""What `AWS::NoValue` gives: the property is as good as not written."""


def first_unknown(value: Any) -> Unknown | None:
    """Give the first thing in a value that is not known."""
    return next((one for _, one in unknowns(value)), None)
