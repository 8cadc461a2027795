"""Errors: the body of every way in which a call can fail."""

from __future__ import annotations

from conforming.behaviour import Line
from conforming.commands import called
from conforming.running import body, error
from conforming.sources import CLIENT, EMULATOR, KILLED, LIFE, OWN, by
from tests.handler_zoo import ANSWERING, doing, module, returning

_CRASH = "Runtime.ExitError: RequestId: ID Error: Runtime exited"
_TIME = "Sandbox.Timedout: RequestId: ID Error: Task timed out after 1.00 seconds"
_HANDLED = "ID 1"
_NO_TRACE = "  0"
_SLOW_ONCE = (
    "import os, time\ntry:\n    open('/tmp/seen', 'x').close()\n    time.sleep(30)\n"
    "except FileExistsError:\n    pass\ndef handler(e, c):\n    return 'second'\n"
)
_WAYS = (
    "import time\ndef handler(event, context):\n    if event == 'raise':\n        1 / 0\n"
    "    if event == 'hang':\n        time.sleep(9)\n"
)

LINES = (
    Line("exception", f"ValueError: no é {_HANDLED}", by("test_lambda_handler_error"),
         error(ANSWERING["raises"])),
    Line("in a function that the handler calls", "KeyError: 'key' ID 2", CLIENT,
         error(ANSWERING["raises deeper"])),
    Line("chained, of a class of its own", f"Own: shown {_HANDLED}", CLIENT,
         error(ANSWERING["raises from"])),
    Line("exception while it starts", "RuntimeError: setup  2", by("test_lambda_runtime_error"),
         error(ANSWERING["init raises deeper"])),
    Line(
        "import error",
        "Runtime.ImportModuleError: Unable to import module 'app':"
        f" No module named 'surely_not_there'{_NO_TRACE}",
        CLIENT,
        error(ANSWERING["import error"]),
    ),
    Line("missing handler",
         f"Runtime.HandlerNotFound: Handler 'gone' missing on module 'app'{_NO_TRACE}",
         CLIENT, error(ANSWERING["missing attribute"])),
    Line(
        "missing module",
        "Runtime.ImportModuleError: Unable to import module 'gone':"
        f" No module named 'gone'{_NO_TRACE}",
        CLIENT,
        error(ANSWERING["missing module"]),
    ),
    Line(
        "no dot in the handler",
        "Runtime.MalformedHandlerName: Bad handler 'nodot': not enough values"
        f" to unpack (expected 2, got 1){_NO_TRACE}",
        CLIENT,
        error(ANSWERING["no dot"]),
    ),
    Line(
        "a module of Python itself as handler",
        "Runtime.BuiltInModuleConflict: Cannot use built-in module time as a handler module"
        f"{_NO_TRACE}",
        CLIENT,
        error(ANSWERING["builtin"]),
    ),
    Line(
        "syntax error",
        "Runtime.UserCodeSyntaxError: Syntax error in module 'app': expected ':'"
        " (app.py, line 1)  1",
        CLIENT,
        error(ANSWERING["syntax error"]),
    ),
    Line(
        "result that is no JSON",
        "Runtime.MarshalError: Unable to marshal response: Object of type"
        " set is not JSON serializable ID 0",
        CLIENT,
        error(ANSWERING["set"]),
    ),
    Line(
        "result of a coroutine",
        "Runtime.MarshalError: Unable to marshal response: Object of type"
        " coroutine is not JSON serializable ID 0",
        CLIENT,
        error(ANSWERING["coroutine"]),
    ),
    Line("exit 0", f"{_CRASH} without providing a reason", by("test_lambda_handler_exit"),
         error(ANSWERING["sys.exit"])),
    Line("exit 0 at import", f"{_CRASH} without providing a reason", by("test_lambda_runtime_exit"),
         error(ANSWERING["exit at import"])),
    Line("exit 5", f"{_CRASH} with error: exit status 5", EMULATOR, error(ANSWERING["exit 5"])),
    Line("os._exit", f"{_CRASH} with error: exit status 7", EMULATOR, error(ANSWERING["os._exit"])),
    Line("exit at import", f"{_CRASH} with error: exit status 3", EMULATOR,
         error(ANSWERING["exit 3 at import"])),
    Line("interrupt", f"{_CRASH} with error: signal: interrupt", EMULATOR,
         error(ANSWERING["interrupt"])),
    Line("killed", f"{_CRASH} with error: signal: killed", EMULATOR, error(ANSWERING["killed"])),
    Line("segmentation fault", f"{_CRASH} with error: signal: segmentation fault", EMULATOR,
         error(ANSWERING["segmentation fault"])),
    # LocalStack's `test_lambda_runtime_exit_segfault` records a timeout. Its handler calls itself
    # a million times, which faults up to Python 3.10; the recorded 3.12 prints each call, and
    # takes more than the time that there is: the line below.
    Line(
        "segmentation fault at import",
        f"{_CRASH} with error: signal: segmentation fault",
        EMULATOR,
        error(module("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")),
    ),
    Line(
        "start of more than its time, and again",
        _TIME,
        by("test_lambda_runtime_exit_segfault"),
        error(module("import time\ntime.sleep(30)\n"), timeout=1, init=1),
    ),
    Line("start that is slow only once", '"second"', LIFE, body(module(_SLOW_ONCE), init=1)),
    Line(
        "out of memory",
        f"{_CRASH} with error: signal: killed",
        KILLED,
        error(
            doing("x = bytearray(300 << 20)", "time.sleep(9)", setup="import time"), memory=128
        ),
    ),
    Line("timeout", _TIME, by("test_lambda_invoke_with_timeout"),
         error(doing("time.sleep(9)", setup="import time"), timeout=1)),
    Line(
        "response of 7 MB",
        "Function.ResponseSizeTooLarge: Response payload size exceeded maximum"
        " allowed payload size (6291556 bytes).",
        by("test_lambda_too_large_response"),
        error(returning("'x' * 7_000_000")),
    ),
    Line(
        "exit status of the command: fine, error, timeout",
        "0 4 5",
        f"{OWN} (README)",
        called(
            _WAYS,
            ("-q", "-e", "1"),
            ("-q", "-e", '"raise"'),
            ("-q", "-e", '"hang"'),
            settings="timeout = 1\n",
            look=lambda said: " ".join(str(one.status) for one in said),
        ),
    ),
)  # fmt: skip
