"""What a command line says of the world around a function: environment, account and caller."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.facts import measure_environment
from lpack.model import LATEST, Call, Surroundings
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.cli.context import Context
    from lpack.facts.limits import Limits
    from lpack.model import Function

_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
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
    told = _told(context.options.context)
    identity = told.get("identity") or {}
    client = told.get("client_context")
    if client is not None and len(json.dumps(client)) * 4 / 3 > _CLIENT_CONTEXT:
        raise _wrong(f"`client_context` has more than {_CLIENT_CONTEXT:,} bytes in base64")
    return Asked(
        Call(
            request_id=str(told.get("request_id", "")),
            client_context=client,
            cognito_identity_id=str(identity.get("cognito_identity_id", "")),
            cognito_identity_pool_id=str(identity.get("cognito_identity_pool_id", "")),
            tenant=str(told.get("tenant", "")),
            qualifier=str(told.get("qualifier", "")),
            trace=str(told.get("trace", "")),
        )
    )


def surroundings_of(context: Context, function: Function, limits: Limits) -> Surroundings:
    """Give what Lambda would know of the account, and how the function is to be run.

    Raises UsageError LP413, or LP414 for an environment that Lambda would refuse.
    """
    options, environ = context.options, context.system.environ
    told = _told(options.context)
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    own = dict(_of_files(options.env_file)) | dict(_pair(one) for one in options.env)
    _refuse_environment({**dict(function.environment), **own}, function, limits)
    qualifier = str(told.get("qualifier", ""))
    return Surroundings(
        str(told.get("region", region)),
        str(told.get("account", "123456789012")),
        str(told.get("partition", "aws")),
        # An alias stands for a version; a number is one.
        str(told.get("version", qualifier if qualifier.isdigit() else LATEST)),
        _credentials(environ) if options.pass_credentials else (),
        tuple(own.items()),
        not options.no_network,
        options.isolation,
    )


def _credentials(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give the user's own credentials; raises UsageError LP415 when there are none."""
    found = tuple((name, environ[name]) for name in _CREDENTIALS if environ.get(name))
    if not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= dict(found).keys():
        raise UsageError(
            "LP415",
            "there are no credentials to pass on in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            hint='set them: `eval "$(aws configure export-credentials --format env)"`',
        )
    return found


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _of_files(files: list[str]) -> dict[str, str]:
    """Read files of lines `NAME=VALUE`; raises UsageError LP004 or LP414."""
    found: dict[str, str] = {}
    for file in files:
        text = _read(file)
        for number, line in enumerate(text.splitlines(), 1):
            stripped = line.strip().removeprefix("export ").lstrip()
            if not stripped or stripped.startswith("#"):
                continue
            name, equals, value = stripped.partition("=")
            if not equals or not name.strip():
                raise UsageError("LP414", f"`{file}` has no NAME=VALUE in line {number}")
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _refuse_environment(variables: Mapping[str, str], function: Function, limits: Limits) -> None:
    """Raise UsageError LP414 for what Lambda would not set."""
    place = ("environment", "names", "items")
    form, reserved = re.compile(limits.pattern(*place)), limits.forbidden(*place)
    size, most = measure_environment(variables).bytes, limits.maximum("environment", "bytes")
    reasons = [
        *(f"`{name}` is set by Lambda itself" for name in variables if name in reserved),
        *(
            f"`{name}` is no name that Lambda takes"
            for name in variables
            if name not in reserved and not form.fullmatch(name)
        ),
        *([f"it has {size:,} bytes as JSON, and Lambda takes {most:,}"] if size > most else []),
    ]
    if reasons:
        raise UsageError(
            "LP414",
            f"Lambda would refuse the environment of `{function.name}`: {'; '.join(reasons)}",
            where=function.where("environment"),
            hint="run `lpack check`, which tells more of it",
        )


def _told(given: str | None) -> dict[str, Any]:
    """Read the option `--context`: a file, or JSON itself."""
    if given is None:
        return {}
    text = given if given.lstrip().startswith("{") else _read(given)
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


def _read(file: str) -> str:
    from lpack.data import read_text  # noqa: PLC0415 - few options name files

    return read_text(Path(file), file, _MOST)


def _wrong(reason: str) -> UsageError:
    return UsageError(
        "LP413",
        f"`--context` cannot be used: {reason}",
        hint='such as `--context \'{"qualifier": "live", "tenant": "blue"}\'`',
    )
