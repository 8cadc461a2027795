"""Functions of a project that can be called from Python, as Lambda would call them."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.cli.asked import call_of, told
from lpack.cli.context import only_one
from lpack.cli.terminal import NoProgress
from lpack.config import Overrides
from lpack.deploying import deploy
from lpack.deploying.opening import opened, sandbox_limits
from lpack.errors import LpackError, UsageError
from lpack.facts.limits import read_limits
from lpack.place import declared_place, surroundings_at
from lpack.printed import safe
from lpack.reporters.base import Style
from lpack.reporters.source_lines import SourceLines
from lpack.reporters.text import render_diagnostic
from lpack.source_date import source_date
from lpack.steps.configure import read_project
from lpack.system import System
from lpack.values import dataclass, replace
from lpack.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.model import Deployment, Invocation, Json, Surroundings
    from lpack.runtime import Limits, Sandbox


_SHOWN = 200
"""Letters of a payload that are shown where a result is."""
Hear = Callable[[str, "Result"], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call."""

    invocation: Invocation
    """All that there is to know, as Invoke would answer."""

    def __repr__(self) -> str:
        """Tell what came of it, for whoever compares it with something else."""
        text = self.invocation.payload.decode(errors="replace")
        if self.error_type is not None and isinstance(self.payload, dict):
            text = f"{self.error_type}: {self.payload.get('errorMessage', '')}"
        return f"<Result {safe(text[:_SHOWN])}>"

    @property
    def payload(self) -> Any:
        """The response, or the body of the error, as JSON; bytes where it is none."""
        try:
            return json.loads(self.invocation.payload)
        except (ValueError, RecursionError):
            return self.invocation.payload

    @property
    def error_type(self) -> str | None:
        """Name of the error; None where the handler has returned."""
        return self.invocation.error_type

    @property
    def log(self) -> str:
        """All that was logged, from the start of the call to its report."""
        return self.invocation.log.decode(errors="replace")

    @property
    def duration(self) -> float:
        """Milliseconds of the call, without the initialisation."""
        return self.invocation.duration

    @property
    def init(self) -> float | None:
        """Milliseconds of the initialisation; None where the process was warm."""
        return self.invocation.init

    @property
    def memory(self) -> int:
        """MB that were used at most."""
        return self.invocation.memory


class LambdaFunction:
    """A function in a place of its own; its process stays warm between calls."""

    def __init__(self, sandbox: Sandbox, hear: Hear | None = None) -> None:
        """Take the place that it is called in, and who hears of all that comes of calls."""
        self._sandbox = sandbox
        self._hear = hear

    def __repr__(self) -> str:
        """Tell which function it is."""
        return f"<LambdaFunction {self._sandbox.deployment.name}>"

    def invoke(self, event: Json = None, *, context: Mapping[str, Any] | None = None) -> Result:
        """Call the function; None is the empty object, as where Invoke is sent no payload.

        `context` has `client_context`, `identity`, `tenant`, `qualifier`, `request_id` or `trace`,
        as `lpack invoke --context` has. Raises UsageError LP411 for what is no JSON, and LP413.
        """
        try:
            text = json.dumps({} if event is None else event, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise UsageError("LP411", f"the event is not JSON: {error}") from error
        call = call_of(told(json.dumps(dict(context or {}))))
        result = Result(self._sandbox.invoke(replace(call, event=text.encode())))
        if self._hear is not None:
            self._hear(self._sandbox.deployment.name, result)
        return result

    def sample(self, event: str, **options: Any) -> Result:
        """Call it with an event of the catalogue: `sample("s3:put", bucket="photos")`.

        Raises UsageError LP430 or LP431.
        """
        from lpack.events import sample  # noqa: PLC0415 - few tests need it

        return self.invoke(
            sample(
                event,
                {name.replace("_", "-"): one for name, one in options.items()},
                {
                    "region": self._sandbox.surroundings.region,
                    "account": self._sandbox.surroundings.account,
                },
            )
        )


class LambdaProject:
    """A project whose functions are built once, when they are first asked for."""

    def __init__(self, root: Path, *, exact: bool = False, hear: Hear | None = None) -> None:
        """Name the project's folder; `exact` refuses any Python but the runtime's own.

        `hear` is told of each call, by the name of its function.
        """
        self.root = root
        self._exact = exact
        self._hear = hear
        self._refused: dict[str, LpackError] = {}
        self._ready: dict[str, tuple[Deployment, Limits, Surroundings]] = {}

    @contextlib.contextmanager
    def ready(
        self,
        name: str | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        network: bool = True,
    ) -> Iterator[LambdaFunction]:
        """Give a function in a place that nothing has run in; the only one needs no name.

        Raises what reading the project, building and deploying it raise.
        """
        deployment, limits, around = self._deployed(name)
        own = tuple((environment or {}).items())
        around = replace(around, environment=own, network=network)
        with opened(deployment, around, System(), limits) as sandbox:
            yield LambdaFunction(sandbox, self._hear)

    def _deployed(self, name: str | None) -> tuple[Deployment, Limits, Surroundings]:
        """Build and unpack a function, once; what cannot be built is not tried again."""
        key = name or ""
        if key in self._refused:
            raise self._refused[key].with_traceback(None)
        if key not in self._ready:
            try:
                self._ready[key] = self._deploy(name)
            except LpackError as error:
                self._refused[key] = error
                raise
        return self._ready[key]

    def _deploy(self, name: str | None) -> tuple[Deployment, Limits, Surroundings]:
        work = self._work()
        function = only_one(work.project, name)
        limits = sandbox_limits(read_limits(function.limits))
        around = surroundings_at(declared_place(function))
        return deploy(function, work, exact=self._exact).deployment, limits, around

    def _work(self) -> Work:
        project = read_project(Path(os.path.realpath(self.root)), Overrides(), os.environ)
        return Work(project, System(), NoProgress(), moment=source_date(os.environ))


def refusal(error: BaseException, root: Path) -> str:
    """Say what lpack refuses as its commands do; paths in messages start at `root`."""
    if not isinstance(error, LpackError):
        return str(error)
    source = SourceLines(root)
    return "\n".join(render_diagnostic(one, Style(), source=source) for one in error.diagnostics)
