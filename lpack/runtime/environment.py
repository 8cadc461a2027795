"""The environment variables of a function: Lambda's, its own, and nothing of the host's.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html; what is not told there was
recorded from Lambda by LocalStack.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.model import Deployment, Surroundings

TASK, LAYERS, RUNTIME, LANGUAGE, TEMPORARY = (
    "/var/task",
    "/opt",
    "/var/runtime",
    "/var/lang",
    "/tmp",  # noqa: S108 - as it is called on Lambda
)
# Credentials that are none: no request that is signed with them is ever accepted.
_NO_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "test",
}
# Where the host's files can be seen, a library would read the user's own, and ask the machine.
_NOT_OF_THE_HOST = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_NOT_OF_EXTENSIONS = frozenset(
    {
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "_AWS_XRAY_DAEMON_ADDRESS",
        "_AWS_XRAY_DAEMON_PORT",
        "_HANDLER",
        "_LAMBDA_TELEMETRY_LOG_FD",
    }
)
# The last two come of the shell that starts such a runtime.
_OF_MANAGED_RUNTIMES = ("AWS_EXECUTION_ENV", "PWD", "SHLVL")
# From this version on, the runtime's image has no en_US locale, and Python chooses C.UTF-8 itself.
_FIRST_WITH_LC_CTYPE = (3, 12)


@dataclass(frozen=True, slots=True)
class Places:
    """Where on this machine the folders are that Lambda has."""

    task: str = TASK
    layers: str = LAYERS
    runtime: str = RUNTIME
    language: str = LANGUAGE
    temporary: str = TEMPORARY

    @property
    def are_real(self) -> bool:
        """Whether the function sees the very paths that it would on Lambda."""
        return self.task == TASK

    def here(self, text: str) -> str:
        """Give a text with the folders as they are called here."""
        if self.are_real:
            return text
        places = {TASK: self.task, LAYERS: self.layers}
        there = re.compile(r"(?<![\w.-])(?:{})(?=[/:]|$)".format("|".join(places)))
        return there.sub(lambda found: places[found[0]], text)

    def there(self, content: bytes) -> bytes:
        """Give JSON or a log with the folders as they are called on Lambda."""
        if self.are_real:
            return content
        places = (
            (self.task, TASK),
            (self.layers, LAYERS),
            (self.runtime, RUNTIME),
            (self.language, LANGUAGE),
        )
        for here, there in places:
            if here:
                content = content.replace(here.encode(), there.encode())
        return content


def log_stream(surroundings: Surroundings) -> str:
    """Name a new stream of logs, as Lambda does for every environment that it makes."""
    day = time.strftime("%Y/%m/%d", time.gmtime())
    return f"{day}/[{surroundings.version}]{os.urandom(16).hex()}"


def trace_header() -> str:
    """Make a header of X-Ray for an invocation that is not traced."""
    # https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html
    root = f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"
    return f"Root={root};Parent={os.urandom(8).hex()};Sampled=0;Lineage=1:{os.urandom(4).hex()}:0"


def environment(
    deployment: Deployment, surroundings: Surroundings, places: Places, stream: str, address: str
) -> dict[str, str]:
    """Give all variables of a function's processes; `address` is the Runtime API's."""
    variables = _of_lambda(deployment, surroundings, places, stream)
    if not places.are_real:
        variables |= _NOT_OF_THE_HOST
    variables |= dict(surroundings.credentials or _NO_CREDENTIALS.items())
    own = {**dict(deployment.environment), **dict(surroundings.environment)}
    found = {name: places.here(value) for name, value in (variables | own).items()}
    if deployment.interpreter is not None:
        found["_LAMBDA_TELEMETRY_LOG_FD"] = "3"
    return found | {"AWS_LAMBDA_RUNTIME_API": address, "AWS_LAMBDA_METADATA_API": address}


def extension_environment(variables: dict[str, str]) -> dict[str, str]:
    """Give the variables of an extension: not those that are about the runtime alone.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-lifecycle-init
    """
    return {name: value for name, value in variables.items() if name not in _NOT_OF_EXTENSIONS}


def _of_lambda(
    deployment: Deployment, surroundings: Surroundings, places: Places, stream: str
) -> dict[str, str]:
    interpreter = deployment.interpreter
    variables = {
        "AWS_DEFAULT_REGION": surroundings.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{deployment.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployment.memory),
        "AWS_LAMBDA_FUNCTION_NAME": deployment.name,
        "AWS_LAMBDA_FUNCTION_VERSION": surroundings.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": deployment.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_REGION": surroundings.region,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "LAMBDA_RUNTIME_DIR": RUNTIME,
        "LAMBDA_TASK_ROOT": TASK,
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": _libraries(places),
        "PATH": _programs(deployment, places),
        "PWD": TASK,
        "SHLVL": "0",
        "TZ": ":UTC",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "_HANDLER": deployment.handler,
        "_X_AMZN_TRACE_ID": trace_header(),
    }
    if deployment.log_format == "JSON":
        variables["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        variables["AWS_LAMBDA_LOG_LEVEL"] = deployment.application_log_level
    if interpreter is None:
        for name in _OF_MANAGED_RUNTIMES:
            del variables[name]
    elif tuple(map(int, interpreter.version.split(".")[:2])) >= _FIRST_WITH_LC_CTYPE:
        variables["LC_CTYPE"] = "C.UTF-8"
    return variables


def _libraries(places: Places) -> str:
    if places.are_real:
        return (
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
            "/var/task:/var/task/lib:/opt/lib"
        )
    return "/var/task:/var/task/lib:/opt/lib"


def _programs(deployment: Deployment, places: Places) -> str:
    language = f"{LANGUAGE}/bin"
    if not places.are_real and deployment.interpreter is not None:
        language = os.path.dirname(deployment.interpreter.path)  # noqa: PTH120 - a quick start
    return f"{language}:/usr/local/bin:/usr/bin/:/bin:/opt/bin"
