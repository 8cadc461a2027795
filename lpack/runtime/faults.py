"""What Lambda itself says when a runtime says nothing: bodies of errors and lines of the log.

The bodies were recorded from Lambda by LocalStack, in `tests/aws/services/lambda_/*.snapshot.json`.
"""

from __future__ import annotations

import json
import os

# As Go names them, in which Lambda's side is written: Linux's table in `syscall`.
_SIGNALS = {
    1: "hangup",
    2: "interrupt",
    3: "quit",
    4: "illegal instruction",
    5: "trace/breakpoint trap",
    6: "aborted",
    7: "bus error",
    8: "floating point exception",
    9: "killed",
    10: "user defined signal 1",
    11: "segmentation fault",
    12: "user defined signal 2",
    13: "broken pipe",
    14: "alarm clock",
    15: "terminated",
    16: "stack fault",
    17: "child exited",
    18: "continued",
    19: "stopped (signal)",
    20: "stopped",
    21: "stopped (tty input)",
    22: "stopped (tty output)",
    23: "urgent I/O condition",
    24: "CPU time limit exceeded",
    25: "file size limit exceeded",
    26: "virtual timer expired",
    27: "profiling timer expired",
    28: "window changed",
    29: "I/O possible",
    30: "power failure",
    31: "bad system call",
}
EXIT, TIMEOUT, OUT_OF_MEMORY = "Runtime.ExitError", "Sandbox.Timedout", "Runtime.OutOfMemory"
TOO_LARGE = "Function.ResponseSizeTooLarge"


def ended(status: int) -> str:
    """Tell how a runtime ended; `status` is that of `os.waitpid`."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = _SIGNALS.get(number, f"signal {number}")
        return f"Runtime exited with error: signal: {name}"
    code = os.WEXITSTATUS(status)
    if not code:
        return "Runtime exited without providing a reason"
    return f"Runtime exited with error: exit status {code}"


def not_run(program: str, error: int) -> str:
    """Tell why a program could not be run, in the words of Go; `error` is the number of Linux."""
    return f"fork/exec {program}: {os.strerror(error).lower()}"


def timeout_body(request_id: str, seconds: float) -> bytes:
    """Give the error of a function that has run out of time."""
    message = f"RequestId: {request_id} Error: {timed_out(seconds)}"
    return _body(errorType=TIMEOUT, errorMessage=message)


def too_large_body(most: int) -> bytes:
    """Give the error of a response that is too large."""
    return _body(
        errorMessage=f"Response payload size exceeded maximum allowed payload size ({most} bytes).",
        errorType=TOO_LARGE,
    )


def error_body(request_id: str, kind: str, reason: str) -> bytes:
    """Give the error of a function for which Lambda has found one, such as the end of a runtime."""
    return _body(errorType=kind, errorMessage=f"RequestId: {request_id} Error: {reason}")


def timed_out(seconds: float) -> str:
    """Tell that time is up, and how much there was."""
    return f"Task timed out after {seconds:.2f} seconds"


def error_type(body: bytes) -> str | None:
    """Give the type of an error from its body."""
    try:
        found = json.loads(body).get("errorType")
    except (ValueError, AttributeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _body(**members: str) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()
