"""A function as it would stand on Lambda, a call of it, and what came of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model.function import Json

InvocationType = Literal["RequestResponse", "Event", "DryRun"]
Isolation = Literal["auto", "namespace", "process"]
LATEST = "$LATEST"
"""The version of a function that is not published."""


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation that is to be made.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """

    event: bytes = b"{}"
    """JSON in UTF-8, as it reaches the function."""
    request_id: str = ""
    """A UUID; one is made where this is empty."""
    client_context: Mapping[str, Json] | None = field(default=None, hash=False)
    """What a mobile client sends: `client`, `custom` and `env`."""
    cognito_identity_id: str = ""
    cognito_identity_pool_id: str = ""
    tenant: str = ""
    """Of functions that are isolated by tenant."""
    qualifier: str = ""
    """The version or alias that was asked for, which ends the ARN; empty for none."""
    trace: str = ""
    """X-Ray's header, such as `Root=1-…;Parent=…;Sampled=0`; one is made where this is empty."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What came of a call."""

    request_id: str
    payload: bytes
    """The response, or the body of the error, byte for byte as Invoke would answer."""
    function_error: bool
    """Whether Invoke would answer with the header `X-Amz-Function-Error: Unhandled`."""
    error_type: str | None
    """The `errorType` of the body."""
    log: bytes
    """All that was logged from the start of the call to its report, in true order."""
    status: Literal["success", "error", "timeout"]
    duration: float
    """Milliseconds, without the initialisation."""
    billed: int
    """Milliseconds."""
    init: float | None
    """Milliseconds of the initialisation; None where the process was warm."""
    memory: int
    """MB that all processes of the function used together at most."""
    version: str = LATEST
    """The version that was executed."""


@dataclass(frozen=True, slots=True)
class InstalledPython:
    """A Python that is installed here; of a virtual environment, the one that it is made of."""

    path: str
    version: str
    """Such as 3.13.0. Patch releases compile a few files differently, so it tells bytes apart."""
    prefix: str = ""
    """The folder that it is installed in."""
    program: str = ""
    """The executable, without links; inside of `prefix`, unless it is installed in an odd way."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A function that is ready to be run here: its settings, and where its files lie.

    All of it is what Lambda would know, apart from the folders. It can be written as JSON.
    """

    name: str
    handler: str
    runtime: str
    """Such as python3.13 or provided.al2023."""
    architecture: str
    task: str
    """The folder that stands for /var/task; nothing is ever written there."""
    layers: str = ""
    """The folder that stands for /opt; empty for none."""
    interpreter: InstalledPython | None = None
    """None for a runtime that is an executable of the package."""
    client: str = ""
    """The folder with Lambda's runtime client."""
    memory: int = 128
    """MB."""
    timeout: float = 3
    """Seconds."""
    ephemeral_storage: int = 512
    """MB of /tmp."""
    environment: tuple[tuple[str, str], ...] = ()
    log_format: str = "Text"
    """`Text` or `JSON`, as all settings of logs in the words of LoggingConfig."""
    application_log_level: str = "INFO"
    system_log_level: str = "INFO"
    log_group: str = ""
    """Empty for the one that Lambda makes of the name."""
    tracing: str = "PassThrough"
    """`Active` or `PassThrough`, as TracingConfig has it."""
    limits: str = "current"
    """The profile of limits."""
    cache: str = ""
    """A folder that is only this function's, for compiled modules; empty for none."""
    is_cache_of_client: bool = False
    """Whether only the runtime's own modules are kept there, and not the function's."""
    records: str = ""
    """A folder that its start is recorded in; empty for none."""

    @property
    def group(self) -> str:
        """The group of its logs."""
        return self.log_group or f"/aws/lambda/{self.name}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What Lambda would know of the account, and how a function is run here."""

    region: str = "us-east-1"
    account: str = "123456789012"
    partition: str = "aws"
    version: str = LATEST
    """The version that runs."""
    credentials: tuple[tuple[str, str], ...] = ()
    """Variables with real credentials; empty for such that are none."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables that win over those of the function."""
    network: bool = True
    """Whether anything but the runtime can be reached."""
    isolation: Isolation = "auto"
