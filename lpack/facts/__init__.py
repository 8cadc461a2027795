"""What is known of a function and its package, found without running any of its code."""

from lpack.facts.environment import Environment, Variable, measure_environment
from lpack.facts.gathering import Distribution, Facts, document, gather
from lpack.facts.limits import Limits, read_limits
from lpack.facts.sizes import OwnerSize, Sizes, WaysOut

__all__ = [
    "Distribution",
    "Environment",
    "Facts",
    "Limits",
    "OwnerSize",
    "Sizes",
    "Variable",
    "WaysOut",
    "document",
    "gather",
    "measure_environment",
    "read_limits",
]
