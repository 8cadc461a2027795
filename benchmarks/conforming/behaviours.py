"""Each behaviour: what Lambda does, who has recorded that, and what runs it here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conforming.running import body, error, log
from lpack.model import Call, Surroundings
from lpack.values import dataclass
from tests.handler_zoo import ANSWERING, Package, doing, module, returning

if TYPE_CHECKING:
    from conforming.running import Run

_TESTS = "https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_"
LOCALSTACK = f"[recorded]({_TESTS}/test_lambda.snapshot.json)"
RUNTIMES = f"[recorded]({_TESTS}/test_lambda_common.snapshot.json)"
CLIENT = "[the client](https://github.com/aws/aws-lambda-python-runtime-interface-client)"
EMULATOR = "[Lambda's](https://github.com/aws/aws-lambda-runtime-interface-emulator)"
_ISSUES = "https://github.com"
READ_ONLY = f"[a log]({_ISSUES}/sachin-sankar/swiftshadow/issues/17)"
KILLED = f"[a body]({_ISSUES}/awslabs/amazon-s3-find-and-forget/pull/283)"
USER = f"[a log]({_ISSUES}/bruceadams/run-command-on-aws-lambda#who-is-the-runtime-user-id)"
_GUIDE = "https://docs.aws.amazon.com/lambda/latest"
TELEMETRY = f"[guide]({_GUIDE}/dg/telemetry-schema-reference.html)"
VARIABLES = f"[guide]({_GUIDE}/dg/configuration-envvars.html)"
QUOTAS = f"[guide]({_GUIDE}/dg/gettingstarted-limits.html)"
CONTEXT = f"[guide]({_GUIDE}/dg/python-context.html)"
INVOKE = f"[API]({_GUIDE}/api/API_Invoke.html)"
LIFE = f"[guide]({_GUIDE}/dg/lambda-runtime-environment.html)"
LAYERS = f"[guide]({_GUIDE}/dg/python-layers.html)"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One line of the table."""

    section: str
    name: str
    expected: str
    """What Lambda does, in the words that `run` gives; VERSION is that of Python."""
    source: str
    run: Run


def _by(test: str, records: str = LOCALSTACK) -> str:
    """Name the test of LocalStack's that has recorded something, beside its records."""
    return f"{records} by `{test}`"


def _value(expression: str, setup: str = "") -> Package:
    return returning(expression, setup)


_CRASH = "Runtime.ExitError: RequestId: ID Error: Runtime exited"
_TIME = "Sandbox.Timedout: RequestId: ID Error: Task timed out after 1.00 seconds"
_HANDLED = "ID 1"
_NO_TRACE = "  0"

