"""A wheel of a project, made by the project's own build backend (PEP 517) in isolation."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.building.build_system import check_requirements, read_build_system
from lpack.building.environment import create_environment
from lpack.building.failing import build_failed, ending, last_lines, lines_of
from lpack.building.installing import Supply, install
from lpack.building.purity import check_pure
from lpack.model import Where
from lpack.values import dataclass
from lpack.wheels.admission import admit
from lpack.wheels.refusal import refusal, shown
from lpack.wheels.writing import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyproject_hooks import BuildBackendHookCaller, SubprocessRunner

    from lpack.building.build_system import BuildSystem
    from lpack.building.environment import Environment
    from lpack.index.settings import IndexSettings
    from lpack.model import IndexOptions
    from lpack.system import System

SECONDS = 15 * 60
"""How long a build may take."""

_WHEEL_REQUIREMENTS = "`get_requires_for_build_wheel`"


@dataclass(frozen=True, slots=True)
class Built:
    """A wheel that was built here: pure, admitted and normalised."""

    wheel: Path
    name: str
    """Normalised."""
    version: str
    requires: tuple[str, ...]
    """What built it: all of its environment, as sorted `name==version`."""


def build(  # noqa: PLR0913 - what decides about a build
    tree: Path,
    *,
    system: System,
    settings: IndexSettings,
    index: IndexOptions,
    offline: bool,
    pins: tuple[str, ...],
    to: Path,
    where: Where | None = None,
) -> Built:
    """Build the wheel of the project in `tree` and put it into the folder `to`.

    This runs the project's code, which may write to `tree`; the caller has asked whether it may.
    `pins`, as `name==version`, hold the environment to what it was before; `where` is what
    messages point to, the folder's name if nothing is said. Raises BuildError LP118, LP119, or
    LP204 for a wheel that breaks the rules of wheels.
    """
    place = where or Where(shown(tree.name))
    plan = read_build_system(tree, place)
    supply = Supply(settings, index, offline, pins)
    with tempfile.TemporaryDirectory(prefix="lpack-", ignore_cleanup_errors=True) as name:
        environment = create_environment(Path(name).resolve(), system, place)
        if plan.requires:
            install(plan.requires, environment, supply, system, place)
        hooks = _Hooks(tree, plan, environment, system, place)
        further = hooks.further_requirements()
        if further:
            install(further, environment, supply, system, place)
        requires = environment.content()
        return _accepted(hooks.build_wheel(), to, requires, place)


class _Hooks:
    """The build backend of one project."""

    def __init__(
        self,
        tree: Path,
        plan: BuildSystem,
        environment: Environment,
        system: System,
        where: Where,
    ) -> None:
        from pyproject_hooks import BuildBackendHookCaller  # noqa: PLC0415 - only where one builds

        self._plan, self._where, self._output = plan, where, environment.folder / "wheels"
        self._caller: BuildBackendHookCaller = BuildBackendHookCaller(
            str(tree),
            plan.backend,
            plan.backend_path,
            runner=_runner(tree, environment.variables(system.environ), system, where),
            python_executable=str(environment.python),
        )

    def further_requirements(self) -> tuple[str, ...]:
        """Ask for what the backend needs beyond `[build-system]`."""
        listed = self._call(self._caller.get_requires_for_build_wheel)
        return check_requirements(listed, _WHEEL_REQUIREMENTS, self._where)

    def build_wheel(self) -> Path:
        """Build, and give the one wheel."""
        self._output.mkdir()
        name = self._call(lambda: self._caller.build_wheel(str(self._output)))
        wheel = self._output / Path(str(name)).name
        if wheel.name != name or wheel.is_symlink() or not wheel.is_file():
            message = f"the build backend `{shown(self._plan.backend)}` makes no wheel"
            raise build_failed(message, self._where)
        return wheel

    def _call(self, hook: Callable[[], object]) -> object:
        import pyproject_hooks  # noqa: PLC0415 - as above

        try:
            with warnings.catch_warnings():
                # The backend's own warnings, which are for the author of the project.
                warnings.simplefilter("ignore")
                return hook()
        except pyproject_hooks.BackendUnavailable as error:
            raise self._unavailable(str(error.traceback)) from error
        except pyproject_hooks.UnsupportedOperation as error:
            raise self._unavailable(str(error.traceback)) from error
        except (pyproject_hooks.HookMissing, ValueError, KeyError, OSError) as error:
            # Without an answer, or with one that is not JSON.
            raise self._unavailable(str(error)) from error

    def _unavailable(self, said: str) -> Exception:
        message = f"the build backend `{shown(self._plan.backend)}` cannot be used"
        return build_failed(message, self._where, said=lines_of(said.encode()))


def _runner(
    tree: Path, environ: Mapping[str, str], system: System, where: Where
) -> SubprocessRunner:
    """Start the hooks of a backend, without anything that is the user's."""
    name = f"the build of `{shown(tree.name)}`"

    def run(
        cmd: Sequence[str],
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        try:
            done = system.run(
                cmd,
                environ={**environ, **(extra_environ or {})},
                folder=None if cwd is None else Path(cwd),
                timeout=SECONDS,
            )
        except TimeoutError as error:
            minutes = f"takes more than {SECONDS // 60} minutes"
            raise build_failed(f"{name} {minutes}", where) from error
        if done.status:
            message = f"{name} fails: {ending(done.status)}"
            raise build_failed(message, where, said=last_lines(done))

    return run


def _accepted(wheel: Path, to: Path, requires: tuple[str, ...], where: Where) -> Built:
    """Judge a wheel as strictly as one that was downloaded, and write it anew."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415 - rare

    try:
        name, version = parse_wheel_filename(wheel.name)[:2]
    except InvalidWheelFilename as error:
        raise refusal("FILENAME", f"`{shown(wheel.name)}` is not the name of a wheel") from error
    admit(wheel, filename=wheel.name, name=name, version=str(version))
    check_pure(wheel, name, where)
    target = to / wheel.name
    normalise(wheel, target)
    return Built(target, name, str(version), requires)
