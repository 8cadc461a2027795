"""What a command line says of the world around a function: environment, account and caller."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.cli.asked import read, told
from lpack.errors import UsageError
from lpack.facts import measure_environment
from lpack.model import LATEST, Surroundings, Where
from lpack.place import declared_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.cli.context import Context
    from lpack.facts.limits import Limits
    from lpack.model import Function

_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def surroundings_of(context: Context, function: Function, limits: Limits) -> Surroundings:
    """Give what Lambda would know of the account, and how the function is to be run.

    Raises UsageError LP413, or LP414 for an environment that Lambda would refuse.
    """
    options, environ = context.options, context.system.environ
    said = told(options.context)
    declared = declared_place(function, environ)
    own = dict(_of_files(options.env_file)) | dict(_pair(one) for one in options.env)
    _refuse_environment(own, function, limits)
    qualifier = str(said.get("qualifier", ""))
    return Surroundings(
        str(said.get("region", declared.region)),
        str(said.get("account", declared.account)),
        str(said.get("partition", declared.partition)),
        # An alias stands for a version; a number is one.
        str(said.get("version", qualifier if qualifier.isdigit() else LATEST)),
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
        text = read(file)
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


def _refuse_environment(own: Mapping[str, str], function: Function, limits: Limits) -> None:
    """Raise UsageError LP414 for what Lambda would not set; `own` is said on the command line."""
    declared = dict(function.environment)
    reasons = _refusals({**declared, **own}, limits)
    if not reasons:
        return
    if set(reasons) <= set(_refusals(declared, limits)):
        where, hint = function.where("environment"), "run `lpack check`, which tells more of it"
    else:
        where = Where("command line", key="--env")
        hint = "a name begins with a letter, has two characters or more, and is none of Lambda's"
    raise UsageError(
        "LP414",
        f"Lambda would refuse the environment of `{function.name}`: {'; '.join(reasons)}",
        where=where,
        hint=hint,
    )


def _refusals(variables: Mapping[str, str], limits: Limits) -> list[str]:
    """Say what Lambda would not set, and why."""
    place = ("environment", "names", "items")
    form, reserved = re.compile(limits.pattern(*place)), limits.forbidden(*place)
    size, most = measure_environment(variables).bytes, limits.maximum("environment", "bytes")
    return [
        *(f"`{name}` is set by Lambda itself" for name in variables if name in reserved),
        *(
            f"`{name}` is no name that Lambda takes"
            for name in variables
            if name not in reserved and not form.fullmatch(name)
        ),
        *([f"it has {size:,} bytes as JSON, and Lambda takes {most:,}"] if size > most else []),
    ]
