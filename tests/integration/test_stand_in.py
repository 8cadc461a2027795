"""Lambda's client answers the same with lpack's transport in Python, as on hosts without its own.

Its compiled `runtime_client` exists for Linux alone. Elsewhere its folder holds a file that Python
does not look for, which is as if there was none.
"""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from lpack.model import Call
from lpack.values import replace
from tests.handler_zoo import ANSWERING, Package, doing, returning
from tests.integration.test_sandbox_pythons import found_python
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Deployment, InstalledPython, Invocation

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
_REQUEST = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIFFERENT = re.compile(
    r"[0-9.]+ (?:ms|MB)|[0-9-]+T[0-9:.]+Z|\[[0-9]{13}\]|runtime:[0-9a-f]{64}"
    # Of a trace that the client ends with, the lines of what is compiled otherwise.
    r'|  File "/var/runtime/runtime_client_in_python\.py".*\n    .*\n'
)
EVENT = b'{"a": [1, null, "caf\\u00e9"], "b": 1.5}'
CALL = Call(
    EVENT,
    client_context={"client": {"app_title": "caf\u00e9"}, "custom": {"a": "b"}, "env": {}},
    cognito_identity_id="id",
    cognito_identity_pool_id="pool",
    tenant="blue",
)
CONTEXT = returning(
    "[context.tenant_id, context.identity.cognito_identity_id,"
    " context.identity.cognito_identity_pool_id, context.client_context.client.app_title,"
    " context.client_context.custom, context.invoked_function_arn, os.environ['_X_AMZN_TRACE_ID']"
    " != '', context.get_remaining_time_in_millis() > 0]",
    setup="import os",
)


def without_compiled(deployment: Deployment, folder: Path) -> Deployment:
    """Give the function with a client of which nothing is compiled for this machine."""
    client = folder / "client"
    shutil.copytree(deployment.client, client, ignore=shutil.ignore_patterns("*.so"))
    folder.chmod(0o755)
    return replace(deployment, client=str(client))


def both(
    folder: Path, package: Package, python: InstalledPython | None = None
) -> tuple[list[str], list[str]]:
    """Call a function with each client, and write down all that can be seen."""
    folder.mkdir()
    deployment = deployment_of(folder, package, python, timeout=2, memory=512)
    found = []
    for one in (deployment, without_compiled(deployment, folder)):
        with sandbox(one) as box:
            found.append([seen(box.invoke(call)) for call in (CALL, CALL)])
    return found[0], found[1]


def seen(done: Invocation) -> str:
    log = done.log.decode(errors="replace")
    text = f"{done.status} {done.error_type} {done.payload.decode(errors='replace')}\n{log}"
    return _DIFFERENT.sub(_stands_for, _REQUEST.sub("REQUEST", text))


def _stands_for(found: re.Match[str]) -> str:
    return "" if found[0].startswith("  File") else "[n]"


@pytest.mark.exhaustive
def test_the_zoo_is_answered_alike(tmp_path: Path) -> None:
    """Bodies, kinds of errors and logs, cold and warm."""
    packages = {
        **ANSWERING,
        "context": CONTEXT,
        "too large": returning("'x' * 7_000_000"),
        "nearly too large": returning("'x' * 6_291_000"),
        "timeout": doing("time.sleep(60)", setup="import time"),
    }

    found = {
        name: both(tmp_path / str(number), package)
        for number, (name, package) in enumerate(packages.items())
    }

    assert {name: two for name, two in found.items() if two[0] != two[1]} == {}
    assert '"blue"' in found["context"][1][0]


@pytest.mark.slow
def test_a_few_are_answered_alike(tmp_path: Path) -> None:
    """The quick part of the above: a response, an error, one in the module, and the context."""
    for name in ("event", "raises deeper", "syntax error"):
        compiled, python = both(tmp_path / name, ANSWERING[name])
        assert compiled == python

    compiled, python = both(tmp_path / "context", CONTEXT)

    assert compiled == python
    assert '"blue"' in python[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "minor", [*(pytest.param(one, marks=pytest.mark.exhaustive) for one in (8, 9, 12, 14)), 10, 13]
)
def test_each_client_takes_it(minor: int, tmp_path: Path) -> None:
    """Older clients ask for less, and newer ones hand over more."""
    python = found_python((3, minor))
    for name in ("event", "raises deeper", "no dot"):
        compiled, stands_in = both(tmp_path / name, ANSWERING[name], python)

        assert compiled == stands_in
