"""What the option `--context` says: of the caller, and of the account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.model import Call
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.cli.context import Context

_CLIENT_CONTEXT = 3_583
"""Bytes in base64: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html."""
_KNOWN = frozenset(
    {
        *("region", "account", "partition", "version", "qualifier", "request_id"),
        *("client_context", "identity", "tenant", "trace"),
    }
)
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call says besides its event."""

    template: Call = Call()

    def call(self, event: bytes) -> Call:
        """Give a call with an event."""
        return replace(self.template, event=event)

    def again(self, request_id: str) -> Asked:
        """Give the same for another attempt of a request."""
        return Asked(replace(self.template, request_id=request_id))


def asked_of(context: Context) -> Asked:
    """Read what the option `--context` says of the caller; raises UsageError LP413."""
    return Asked(call_of(told(context.options.context)))


def call_of(said: Mapping[str, Any]) -> Call:
    """Make a call, without its event, of what `told` gives; raises UsageError LP413."""
    identity = said.get("identity") or {}
    client = said.get("client_context")
    if client is not None and len(json.dumps(client)) * 4 / 3 > _CLIENT_CONTEXT:
        raise _wrong(f"`client_context` has more than {_CLIENT_CONTEXT:,} bytes in base64")
    return Call(
        request_id=str(said.get("request_id", "")),
        client_context=client,
        cognito_identity_id=str(identity.get("cognito_identity_id", "")),
        cognito_identity_pool_id=str(identity.get("cognito_identity_pool_id", "")),
        tenant=str(said.get("tenant", "")),
        qualifier=str(said.get("qualifier", "")),
        trace=str(said.get("trace", "")),
    )


def told(given: str | None) -> dict[str, Any]:
    """Read the option `--context`: a file, or JSON itself."""
    if given is None:
        return {}
    text = given if given.lstrip().startswith("{") else read(given)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(f"it is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise _wrong("it is no object")
    unknown = sorted(found.keys() - _KNOWN)
    if unknown:
        raise _wrong(f"`{unknown[0]}` is none of {', '.join(sorted(_KNOWN))}")
    for name in ("client_context", "identity"):
        if not isinstance(found.get(name), dict | None):
            raise _wrong(f"`{name}` is no object")
    return found


def read(file: str) -> str:
    """Read a file that the command line names; raises UsageError LP004."""
    from pathlib import Path  # noqa: PLC0415 - few options name files

    from lpack.data import read_text  # noqa: PLC0415 - see above

    return read_text(Path(file), file, _MOST)


def _wrong(reason: str) -> UsageError:
    return UsageError(
        "LP413",
        f"`--context` cannot be used: {reason}",
        hint='such as `--context \'{"qualifier": "live", "tenant": "blue"}\'`',
    )
