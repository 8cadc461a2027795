"""The handler was imported here, and that failed.

Why: Lambda imports the module before the first call, and each call fails while that fails. The
module was imported as Lambda does it, by the same version of Python, with the variables of Lambda
and of the function and nothing else; where the system allows, without a network.

Fix: correct what the message says; `lpack invoke` shows the whole traceback. What needs the network
or a layer to be imported can only be tried on Lambda, and is a warning.

Example:
    TABLE = os.environ["TABLE"]         # wrong, where the variable is not declared
    environment = { TABLE = "orders" }  # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.proofs import Proof
    from lpack.model import Severity

CODE = "LP339"
NAME = "import-fails"
SEVERITY: Severity = "error"
SUMMARY = "The handler was imported here, and that failed"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
_OF_RUNTIME = frozenset(
    {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "awslambdaric"}
)


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Report what the import ended in, or that it took longer than Lambda waits."""
    proof, function = facts.proof, facts.function
    if proof is None or facts.handler.error:  # what is known without importing has its own rule
        return
    where = function.where("handler")
    most = int(limits.definition("init_seconds")["maximum"])
    if not proof.error:
        if proof.seconds > most:
            message = f"importing the handler took {proof.seconds:.1f} s here, and Lambda waits"
            message += f" {most} s before it begins anew"
            yield Diagnostic(CODE, "warning", message, where, "import less, or when it is needed")
        return
    if proof.path and proof.line:
        where = Where(proof.path, proof.line)
    message = f"importing `{function.handler_text}` fails with {proof.error}: {proof.message}"
    excuse = _excuse(proof, facts)
    hint = f"`lpack invoke {function.name}` shows the whole traceback"
    if facts.is_given:
        hint = "correct the code, or name its variables in the settings"
    yield Diagnostic(CODE, "warning" if excuse else SEVERITY, message, where, excuse or hint)


def _excuse(proof: Proof, facts: Facts) -> str:
    """Say why it may work on Lambda all the same; empty where nothing speaks for that."""
    if proof.missing in _OF_RUNTIME:
        return f"`{proof.missing}` is of Lambda's runtime, and this Python has none of it"
    if proof.missing and facts.function.layers:
        return "a layer may hold it, which is not here"
    if proof.network and proof.is_cut_off:
        return f"it asked the network for `{proof.network[0]}`, which it has not here"
    return ""
