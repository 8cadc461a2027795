"""A setting is not one that CreateFunction takes.

Why: Lambda refuses a request with a member that it does not know, or whose value is too long, too
large, of another form or none of the choices; each constraint of its API is checked.

Fix: correct the value; the message names the constraint that it breaks.

Example:
    settings = { TracingConfig = { Mode = "On" } }         # wrong: not one of the choices
    settings = { TracingConfig = { Mode = "Active" } }     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.data import own_json
from lpack.model import Diagnostic
from lpack.validation.constraints import broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP341"
NAME = "setting-invalid"
SEVERITY: Severity = "error"
SUMMARY = "A setting is not one that Lambda takes"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"
OWN_KEYS = {
    "Architectures": "architecture",
    "Description": "description",
    "Environment": "environment",
    "EphemeralStorage": "ephemeral_storage",
    "Handler": "handler",
    "Layers": "layers",
    "MemorySize": "memory",
    "Runtime": "runtime",
    "Timeout": "timeout",
}
_NAME = "FunctionName"
"""Has a rule of its own."""


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - the API's own
    """Hold the settings against the constraints of the API."""
    function = facts.function
    if not function.settings:
        return
    for name in sorted(OWN_KEYS.keys() & function.settings):
        message = f"`{name}` has a key of its own"
        hint = f"write it as `{OWN_KEYS[name]}`, beside `settings`"
        yield Diagnostic(CODE, SEVERITY, message, function.where_set(name), hint)
    others = {
        name: one for name, one in function.settings.items() if name not in (*OWN_KEYS, _NAME)
    }
    for problem in broken(others, own_json("schemas", "settings.schema.json")):
        where = function.where_set(*map(str, problem.path))
        yield Diagnostic(CODE, SEVERITY, problem.message, where, problem.hint)
