"""The variables of a function: Lambda's, its own, and nothing of the host's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conforming.behaviour import Line
from conforming.commands import called
from conforming.running import body, made, seen
from conforming.runtimes import BOOTSTRAP
from conforming.sources import CLIENT, METADATA, OWN, RUNTIMES, SETTINGS, VARIABLES, by
from tests.handler_zoo import Package, module, returning

if TYPE_CHECKING:
    from conforming.commands import Said
    from conforming.running import Made

_LIBRARIES = (
    "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
)
OF_ALL = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "AWS_LAMBDA_FUNCTION_NAME": "api",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/api",
    "AWS_LAMBDA_LOG_STREAM_NAME": "",
    "AWS_LAMBDA_METADATA_API": "",
    "AWS_LAMBDA_METADATA_TOKEN": "",
    "AWS_LAMBDA_RUNTIME_API": "",
    "AWS_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_SESSION_TOKEN": "",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
    "LAMBDA_RUNTIME_DIR": "/var/runtime",
    "LAMBDA_TASK_ROOT": "/var/task",
    "LANG": "en_US.UTF-8",
    "LD_LIBRARY_PATH": _LIBRARIES,
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "TEST_KEY": "TEST_VAL",
    "TZ": ":UTC",
    "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
    "_AWS_XRAY_DAEMON_PORT": "2000",
    "_HANDLER": "app.handler",
    "_X_AMZN_TRACE_ID": "",
}
"""As recorded, but for the names of this function; empty for what is another each time.

The two of the metadata endpoint came in March 2026, after the record.
"""
OF_PYTHON = {"PWD": "/var/task", "PYTHONPATH": "/var/runtime", "SHLVL": "0"}
_FIRST_WITH_LC_CTYPE = 12
_OWN: dict[str, Any] = {"environment": (("TEST_KEY", "TEST_VAL"),)}
_SHOWN = (
    "import os\ndef handler(event, context):\n    return {n: os.environ.get(n) for n in event}\n"
)
_KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "of-this-shell"}
_MEASURED = 4_096 - len('{"AB":""}')


def _recorded(found: dict[str, str]) -> dict[str, str]:
    kind = found.get("AWS_EXECUTION_ENV", "")
    if not kind:
        return OF_ALL
    more = {"LC_CTYPE": "C.UTF-8"} if int(kind.rpartition(".")[2]) >= _FIRST_WITH_LC_CTYPE else {}
    return {**OF_ALL, **OF_PYTHON, **more, "AWS_EXECUTION_ENV": kind}


def _difference(made: Made) -> str:
    """Say by which names and values the variables are not those that were recorded."""
    found = json.loads(made.calls[0].payload)
    wanted = _recorded(found)
    others = [n for n in wanted if wanted[n] and found.get(n) not in (None, wanted[n])]
    return (
        f"missing {sorted(wanted.keys() - found.keys())},"
        f" more {sorted(found.keys() - wanted.keys())}, other values {sorted(others)}"
    )


def _refusal(said: list[Said]) -> str:
    """Say whether Lambda would have refused the variables, and which of them."""
    found = said[-1]
    if found.status == 0:
        return "taken"
    names = re.findall("`([A-Z_a-z0-9]+)` is", found.talk)
    return f"refused {' '.join(names) or 'for the size'}"


def _set(*pairs: str) -> tuple[str, ...]:
    return ("-q", *(word for pair in pairs for word in ("--env", pair)))


_ZONE = """
import http.client, json, os
def zone():
    place = http.client.HTTPConnection(os.environ["AWS_LAMBDA_METADATA_API"])
    known = {"Authorization": "Bearer " + os.environ["AWS_LAMBDA_METADATA_TOKEN"]}
    place.request("GET", "/2026-01-15/metadata/execution-environment", headers=known)
    found = place.getresponse()
    return [found.status, json.loads(found.read())]
