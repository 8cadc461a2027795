"""What is known of a function and its package, found without running any of its code."""

from lpack.facts.gathering import (
    Distribution,
    Environment,
    Facts,
    OwnerSize,
    Sizes,
    Variable,
    document,
    gather,
    measure_environment,
)
from lpack.facts.limits import Limits, read_limits

__all__ = [
    "Distribution",
    "Environment",
    "Facts",
    "Limits",
    "OwnerSize",
    "Sizes",
    "Variable",
    "document",
    "gather",
    "measure_environment",
    "read_limits",
]
