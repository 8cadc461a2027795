"""The package has a file with credentials.

Why: everybody who may download the function's code, or who gets hold of the zip, has them: build
logs, artifact stores and every copy of the package. No value is ever shown here.

Fix: leave the file out with `exclude`, keep what is in it in Secrets Manager or Parameter Store,
and revoke it if the package has left this machine.

Example:
    .env, deploy.pem           # wrong: packed with the code
    exclude = [".env*", "*.pem"]    # right, in the configuration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP365"
NAME = "credential-file"
SEVERITY: Severity = "warning"
SUMMARY = "The package has a file with credentials"
SOURCE = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report each file that is one as a whole, and point to no line of it: none is shown."""
    for one in facts.parts.secrets:
        if not one.line:
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"`{one.path}` is in the package, and holds {one.kind}",
                Where(one.path),
                f'leave it out with `exclude = ["{one.path}"]`, and revoke what is in it',
            )