"""
_SAME = "missing [], more [], other values []"
_DUMP = returning("dict(os.environ)", "import os")
_AT_IMPORT = module("import os\nseen = dict(os.environ)\ndef handler(e, c):\n    return seen\n")
_PROVIDED = BOOTSTRAP.replace('"handler": os.environ["_HANDLER"]', "**os.environ").replace(
    '"event": event, ', ""
)

LINES = (
    Line(
        "all that is set, and with which values",
        _SAME,
        f"{by('test_introspection_invoke', RUNTIMES)}, {METADATA}",
        seen(made(_DUMP, **_OWN), _difference),
    ),
    Line(
        "but for the address of the Runtime API",
        '"169.254.100.1:9001"',
        by("test_introspection_invoke", RUNTIMES),
        seen(
            made(returning("os.environ['AWS_LAMBDA_RUNTIME_API']", "import os")),
            lambda found: re.sub("1:[0-9]{5}", "1:N", found.calls[0].payload.decode()),
        ),
    ),
    Line(
        "the same while it starts",
        _SAME,
        f"{by('test_lambda_init_environment')}, {METADATA}",
        seen(made(_AT_IMPORT, **_OWN), _difference),
    ),
    Line(
        "provided.*: less of it",
        _SAME,
        f"{by('test_introspection_invoke', RUNTIMES)}, {METADATA}",
        seen(
            made(
                Package({"bootstrap": _PROVIDED}),
                provided=True,
                programs=("bootstrap",),
                **_OWN,
            ),
            lambda found: _difference(found).replace(", more ['LC_CTYPE']", ", more []"),
        ),
    ),
    Line(
        "the zone, for who has the token",
        '[200, {"AvailabilityZoneID": "use1-az1"}]',
        METADATA,
        body(returning("zone()", _ZONE)),
    ),
    Line(
        "with logs as JSON, their format and level as well",
        '["JSON", "ERROR"]',
        CLIENT,
        body(
            returning(
                "[os.environ['AWS_LAMBDA_LOG_FORMAT'], os.environ['AWS_LAMBDA_LOG_LEVEL']]",
                "import os",
            ),
            log_format="JSON",
            application_log_level="ERROR",
        ),
    ),
    Line(
        "the function's own variables win",
        '"mine"',
        VARIABLES,
        body(returning("os.environ['TZ']", "import os"), environment=(("TZ", "mine"),)),
    ),
    Line(
        "PYTHONPATH keeps layers away",
        '["/var/task", false]',
        VARIABLES,
        body(
            returning("[sys.path[0], '/opt/python' in sys.path]", "import sys"),
            environment=(("PYTHONPATH", "/var/task/lib"),),
        ),
    ),
    Line(
        "nothing of the host's, and no credentials",
        '{"HOSTS": null, "HOME": null, "AWS_ACCESS_KEY_ID": "test", "AWS_PROFILE": null}',
        f"{OWN} (without `--pass-credentials`)",
        called(
            _SHOWN,
            ("-q", "-e", '["HOSTS", "HOME", "AWS_ACCESS_KEY_ID", "AWS_PROFILE"]'),
            environ={"HOSTS": "1", "AWS_PROFILE": "mine", **_KEYS},
        ),
    ),
    Line(
        "credentials of the shell, where that is asked for",
        json.dumps({**_KEYS, "AWS_SESSION_TOKEN": None, "AWS_PROFILE": None}),
        f"{OWN} (`--pass-credentials`)",
        called(
            _SHOWN,
            (
                *("-q", "--pass-credentials", "-e"),
                json.dumps([*_KEYS, "AWS_SESSION_TOKEN", "AWS_PROFILE"]),
            ),
            environ={"AWS_PROFILE": "mine", **_KEYS},
        ),
    ),
    Line(
        "`--env` wins over `--env-file`, and that over the configuration",
        '{"AA": "1", "BB": "2 2", "CC": "3"}',
        f"{OWN} (`--env`, `--env-file`)",
        called(
            _SHOWN,
            (*_set("CC=3"), "--env-file", "own.env", "-e", '["AA", "BB", "CC"]'),
            files={"own.env": "# more\nexport BB='2 2'\nCC=2\n"},
            settings='environment = { AA = "1", BB = "1", CC = "1" }\n',
        ),
    ),
    Line(
        "names that Lambda sets are refused",
        "refused AWS_REGION _HANDLER",
        VARIABLES,
        called(_SHOWN, _set("AWS_REGION=x", "_HANDLER=x", "TZ=UTC"), look=_refusal),
    ),
    Line(
        "names that Lambda does not take are refused",
        "refused A _B 9C",
        VARIABLES,
        called(_SHOWN, _set("A=x", "_B=x", "9C=x"), look=_refusal),
    ),
    Line(
        "4,096 bytes as JSON are taken",
        "taken",
        by("test_large_environment_variables_fails", SETTINGS),
        called(_SHOWN, (*_set(f"AB={'x' * _MEASURED}"), "-e", "[]"), look=_refusal),
    ),
    Line(
        "one more is refused",
        "refused for the size",
        by("test_large_environment_variables_fails", SETTINGS),
        called(_SHOWN, (*_set(f"AB={'x' * (_MEASURED + 1)}"), "-e", "[]"), look=_refusal),
    ),
)
