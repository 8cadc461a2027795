"""Who has recorded what Lambda does, or says it, as links whose targets stand below the table."""

from __future__ import annotations

LINKS: dict[str, str] = {}
"""The targets, by their names."""


def link(text: str, address: str) -> str:
    """Give a link by the name of its target, which is the end of the address."""
    parts = address.removesuffix(".html").removesuffix(".snapshot.json").split("/")
    # An issue or a pull request is named with its repository.
    name = "/".join(parts[-3:]) if parts[-1].isdigit() else parts[-1]
    LINKS[name] = address
    return f"[{text}][{name}]"


_TESTS = "https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_"
LOCALSTACK = link("recorded", f"{_TESTS}/test_lambda.snapshot.json")
RUNTIMES = link("recorded", f"{_TESTS}/test_lambda_common.snapshot.json")
DESTINATIONS = link("recorded", f"{_TESTS}/test_lambda_destinations.snapshot.json")
SETTINGS = link("recorded", f"{_TESTS}/test_lambda_api.snapshot.json")
PRINTS = link("recorded", f"{_TESTS}/test_lambda_runtimes.snapshot.json")
CLIENT = link("the client", "https://github.com/aws/aws-lambda-python-runtime-interface-client")
EMULATOR = link("Lambda's", "https://github.com/aws/aws-lambda-runtime-interface-emulator")

_ISSUES = "https://github.com"
READ_ONLY = link("a log", f"{_ISSUES}/sachin-sankar/swiftshadow/issues/17")
KILLED = link("a body", f"{_ISSUES}/awslabs/amazon-s3-find-and-forget/pull/283")
USER = link("a log", f"{_ISSUES}/bruceadams/run-command-on-aws-lambda#who-is-the-runtime-user-id")
TIMED_OUT = link("a log", f"{_ISSUES}/DataBiosphere/azul/issues/5622")
LAUNCH = link("a log", f"{_ISSUES}/elastic/apm-aws-lambda/issues/92")
INIT_ERROR = link("a log", f"{_ISSUES}/elastic/apm-aws-lambda/pull/145")
CRASH = link("a log", f"{_ISSUES}/DataDog/datadog-lambda-extension/issues/263")
NO_BOOTSTRAP = link("a body", f"{_ISSUES}/akrabat/lambda-php/issues/7")
NOT_EXECUTABLE = link("a log", f"{_ISSUES}/awslabs/aws-lambda-dart-runtime/issues/20")
NOT_A_PROGRAM = link("a log", f"{_ISSUES}/awslabs/swift-aws-lambda-runtime/issues/541")
EXITED_AT_START = link("a log", f"{_ISSUES}/cargo-lambda/cargo-lambda/issues/572")
OUT_OF_MEMORY = link("a log", f"{_ISSUES}/DataBiosphere/azul/issues/7730")
RUNTIME_DONE = link("a record", f"{_ISSUES}/aws-samples/aws-lambda-extensions/issues/85")

_GUIDE = "https://docs.aws.amazon.com/lambda/latest"
VARIABLES = link("guide", f"{_GUIDE}/dg/configuration-envvars.html")
QUOTAS = link("guide", f"{_GUIDE}/dg/gettingstarted-limits.html")
CONTEXT = link("guide", f"{_GUIDE}/dg/python-context.html")
INVOKE = link("API", f"{_GUIDE}/api/API_Invoke.html")
LIFE = link("guide", f"{_GUIDE}/dg/lambda-runtime-environment.html")
LAYERS = link("guide", f"{_GUIDE}/dg/python-layers.html")
_GUIDE_OF_2022 = (
    "https://github.com/awsdocs/aws-lambda-developer-guide/blob/"
    "a83f69bc6467d61a2d5246cd7eb74ff629f6aac8/doc_source"
)
MERGED = link("guide of 2022", f"{_GUIDE_OF_2022}/invocation-layers.md")
METADATA = link("guide", f"{_GUIDE}/dg/configuration-metadata-endpoint.html")
WRAPPERS = link("guide", f"{_GUIDE}/dg/runtimes-modify.html")
RUNTIME_API = link("guide", f"{_GUIDE}/dg/runtimes-api.html")
EXTENSIONS = link("guide", f"{_GUIDE}/dg/runtimes-extensions-api.html")
TELEMETRY = link("guide", f"{_GUIDE}/dg/telemetry-schema-reference.html")
LEVELS = link("guide", f"{_GUIDE}/dg/monitoring-cloudwatchlogs-log-level.html")
STRUCTURE = link("guide", f"{_GUIDE}/operatorguide/log-structure.html")
GROUPS = link("API", f"{_GUIDE}/api/API_LoggingConfig.html")
LATER = link("guide", f"{_GUIDE}/dg/invocation-async.html")
OWN = "a choice of lpack's"


def guide(*pages: str) -> str:
    """Name pages of AWS's documentation, by their paths."""
    return ", ".join(link("guide", f"https://docs.aws.amazon.com/{page}.html") for page in pages)


def by(test: str, records: str = LOCALSTACK) -> str:
    """Name the test of LocalStack's that has recorded something, beside its records."""
    return f"{records} by `{test}`"
