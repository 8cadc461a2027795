"""The value of an environment variable looks like a secret.

Why: everybody who may read the function's configuration sees its variables in plain text, and so
does everybody who can read the repository that declares them.

Fix: keep it in Secrets Manager or as a SecureString of Parameter Store, read it at start, and
revoke the one that was written down.

Example:
    environment = { DATABASE_PASSWORD = "…" }               # wrong: everybody can read it
    environment = { DATABASE_SECRET = "prod/database" }     # right: its name in Secrets Manager
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP347"
NAME = "environment-secret"
SEVERITY: Severity = "warning"
SUMMARY = "The value of an environment variable looks like a secret"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Name the variable and the kind of secret; no part of the value is ever shown."""
    if not facts.function.environment:
        return
    from lpack.facts.secret_patterns import kind_of_secret  # noqa: PLC0415 - has much to compile

    for name, value in facts.function.environment:
        kind = kind_of_secret(value, name)
        if kind is not None:
            message = f"the value of `{name}` looks like {kind}"
            where = facts.function.where(f"environment.{name}")
            hint = "keep it in Secrets Manager or Parameter Store, and revoke this one"
            yield Diagnostic(CODE, SEVERITY, message, where, hint)
