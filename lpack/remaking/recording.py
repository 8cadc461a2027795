"""Runs a function once to see which modules it imports, and how long that takes.

This runs the function's code and its dependencies', which a build does only where it is asked to.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import Bundle, Entry, Function, Handler, Json
from lpack.remaking.imported import is_module_path
from lpack.values import dataclass, replace
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from lpack.model import Invocation

Attempt = Callable[[Function, Bundle, Json, int], "Invocation"]
"""Calls the handler in a package once, with an event and so many seconds, as Lambda would."""

_RECORDER = Path(__file__).with_name("import_recorder.py")
_MODULE = "_lpack_import_recorder"
_VARIABLE = "LPACK_RECORDED_HANDLER"
_IMPORTS_ONLY = "LPACK_RECORDED_IMPORTS_ONLY"
# Without bytecode, imports take longer than they will take on Lambda.
_LEAST_SECONDS = 60
_RUNS = 3
_CANNOT_RUN = "LP409"


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
    """Runs functions as Lambda would, in the Python of their target."""

    attempt: Attempt

    def record(self, function: Function, bundle: Bundle, event: Json) -> Recording:
        """Call the handler with an event.

        Raises BuildError LP235 when the handler cannot be imported here, and what the attempt
        raises where it can be had in no way.
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
        self, function: Function, bundle: Bundle, event: Json, variables: dict[str, str]
    ) -> Recording:
        seconds = max(function.timeout, _LEAST_SECONDS)
        recorded = _recorded(function, variables)
        try:
            done = self.attempt(recorded, _with_recorder(bundle), event, seconds)
        except BuildError as error:
            if error.code != _CANNOT_RUN:
                raise
            raise _refused(function, str(error)) from error
        if done.status == "timeout":
            raise _refused(function, f"it took longer than {seconds} seconds")
        return _recording(function, bundle, done)


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


def _recording(function: Function, bundle: Bundle, done: Invocation) -> Recording:
    try:
        answer: Any = json.loads(done.payload)
    except ValueError:
        answer = None
    if done.function_error or not isinstance(answer, dict) or "modules" not in answer:
        raise _refused(function, _reason(answer))
    if not answer["imported"]:
        raise _refused(function, str(answer["failure"]))
    # It comes from foreign code: only what is known of the package is believed.
    there = {entry.path for entry in bundle.entries if is_module_path(entry.path)}
    modules = sorted(there.intersection(answer["modules"]))
    return Recording(tuple(modules), float(answer["seconds"]), shown(str(answer["failure"])))


def _reason(answer: Any) -> str:
    if isinstance(answer, dict) and "errorMessage" in answer:
        return str(answer["errorMessage"])
    return "it gave no answer"


def _refused(function: Function, reason: str) -> BuildError:
    return BuildError(
        "LP235",
        f"the imports of function `{function.name}` cannot be recorded: `{shown(reason)}`",
        where=function.where("bytecode"),
        hint=f"run `lpack invoke {function.name}` until it works, or set `bytecode = true`",
    )
