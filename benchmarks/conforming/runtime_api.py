"""The Runtime API as a runtime sees it: what is told, and what is answered when."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conforming.behaviour import Line
from conforming.running import body, error, log, made, seen
from conforming.runtimes import BOOTSTRAP
from conforming.sources import EMULATOR, RUNTIME_API
from lpack.model import Call
from tests.handler_zoo import Package, returning

if TYPE_CHECKING:
    from conforming.running import Made

_ASK = """
import http.client, json, os
def ask(method, path, body=None, **headers):
    place = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    place.request(method, "/2018-06-01/runtime/" + path, body, headers)
    found = place.getresponse()
    said = json.loads(found.read())
    return dict(found.headers) if method == "HEADERS" else [found.status, said]
"""
_LOOP = "while True:\n"
_NEXT = """
_, _, headers = ask("GET", "invocation/next")
own = "invocation/" + headers["Lambda-Runtime-Aws-Request-Id"]
"""
_ALL = Call(
    client_context={"custom": {"k": "v"}},
    cognito_identity_id="me",
    cognito_identity_pool_id="pool",
    tenant="blue",
    qualifier="live",
    trace="Root=1-a;Parent=b;Sampled=0",
)
_TRANSITION = "State transition from {} to {} failed for runtime. Error: {}"
_NOT_ALLOWED = "State transition is not allowed"
_ERROR = {"errorMessage": "as asked", "errorType": "Runtime.Mine", "stackTrace": []}


def _bootstrap(*lines: str) -> Package:
    """Make a runtime of one's own that does this at its first start."""
    head, _, _ = BOOTSTRAP.partition(_LOOP)
    return Package({"bootstrap": head + "".join(f"{line}\n" for line in lines)})


def _asked(*lines: str, **options: Any) -> Any:
    return made(_bootstrap(*lines), provided=True, programs=("bootstrap",), **options)


def _told(found: Made) -> str:
    """Give what the runtime has written down of answers: status, and what is in them."""
    lines = re.findall(r"^\[.*\]$", found.log, re.MULTILINE)
    return " / ".join(
        f"{status} {said if isinstance(said, str) else json.dumps(said)}"
        for status, said, *_ in map(json.loads, lines)
    )


def _refused(status: int, kind: str, message: str) -> str:
    return f"{status} {json.dumps({'errorMessage': message, 'errorType': kind})}"


def _state(now: str, wanted: str) -> str:
    message = _TRANSITION.format(now, wanted, _NOT_ALLOWED)
    return _refused(403, "InvalidStateTransition", message)


