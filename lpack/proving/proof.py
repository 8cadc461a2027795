"""Imports a handler in a child process with the target's Python, and tells what came of it."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.facts.linking import TASK_ROOT
from lpack.facts.proofs import Proof
from lpack.invocation import lambda_environment
from lpack.platforms import MACHINES
from lpack.remaking.pythons import interpreter_for, variable_for
from lpack.wheels.refusal import shown
from lpack.writers import write_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Bundle, Function
    from lpack.remaking.pythons import Interpreter
    from lpack.store.segments import Segments
    from lpack.system import System

__all__ = ["Proof", "prove"]

MOST_SECONDS = 60
"""Lambda ends the phase of imports after 10 seconds; this machine may be slower, or busy."""
_LARGEST_ANSWER = 100_000
_CHILD = Path(__file__).with_name("child.py")
_KEYS = {"error": str, "message": str, "path": str, "missing": str, "seconds": float}


def prove(
    function: Function, bundle: Bundle, system: System, segments: Segments | None = None
) -> Proof | None:
    """Import the handler of a package, in an environment that holds nothing of this machine's.

    None where there is no handler to import. **This runs code of the function and of its
    dependencies.** Raises BuildError LP021 where this machine cannot do so, and what writing the
    package raises.
    """
    if function.handler is None or function.format == "layer":
        return None
    if function.target.runtime.is_own:
        reason = "the function brings its own runtime, which alone knows how it imports anything"
        raise _refused(function, reason, "call it: `lpack invoke`")
    interpreter = _interpreter(function, bundle, system, segments)
    with tempfile.TemporaryDirectory(prefix="lpack-import-") as name:
        folder = Path(os.path.realpath(name))
        task = folder / "task"
        write_folder(bundle, task, replace=False)
        status = _run(function, interpreter, folder, system)
        return _proof(status, _answer(folder / "answer.json"), interpreter)


def _interpreter(
    function: Function, bundle: Bundle, system: System, segments: Segments | None
) -> Interpreter:
    target = function.target
    native = any(".so" in entry.path for entry in bundle.entries)
    machine = MACHINES[target.architecture]
    here = platform.machine()
    if native and (not sys.platform.startswith("linux") or here != machine):
        raise _refused(
            function,
            f"the package holds native code for Linux {machine}, and this machine is"
            f" {platform.system()} {here}",
            f"check it on Linux {machine}, or without `--import`",
        )
    found = interpreter_for(target, system, segments)
    if found is None:
        version = "{}.{}".format(*target.runtime.python)
        raise _refused(
            function,
            f"importing it needs CPython {version}, which is not found here",
            f"install Python {version}, or name it in `{variable_for(target)}`",
        )
    return found


def _refused(function: Function, reason: str, hint: str) -> BuildError:
    message = f"the import of `{function.handler_text}` cannot be proven here: {reason}"
    return BuildError("LP021", message, where=function.where("runtime"), hint=hint)


def _run(function: Function, interpreter: Interpreter, folder: Path, system: System) -> int | None:
    """Give the exit status of the child, or None where it was not done in time."""
    task = folder / "task"
    variables = dict(function.environment)
    roots = [one for one in variables.get("PYTHONPATH", "").split(":") if one]
    asked = {
        "folder": str(task),
        "handler": function.handler_text,
        "roots": [_here(one, task) for one in roots],
        "answer": str(folder / "answer.json"),
    }
    try:
        done = system.run(
            # Nothing of this machine's: neither variables nor site-packages.
            [str(interpreter.path), "-I", "-S", "-B", str(_CHILD)],
            stdin=json.dumps(asked).encode(),
            environ=_environment(function, task, interpreter),
            folder=task,
            timeout=MOST_SECONDS,
        )
    except TimeoutError:
        return None
    return done.status


def _environment(function: Function, task: Path, interpreter: Interpreter) -> dict[str, str]:
    """Give the variables of Lambda and of the function, with this folder for the package's."""
    variables: Mapping[str, str] = {
        **lambda_environment(function),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PATH": f"{interpreter.path.parent}:/usr/local/bin:/usr/bin:/bin",
        **dict(function.environment),
    }
    return {name: _here(value, task) for name, value in variables.items()}


def _here(value: str, task: Path) -> str:
    return re.sub(rf"(?<![\w.-]){TASK_ROOT}(?=[/:]|$)", lambda _: str(task), value)


def _answer(path: Path) -> dict[str, Any]:
    """Read what the child wrote, which may be anything: it has run foreign code."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LARGEST_ANSWER))
    except (OSError, ValueError, RecursionError):
        return {}
    is_whole = isinstance(found, dict) and all(
        isinstance(found.get(key), kind) for key, kind in _KEYS.items()
    )
    return found if is_whole else {}


def _proof(status: int | None, answer: dict[str, Any], interpreter: Interpreter) -> Proof:
    version = interpreter.version
    if status is None:
        message = f"the import had not ended after {MOST_SECONDS} seconds"
        return Proof(version, "Sandbox.Timedout", message, float(MOST_SECONDS))
    if not answer:
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        return Proof(version, "Runtime.ExitError", f"the import ended the process ({how})")
    line, network = answer.get("line"), answer.get("network")
    return Proof(
        version,
        shown(answer["error"]),
        shown(answer["message"]),
        answer["seconds"],
        shown(answer["path"]),
        line if isinstance(line, int) else None,
        answer["missing"].partition(".")[0],
        tuple(shown(str(one)) for one in network) if isinstance(network, list) else (),
        is_cut_off=answer.get("cut_off") is True,
    )
