"""The environment variables are larger than Lambda takes.

Why: Lambda measures the compact JSON of all names and values in UTF-8, quotes and escapes
included, and refuses more than 4,096 bytes of it with InvalidParameterValueException.

Fix: shorten the variables that the message names, or keep them in Parameter Store, Secrets
Manager or a file of the package, and read them at start.

Example:
    environment = { CERTIFICATE = "-----BEGIN … (4,500 characters)" }   # wrong
    environment = { CERTIFICATE_PARAMETER = "/api/certificate" }        # right: read at start
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP303"
NAME = "environment-too-large"
SEVERITY: Severity = "error"
SUMMARY = "The environment variables are larger than Lambda takes"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
_LARGEST = 3


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the bytes of the compact JSON with the limit; values are never shown."""
    size, limit = facts.environment.bytes, limits.maximum("environment", "bytes")
    if size <= limit:
        return
    largest = sorted(facts.environment.variables, key=lambda item: (-item.bytes, item.name))
    named = ", ".join(f"`{item.name}` {item.bytes:,}" for item in largest[:_LARGEST])
    yield Diagnostic(
        CODE,
        SEVERITY,
        f"the environment has {size:,} bytes as JSON, and Lambda takes {limit:,}",
        facts.function.where("environment"),
        f"remove {size - limit:,} bytes; the largest variables are {named}",
    )