LINES = (
    Line(
        "what `next` tells of a call",
        "Content-Type: application/json / Lambda-Runtime-Aws-Request-Id: ID"
        " / Lambda-Runtime-Aws-Tenant-Id: blue"
        ' / Lambda-Runtime-Client-Context: {"custom": {"k": "v"}}'
        ' / Lambda-Runtime-Cognito-Identity: {"cognitoIdentityId": "me",'
        ' "cognitoIdentityPoolId": "pool"}'
        " / Lambda-Runtime-Deadline-Ms: N"
        " / Lambda-Runtime-Invoked-Function-Arn:"
        " arn:aws:lambda:us-east-1:123456789012:function:api:live"
        " / Lambda-Runtime-Trace-Id: Root=1-a;Parent=b;Sampled=0",
        f"{RUNTIME_API}, {EMULATOR}",
        seen(
            _asked(
                *_NEXT.splitlines(),
                "told = {n: h for n, h in headers.items() if n != 'Content-Length'}",
                "ask('POST', own + '/response', json.dumps(told))",
                call=_ALL,
            ),
            lambda found: " / ".join(
                f"{name}: {'N' if name.endswith('-Ms') else text}"
                for name, text in sorted(json.loads(found.calls[0].payload).items())
            ),
        ),
    ),
    Line(
        "what is empty is left out",
        "Content-Type Lambda-Runtime-Aws-Request-Id Lambda-Runtime-Deadline-Ms"
        " Lambda-Runtime-Invoked-Function-Arn Lambda-Runtime-Trace-Id",
        EMULATOR,
        seen(
            _asked(
                *_NEXT.splitlines(),
                "told = [n for n in sorted(headers) if n != 'Content-Length']",
                "ask('POST', own + '/response', json.dumps(told))",
            ),
            lambda found: " ".join(json.loads(found.calls[0].payload)),
        ),
    ),
    Line(
        "the deadline is the timeout away",
        "true",
        RUNTIME_API,
        body(
            _bootstrap(
                "import time",
                *_NEXT.splitlines(),
                "left = int(headers['Lambda-Runtime-Deadline-Ms']) / 1000 - time.time()",
                "ask('POST', own + '/response', json.dumps(4.5 < left <= 5))",
            ),
            provided=True,
            programs=("bootstrap",),
        ),
    ),
    Line(
        "`next` may be asked again",
        '[200, {"a": 1}]',
        EMULATOR,
        body(returning("ask('GET', 'invocation/next')", _ASK), b'{"a": 1}'),
    ),
    Line(
        "a response is taken, and a second one is not",
        f'202 {{"status": "OK"}} / {_state("RuntimeResponseSentState", "InvocationResponse")}',
        EMULATOR,
        seen(
            _asked(
                *_NEXT.splitlines(),
                "first = ask('POST', own + '/response', '1')",
                "again = ask('POST', own + '/response', '2')",
                "tell(*first[:2])",
                "tell(*again[:2])",
                "ask('GET', 'invocation/next')",
            ),
            _told,
        ),
    ),
    Line(
        "an error is taken as it is",
        json.dumps(_ERROR),
        RUNTIME_API,
        body(
            _bootstrap(
                *_NEXT.splitlines(),
                f"ask('POST', own + '/error', {json.dumps(_ERROR)!r})",
                "ask('GET', 'invocation/next')",
            ),
            provided=True,
            programs=("bootstrap",),
        ),
    ),
    Line(
        "a start that fails is taken, and nothing more can be asked",
        f'202 {{"status": "OK"}} / {_state("InitError", "Ready")}',
        EMULATOR,
        seen(
            _asked(
                f"tell(*ask('POST', 'init/error', {json.dumps(_ERROR)!r})[:2])",
                "tell(*ask('GET', 'invocation/next')[:2])",
            ),
            lambda found: " / ".join(_told(found).split(" / ")[:2]),
        ),
    ),
    Line(
        "what it has posted is the body of the call",
        "Runtime.Mine: as asked  0",
        RUNTIME_API,
        error(
            _bootstrap(
                f"ask('POST', 'init/error', {json.dumps({**_ERROR, 'requestId': ''})!r})",
            ),
            provided=True,
            programs=("bootstrap",),
        ),
    ),
    Line(
        "its header is the type in the report, as far as Lambda knows it",
        "Runtime.Mine / Function.Unknown / Runtime.Unknown / Runtime.Unknown",
        EMULATOR,
        log(
            _bootstrap(
                "names = ['Runtime.Mine', 'Function.', 'Mine']",
                "with open('/tmp/starts', 'a+') as file:",
                "    file.seek(0)",
                "    count = len(file.read())",
                "    file.write('.')",
                "kind = names[min(count, 2)]",
                "ask('POST', 'init/error', '{}', Lambda_Runtime_Function_Error_Type=kind)",
            ),
            r"INIT_REPORT.*Error Type: (\S+)",
            b"1",
            b"2",
            provided=True,
            programs=("bootstrap",),
        ),
    ),
    Line(
        "another request is refused",
        '[400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}]',
        EMULATOR,
        body(returning("ask('POST', 'invocation/none/response', '1')", _ASK)),
    ),
    Line(
        "a start cannot fail any more",
        json.dumps(
            [403, json.loads(_state("Running", "InitError").partition(" ")[2])],
        ),
        EMULATOR,
        body(returning("ask('POST', 'init/error', '1')", _ASK)),
    ),
    Line(
        "a response that is too large",
        _refused(
            413,
            "RequestEntityTooLarge",
            "Exceeded maximum allowed payload size (6291556 bytes).",
        ),
        EMULATOR,
        seen(
            _asked(
                *_NEXT.splitlines(), "tell(*ask('POST', own + '/response', b'1' * 6291557)[:2])"
            ),
            _told,
        ),
    ),
    Line(
        "a response in no known mode",
        _refused(400, "InvalidFunctionResponseMode", "Invalid function response mode"),
        EMULATOR,
        seen(
            _asked(
                *_NEXT.splitlines(),
                "mode = {'Lambda_Runtime_Function_Response_Mode': 'other'}",
                "tell(*ask('POST', own + '/response', '1', **mode)[:2])",
            ),
            _told,
        ),
    ),
    Line(
        "what is no HTTP",
        "400",
        EMULATOR,
        body(
            returning(
                "raw()",
                "import os, socket\ndef raw():\n"
                "    host, _, port = os.environ['AWS_LAMBDA_RUNTIME_API'].partition(':')\n"
                "    with socket.create_connection((host, int(port))) as place:\n"
                "        place.sendall(b'nonsense\\r\\n\\r\\n')\n"
                "        return int(place.recv(99).split()[1])\n",
            )
        ),
    ),
)
