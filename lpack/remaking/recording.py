"""Runs a function once to see which modules it imports, and how long that takes.

This runs the function's code and its dependencies', which a build does only where it is asked to.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import Bundle, Entry, Function, Handler
from lpack.remaking.imported import is_module_path
from lpack.remaking.pythons import variable_for
from lpack.values import dataclass, replace
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from lpack.remaking.pythons import Interpreter
    from lpack.system import Completed, System

Emit = Callable[[Function, Bundle, Path], Path]
"""Writes a package and its invocation into a folder, and gives the path of the invocation."""

_RECORDER = Path(__file__).with_name("import_recorder.py")
_MODULE = "_lpack_import_recorder"
_VARIABLE = "LPACK_RECORDED_HANDLER"
_IMPORTS_ONLY = "LPACK_RECORDED_IMPORTS_ONLY"
# Without bytecode, imports take longer than they will take on Lambda.
_LEAST_SECONDS = 60
_RUNS = 3
_MARGIN = 60
"""Seconds, for unpacking and for the end."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a run has shown."""

    modules: tuple[str, ...]
    """Paths of the package's modules that were imported, sorted."""
    seconds: float
    """That importing the handler took."""
    failure: str
    """What the handler raised, safe to print; empty when it answered."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Runs functions in the Python of their target."""

    system: System
    interpreter: Interpreter
    emit: Emit

    def record(self, function: Function, bundle: Bundle, event: str | None) -> Recording:
        """Call the handler with one of the events that its invocation knows by name, or with `{}`.

        Raises BuildError LP235 when the handler cannot be imported here, and what `emit` raises.
        """
        return self._record(function, bundle, event, {_VARIABLE: function.handler_text or ""})

    def import_seconds(self, function: Function, bundle: Bundle) -> float:
        """Measure how long importing the handler takes here, each time in a new process.

        It is not called. The files are in the memory of this machine then, so on Lambda it takes
        longer. Raises as `record`.
        """
        variables = {_VARIABLE: function.handler_text or "", _IMPORTS_ONLY: "1"}
        runs = [self._record(function, bundle, None, variables) for _ in range(_RUNS)]
        return statistics.median(run.seconds for run in runs)

    def _record(
        self, function: Function, bundle: Bundle, event: str | None, variables: dict[str, str]
    ) -> Recording:
        with tempfile.TemporaryDirectory(prefix="lpack-record-") as folder:
            recorded = _recorded(function, variables)
            script = self.emit(recorded, _with_recorder(bundle), Path(folder))
            return _recording(function, bundle, self._run(function, script, event))

    def _run(self, function: Function, script: Path, event: str | None) -> Completed:
        seconds = max(function.timeout, _LEAST_SECONDS)
        named = () if event is None else (f"--event={event}",)
        try:
            return self.system.run(
                [sys.executable, "-I", str(script), f"--timeout={seconds}", *named],
                environ={
                    **self.system.environ,
                    variable_for(function.target): str(self.interpreter.path),
                },
                timeout=seconds + _MARGIN,
            )
        except TimeoutError as error:
            raise _refused(function, f"it took longer than {seconds} seconds") from error


def _recorded(function: Function, variables: dict[str, str]) -> Function:
    environment = (*function.environment, *variables.items())
    text = f"{_MODULE}.handler"
    return replace(function, handler=Handler(text, _MODULE, "handler"), environment=environment)


def _with_recorder(bundle: Bundle) -> Bundle:
    content, path = _RECORDER.read_bytes(), f"{_MODULE}.py"
    entry = Entry(path, "", len(content), 0o644, _RECORDER)
    entries = (
        *(one for one in bundle.entries if one.owner),
        *sorted((*(one for one in bundle.entries if not one.owner), entry),
                key=lambda one: one.path.encode()),
    )  # fmt: skip
    return replace(bundle, entries=entries, generated={**bundle.generated, path: content})


def _recording(function: Function, bundle: Bundle, done: Completed) -> Recording:
    try:
        answer: Any = json.loads(done.stdout)
    except ValueError:
        answer = None
    if done.status or not isinstance(answer, dict) or "modules" not in answer:
        raise _refused(function, _last_line(done, answer))
    if not answer["imported"]:
        raise _refused(function, str(answer["failure"]))
    # It comes from foreign code: only what is known of the package is believed.
    there = {entry.path for entry in bundle.entries if is_module_path(entry.path)}
    modules = sorted(there.intersection(answer["modules"]))
    return Recording(tuple(modules), float(answer["seconds"]), shown(str(answer["failure"])))


def _last_line(done: Completed, answer: Any) -> str:
    if isinstance(answer, dict) and "errorMessage" in answer:
        return str(answer["errorMessage"])
    lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it gave no answer"]
    return lines[-1].removeprefix("invoke: ")


def _refused(function: Function, reason: str) -> BuildError:
    return BuildError(
        "LP235",
        f"the imports of function `{function.name}` cannot be recorded: `{shown(reason)}`",
        where=function.where("bytecode"),
        hint=f"run `lpack invoke {function.name}` until it works, or set `bytecode = true`",
    )
