"""Why the emulator and lpack differ, where they do: what Lambda itself does decides."""

from __future__ import annotations

_TESTS = "https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_"
_RECORDED = f"[recorded]({_TESTS}/test_lambda.snapshot.json) of Lambda by "
_SOURCE = "https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/main/internal/lambda"
_ONE_START = (
    "the emulator answers nothing where a start posts no error; "
    f"{_RECORDED}`test_lambda_runtime_exit`"
)
_KEYS = f"another order of the keys; {_RECORDED}`test_lambda_too_large_response`"
_PLAIN = f"plain text is the emulator's own; {_RECORDED}`test_lambda_invoke_with_timeout`"
_AS_SUCCESS = (
    "the emulator tells of a timeout as of a success; the next call has a new process in both"
)
_REASON = (
    "extensions hear of the emulator's own reasons, `ReleaseFail` and `Timeout`; Lambda's are "
    "[`failure` and `timeout`](https://docs.aws.amazon.com/lambda/latest/dg/"
    "runtimes-extensions-api.html#runtimes-lifecycle-shutdown)"
)
CALLS: dict[tuple[str, str], str] = {
    ("exit at import", "body"): _ONE_START,
    ("exit 3 at import", "body"): _ONE_START,
    ("segmentation fault at import", "body"): _ONE_START,
    ("timeout, and after it", "body"): _PLAIN,
    ("timeout, and after it", "process"): _AS_SUCCESS,
    ("extension and runtime hear of a timeout", "body"): _PLAIN,
    ("extension and runtime hear of a timeout", "process"): _AS_SUCCESS,
    ("extension and runtime hear of a timeout", "log"): _REASON,
    ("extension hears of a crash", "log"): _REASON,
    ("response of 7 MB, and after it", "body"): _KEYS,
    ("response of a byte more", "body"): _KEYS,
    ("prints", "log"): (
        "the emulator's lines follow what has no end of a line; in CloudWatch each is an event"
    ),
    ("prints at import", "log"): (
        "the emulator tells of the first call before it starts the function; Lambda starts it "
        "[before](https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html)"
    ),
}
"""By package and respect."""
REQUESTS: dict[str, str] = {
    "response of 7 MB, and another": _KEYS,
    "another host": "lpack answers nobody but the function, and no page in a browser",
    "HTTP/1.0": "a server may name its own version: RFC 9110, section 6.2",
    "extension registers for an account": "the emulator has none",
    "extension registers with other JSON": "the emulator names types of its own source",
    "response that is cut short": (
        "the emulator does not answer; Lambda's "
        f"[own code]({_SOURCE}/rapi/handler/invocationresponse.go) has this answer"
    ),
}
UNEXPLAINED = "**not explained**"