_RUNTIME = (
    (
        "the client comes first, whatever the package brings",
        '"mine"',
        CLIENT,
        body(
            Package(
                {
                    "app.py": "import simplejson\ndef handler(e, c):\n    return 'mine'\n",
                    "simplejson.py": "raise ImportError('broken')\n",
                }
            )
        ),
    ),
    ("task root first, then layers", ('["/var/task", "/opt/python/lib/pythonVERSION/site-packages",'
     ' "/opt/python"]'), LAYERS, body(_value("sys.path[:3]", "import sys"))),
    (".pth files of the package run", "7", CLIENT, body(ANSWERING["path file"])),
    ("working folder and user", '["/var/task", 993, false]',
     f"{_by('test_runtime_introspection_x86')}, {USER}",
     body(_value("[os.getcwd(), os.getuid(), 'HOME' in os.environ]", "import os"))),
)  # fmt: skip
_ASK = """
import http.client, os
def ask(method, path, body=None, **headers):
    place = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    place.request(method, "/2018-06-01/runtime/" + path, body, headers)
    found = place.getresponse()
    return [found.status, json.loads(found.read())]
import json
"""
_API = (
    ("another request is refused", ('[400, {"errorMessage": "Invalid request ID",'
     ' "errorType": "InvalidRequestID"}]'), EMULATOR,
     body(_value("ask('POST', 'invocation/none/response', '1')", _ASK))),
    ("a start cannot fail any more", ('[403, {"errorMessage": "State transition from Running to'
     ' InitError failed for runtime. Error: State transition is not allowed", "errorType":'
     ' "InvalidStateTransition"}]'), EMULATOR, body(_value("ask('POST', 'init/error', '1')",
     _ASK))),
    ("`next` may be asked again", '[200, {"a": 1}]', EMULATOR,
     body(_value("ask('GET', 'invocation/next')", _ASK), b'{"a": 1}')),
)  # fmt: skip
_EVENTS = (
    ("any JSON is an event", '[1] "text" null 1.5 true', INVOKE,
     body(_value("event"), b"[1]", b'"text"', b"null", b"1.5", b"true")),
    ("None is null", "null", CLIENT, body(_value("None"))),
    ("bytes are the body itself", "raw {", CLIENT, body(ANSWERING["bytes"])),
    ("NaN is written as it is", "[NaN, Infinity, -Infinity]", CLIENT,
     body(ANSWERING["not a number"])),
    ("decimals are numbers", '{"a": 1.10, "b": [1E+5, NaN], "c": 1.5}', CLIENT,
     body(ANSWERING["decimal"])),
)  # fmt: skip
_CONTEXT = (
    ("ARN, memory and version", ('["arn:aws:lambda:us-east-1:123456789012:function:api", "512",'
     ' "$LATEST"]'), CONTEXT, body(_value(
         "[context.invoked_function_arn, context.memory_limit_in_mb, context.function_version]"))),
    ("an alias ends the ARN", '"arn:aws:lambda:us-east-1:123456789012:function:api:live"', CONTEXT,
     body(_value("context.invoked_function_arn"), call=Call(qualifier="live"))),
    ("identity is always there", "[null, null]", CLIENT, body(_value(
        "[context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]"))),
    ("client context", '["b", "a"]', CONTEXT, body(
        _value("[context.client_context.custom['k'], context.client_context.client.app_title]"),
        call=Call(client_context={"custom": {"k": "b"}, "client": {"app_title": "a"}}))),
    ("tenant", '"blue"', CLIENT, body(_value("context.tenant_id"), call=Call(tenant="blue"))),
    ("time counts down", "[true, true]", CONTEXT, body(doing(
        "first = context.get_remaining_time_in_millis()", "time.sleep(0.1)",
        "return [4000 < first <= 5000, first - context.get_remaining_time_in_millis() >= 99]",
        setup="import time"))),
)  # fmt: skip
_ENVIRONMENT = (
    ("what is set", '["AWS_Lambda_pythonVERSION", "512", "on-demand", ":UTC", "en_US.UTF-8"]',
     _by("test_introspection_invoke", RUNTIMES), body(_value(
         "[os.environ[n] for n in ('AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',"
         " 'AWS_LAMBDA_INITIALIZATION_TYPE', 'TZ', 'LANG')]", "import os"))),
    ("the function's own variables win", '"mine"', VARIABLES,
     body(_value("os.environ['TZ']", "import os"), environment=(("TZ", "mine"),))),
    ("PYTHONPATH keeps layers away", '["/var/task", false]', VARIABLES, body(
        _value("[sys.path[0], '/opt/python' in sys.path]", "import sys"),
        environment=(("PYTHONPATH", "/var/task/lib"),))),
)  # fmt: skip
_LOGS = (
    ("lines of a call", "START RequestId: ID Version: $LATEST / hello / END RequestId: ID",
     _by("test_invocation_with_logs"), log(doing("print('hello')"), r"(?m)^(?:START|hello|END).*")),
    ("report of a cold call", ("REPORT RequestId: ID Duration: N ms Billed Duration: N ms"
     " Memory Size: 512 MB Max Memory Used: N MB Init Duration: N ms"),
     _by("test_invocation_with_logs"), log(_value("1"), "REPORT.*")),
    ("report of a timeout ends with its status", "Status: timeout", TELEMETRY,
     log(doing("time.sleep(9)", setup="import time"), "Status: timeout", timeout=1)),
    ("a failed start is reported", ("INIT_REPORT Init Duration: N ms Phase: init Status: error"
     " Error Type: Runtime.ImportModuleError / INIT_REPORT Init Duration: N ms Phase: invoke"
     " Status: error Error Type: Runtime.ImportModuleError"), LIFE,
     log(ANSWERING["import error"], "INIT_REPORT.*")),
    ("logging has level and request", "ID warned", CLIENT, log(
        doing("logging.warning('warned')", "logging.info('not')", setup="import logging"),
        r"(?<=Z\t).*")),
    ("JSON logs", '"level": "INFO", "message": "told"', CLIENT, log(
        doing("logging.info('told')", setup="import logging"),
        '"level": "INFO", "message": "told"', log_format="JSON")),
)  # fmt: skip
_ERRORS = (
    ("exception", f"ValueError: no é {_HANDLED}", _by("test_lambda_handler_error"),
     error(ANSWERING["raises"])),
    ("chained, of a class of its own", f"Own: shown {_HANDLED}", CLIENT,
     error(ANSWERING["raises from"])),
    ("import error", ("Runtime.ImportModuleError: Unable to import module 'app':"
     f" No module named 'surely_not_there'{_NO_TRACE}"), CLIENT,
     error(ANSWERING["import error"])),
    ("missing handler",
     f"Runtime.HandlerNotFound: Handler 'gone' missing on module 'app'{_NO_TRACE}",
     CLIENT, error(ANSWERING["missing attribute"])),
    ("missing module", ("Runtime.ImportModuleError: Unable to import module 'gone':"
     f" No module named 'gone'{_NO_TRACE}"), CLIENT, error(ANSWERING["missing module"])),
    ("no dot in the handler",
     ("Runtime.MalformedHandlerName: Bad handler 'nodot': not enough values"
     f" to unpack (expected 2, got 1){_NO_TRACE}"), CLIENT, error(ANSWERING["no dot"])),
    ("syntax error", ("Runtime.UserCodeSyntaxError: Syntax error in module 'app': expected ':'"
     " (app.py, line 1)  1"), CLIENT, error(ANSWERING["syntax error"])),
    ("result that is no JSON", ("Runtime.MarshalError: Unable to marshal response: Object of type"
     " set is not JSON serializable ID 0"), CLIENT, error(ANSWERING["set"])),
    ("exit 0", f"{_CRASH} without providing a reason", _by("test_lambda_handler_exit"),
     error(ANSWERING["sys.exit"])),
    ("exit 0 at import", f"{_CRASH} without providing a reason", _by("test_lambda_runtime_exit"),
     error(ANSWERING["exit at import"])),
    ("exit 5", f"{_CRASH} with error: exit status 5", EMULATOR, error(ANSWERING["exit 5"])),
    ("os._exit", f"{_CRASH} with error: exit status 7", EMULATOR, error(ANSWERING["os._exit"])),
    ("exit at import", f"{_CRASH} with error: exit status 3", EMULATOR,
     error(ANSWERING["exit 3 at import"])),
    ("segmentation fault", f"{_CRASH} with error: signal: segmentation fault", EMULATOR,
     error(ANSWERING["segmentation fault"])),
    # LocalStack's `test_lambda_runtime_exit_segfault` records a timeout. Its handler calls itself
    # a million times, which faults up to Python 3.10; the recorded 3.12 prints each call, and
    # takes more than the time that there is: the line below.
    ("segmentation fault at import", f"{_CRASH} with error: signal: segmentation fault", EMULATOR,
     error(module("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"))),
    ("start of more than its time, and again", _TIME, _by("test_lambda_runtime_exit_segfault"),
     error(
        module("import time\ntime.sleep(30)\n"), timeout=1, init=1)),
    ("start that is slow only once", '"second"', LIFE, body(module(
        "import os, time\ntry:\n    open('/tmp/seen', 'x').close()\n    time.sleep(30)\n"
        "except FileExistsError:\n    pass\ndef handler(e, c):\n    return 'second'\n"), init=1)),
    ("out of memory", f"{_CRASH} with error: signal: killed", KILLED, error(
        doing("x = bytearray(300 << 20)", "time.sleep(9)", setup="import time"), memory=128)),
    ("timeout", _TIME, _by("test_lambda_invoke_with_timeout"), error(
        doing("time.sleep(9)", setup="import time"), timeout=1)),
    ("response of 7 MB", ("Function.ResponseSizeTooLarge: Response payload size exceeded maximum"
     " allowed payload size (6291556 bytes)."), _by("test_lambda_too_large_response"),
     error(_value("'x' * 7_000_000"))),
)  # fmt: skip
_REUSED = doing(
    "calls.append(1)",
    "path = os.path.join(tempfile.gettempdir(), 'kept')",
    "found = [len(calls), os.path.exists(path)]",
    "open(path, 'w').close()",
    "if event == 'crash': os._exit(1)",
    "if event == 'hang': time.sleep(9)",
    "return found",
    setup="import os, tempfile, time\ncalls = []",
)
_LIMITS = (
    ("warm calls share globals and /tmp", "[1, false] [2, true]", LIFE,
     body(_REUSED, b"1", b"2")),
    ("after a crash globals are new and /tmp is kept", ('[1, false] {"errorType":'
     '"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error:'
     ' exit status 1"} [1, true]'), LIFE, body(_REUSED, b"1", b'"crash"', b"3")),
    ("after a timeout globals are new and /tmp is kept", ('[1, false] {"errorType":'
     '"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"}'
     " [1, true]"), _by("test_lambda_invoke_timed_out_environment_reuse"),
     body(_REUSED, b"1", b'"hang"', b"3", timeout=1)),
    ("descriptors and processes", "[[1024, 1024], [742, 742]]", _by("test_runtime_ulimits"),
     body(_value(
        "[resource.getrlimit(one) for one in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)]",
        "import resource"))),
    ("the task root cannot be written",
     f"OSError: [Errno 30] Read-only file system: 'x' {_HANDLED}",
     READ_ONLY, error(doing("open('x', 'w')"))),
    ("temporary files have 512 MB", "512", QUOTAS, body(_value(
        "(lambda s: s.f_blocks * s.f_frsize >> 20)(os.statvfs('/tmp'))", "import os"))),
    ("without network", "OSError: [Errno 101] Network is unreachable ID 1",
     "a choice of lpack's (`--no-network`)", error(
        doing("socket.create_connection(('192.0.2.1', 80), 1)", setup="import socket"),
        around=Surroundings(network=False))),
)  # fmt: skip
_SECTIONS = {
    "The runtime": _RUNTIME,
    "The Runtime API": _API,
    "Events and results": _EVENTS,
    "Context": _CONTEXT,
    "Environment": _ENVIRONMENT,
    "Logs": _LOGS,
    "Errors": _ERRORS,
    "Limits and reuse": _LIMITS,
}
BEHAVIOURS = tuple(
    Behaviour(section, *line) for section, lines in _SECTIONS.items() for line in lines
)
