"""The settings of the VPC lack what goes with them.

Why: Lambda refuses subnets without security groups and security groups without subnets, and a
file system of EFS can be reached from inside a VPC only.

Fix: name both in `VpcConfig`.

Example:
    settings.VpcConfig = { SubnetIds = ["subnet-0a1b"] }     # wrong: no groups
    settings.VpcConfig = { SubnetIds = ["subnet-0a1b"], SecurityGroupIds = ["sg-0a1b"] }
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Json, Severity

CODE = "LP345"
NAME = "vpc-incomplete"
SEVERITY: Severity = "error"
SUMMARY = "The settings of the VPC lack what goes with them"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html"
_BOTH = ("SubnetIds", "SecurityGroupIds")


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report what is named without the other."""
    function = facts.function
    vpc = function.settings.get("VpcConfig")
    named = [key for key in _BOTH if isinstance(vpc, dict) and vpc.get(key)]
    if len(named) == 1:
        missing = next(key for key in _BOTH if key not in named)
        message = f"`VpcConfig` has `{named[0]}`, and no `{missing}`"
        where = function.where_set("VpcConfig", named[0])
        yield Diagnostic(CODE, SEVERITY, message, where, f"add `{missing}`")
    if (
        not named
        and not isinstance(vpc, Unknown)
        and _mounts_efs(function.settings.get("FileSystemConfigs"))
    ):
        message = "the file system is in a VPC, and the function is not"
        where = function.where_set("FileSystemConfigs")
        hint = "add `VpcConfig` with `SubnetIds` and `SecurityGroupIds`"
        yield Diagnostic(CODE, SEVERITY, message, where, hint)


def _mounts_efs(systems: Json | Unknown) -> bool:
    """Tell file systems of EFS from those of S3, which need no VPC."""
    mounted = systems if isinstance(systems, list) else []
    return any(
        isinstance(one, dict) and ":elasticfilesystem:" in str(one.get("Arn")) for one in mounted
    )
