"""How a function is started: client, package, layers, wrappers, and runtimes of one's own."""

from __future__ import annotations

from conforming.behaviour import Line
from conforming.running import body, error
from conforming.sources import (
    CLIENT,
    EMULATOR,
    LAYERS,
    LOCALSTACK,
    MERGED,
    NO_BOOTSTRAP,
    NOT_A_PROGRAM,
    NOT_EXECUTABLE,
    RUNTIMES,
    USER,
    WRAPPERS,
    by,
)
from tests.handler_zoo import ANSWERING, Package, doing, module, returning

_CLIENT_FIRST = Package(
    {
        "app.py": "import simplejson\ndef handler(e, c):\n    return simplejson.dumps('mine')\n",
        "simplejson.py": "raise ImportError('broken')\n",
    }
)
_SITE = "python/lib/python{}/site-packages/{}.py"
_VERSIONS = ("3.10", "3.11", "3.12", "3.13")
_WHO = "WHO = {!r}\n"
FIRST_LAYER = {
    "python/both.py": _WHO.format("first"),
    "python/own.py": _WHO.format("first's own"),
    "python/twice.py": _WHO.format("python"),
    "bin/tool": "#!/bin/sh\necho tool\n",
    **{_SITE.format(one, "twice"): _WHO.format("site-packages") for one in _VERSIONS},
    **{_SITE.format(one, "apart"): _WHO.format("apart") for one in _VERSIONS},
    "python/own.pth": "/opt/more\n",
    "more/by_path.py": _WHO.format("by .pth"),
}
SECOND_LAYER = {"python/both.py": _WHO.format("second"), "data/text": "shared"}
_IMPORTING = doing(
    "return [importlib.import_module(name).WHO for name in event]", setup="import importlib"
)
WRAPPER = '#!/bin/sh\nexport WRAPPED="$(basename "$1")"\nexec "$@"\n'
BOOTSTRAP = """#!/usr/bin/env python3
import http.client, json, os
def ask(method, path, body=None, **headers):
    place = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    place.request(method, "/2018-06-01/runtime/" + path, body, named)
    found = place.getresponse()
    return found.status, json.loads(found.read() or b"null"), found.headers
def tell(*found):
    print(json.dumps(found), flush=True)
while True:
    _, event, headers = ask("GET", "invocation/next")
    own = "invocation/" + headers["Lambda-Runtime-Aws-Request-Id"]
    value = {"event": event, "handler": os.environ["_HANDLER"]}
    ask("POST", own + "/response", json.dumps(value))
"""
_NO_BOOTSTRAP = (
    "Runtime.InvalidEntrypoint: RequestId: ID Error: Couldn't find valid bootstrap(s):"
    " [/var/task/bootstrap /opt/bootstrap]"
)
_NOT_RUN = "Runtime.InvalidEntrypoint: RequestId: ID Error: fork/exec /var/task/bootstrap: "

LINES = (
    Line(
        "the client comes first, whatever the package brings",
        '"\\"mine\\""',
        CLIENT,
        body(_CLIENT_FIRST),
    ),
    Line(
        "task root first, then layers",
        '["/var/task", "/opt/python/lib/pythonVERSION/site-packages", "/opt/python"]',
        LAYERS,
        body(returning("sys.path[:3]", "import sys")),
    ),
    Line(
        "layers are merged in their order, and the later one wins",
        '["second", "first\'s own"]',
        MERGED,
        body(_IMPORTING, b'["both", "own"]', layers=(FIRST_LAYER, SECOND_LAYER)),
    ),
    Line(
        "a layer has two folders of modules, its site-packages first",
        '["apart", "site-packages"]',
        LAYERS,
        body(_IMPORTING, b'["apart", "twice"]', layers=(FIRST_LAYER,)),
    ),
    Line(
        "programs and other files of layers are found",
        '["tool\\n", "shared"]',
        LAYERS,
        body(
            doing(
                "told = subprocess.run(['tool'], capture_output=True, text=True, check=True)",
                "return [told.stdout, open('/opt/data/text').read()]",
                setup="import subprocess",
            ),
            layers=(FIRST_LAYER, SECOND_LAYER),
            programs=("bin/tool",),
        ),
    ),
    Line(
        ".pth files of the package and of layers run",
        "7 / by .pth",
        CLIENT,
        body(
            Package(
                {
                    **ANSWERING["path file"].files,
                    "app.py": "import vendored, by_path\ndef handler(event, context):\n"
                    "    return f'{vendored.V} / {by_path.WHO}'.encode()\n",
                }
            ),
            layers=(FIRST_LAYER,),
        ),
    ),
    Line(
        "working folder and user",
        '["/var/task", "sbx_user1051", 993, false]',
        f"{by('test_runtime_introspection_x86')}, {USER}",
        body(
            returning(
                "[os.getcwd(), pwd.getpwuid(os.getuid()).pw_name, os.getuid(),"
                " 'HOME' in os.environ]",
                "import os, pwd",
            )
        ),
    ),
    Line(
        "a wrapper starts the runtime",
        '"pythonVERSION"',
        by("test_runtime_wrapper_invoke", RUNTIMES),
        body(
            Package(
                {
                    "app.py": "import os\ndef handler(e, c):\n    return os.environ['WRAPPED']\n",
                    "wrapper": WRAPPER,
                }
            ),
            programs=("wrapper",),
            environment=(("AWS_LAMBDA_EXEC_WRAPPER", "/var/task/wrapper"),),
        ),
    ),
    Line(
        "a wrapper that is not there",
        "Runtime.ExitError: RequestId: ID Error: Runtime exited with error: exit status 127",
        by("test_lambda_runtime_wrapper_not_found", LOCALSTACK),
        error(returning("1"), environment=(("AWS_LAMBDA_EXEC_WRAPPER", "/var/task/gone"),)),
    ),
    Line(
        "provided.*: `bootstrap` is the runtime",
        '{"event": [1], "handler": "own.handler"}',
        by("test_echo_invoke", RUNTIMES),
        body(
            Package({"bootstrap": BOOTSTRAP}, "own.handler"),
            b"[1]",
            provided=True,
            programs=("bootstrap",),
        ),
    ),
    Line(
        "provided.*: or that of a layer",
        '{"event": 1, "handler": "own.handler"}',
        NO_BOOTSTRAP,
        body(
            module("", "own.handler"),
            b"1",
            provided=True,
            layers=({"bootstrap": BOOTSTRAP},),
            programs=("bootstrap",),
        ),
    ),
    Line(
        "provided.*: a wrapper is nothing to it",
        '{"event": 1, "handler": "app.handler"}',
        WRAPPERS,
        body(
            Package({"bootstrap": BOOTSTRAP}),
            b"1",
            provided=True,
            programs=("bootstrap",),
            environment=(("AWS_LAMBDA_EXEC_WRAPPER", "/var/task/gone"),),
        ),
    ),
    Line(
        "provided.*: no `bootstrap`",
        _NO_BOOTSTRAP,
        f"{EMULATOR}, {NO_BOOTSTRAP}",
        error(returning("1"), provided=True),
    ),
    Line(
        "provided.*: a `bootstrap` that is not executable",
        f"{_NOT_RUN}permission denied",
        NOT_EXECUTABLE,
        error(Package({"bootstrap": BOOTSTRAP}), provided=True),
    ),
    Line(
        "provided.*: a `bootstrap` that is no program",
        f"{_NOT_RUN}exec format error",
        NOT_A_PROGRAM,
        error(Package({"bootstrap": "\x01"}), provided=True, programs=("bootstrap",)),
    ),
)
