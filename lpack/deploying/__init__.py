"""Makes a function ready to be called on this machine, as a deployment makes it on Lambda."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.deploying.brought import wanted_locks
from lpack.deploying.folders import unpacked
from lpack.deploying.host import host_for
from lpack.errors import BuildError, UsageError
from lpack.lock_plan import LockPlan
from lpack.model import Deployment
from lpack.pipeline import build_function
from lpack.sources.functions import BOOTSTRAP
from lpack.unpacked import MARK
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.deploying.host import Host
    from lpack.deploying.python import Choice
    from lpack.model import Function, InstalledPython, Json, Unknown
    from lpack.staged import Built
    from lpack.work import Work
    from lpack.writers import Packed

BYTECODE = "bytecode-1"
_ZIP, _LAYER = ".zip", ".layer.zip"
_NATIVE = ".so"
_ELF = b"\x7fELF"
_NOT_THERE, _NOT_RECORDED = "LP422", "LP235"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A function that is ready, and what that rests on."""

    deployment: Deployment
    builds: tuple[Built, ...]
    """Of the function, and of the layers that the project builds for it."""
    notes: tuple[str, ...] = ()
    """What is not as it would be on Lambda, in words to print."""
    stands_in: bool = False
    """Whether another version of Python is used, so that the right one may be there next time."""
    written: tuple[Path, ...] = ()
    """What the builds have written into the project, such as locks."""

    @property
    def lasts(self) -> bool:
        """Whether the same files will give the same again."""
        return all(one.lasts for one in self.builds)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """What has to be there as it is for the deployment to hold."""
        deployment = self.deployment
        folders = (deployment.task, deployment.layers, deployment.client)
        marks = (Path(one).parent / MARK for one in folders if one)
        python = deployment.interpreter
        pythons = (Path(python.path), Path(python.program)) if python else ()
        return (*marks, *pythons, *self.written)


def deploy(
    function: Function, work: Work, *, exact: bool = False, as_shipped: bool = False
) -> Deployed:
    """Build what the project says now, even if a check would refuse it, and unpack it.

    With `exact`, it has to run as it would on Lambda; `as_shipped` is for those who want to know
    how long it takes: bytecode of what it imports is there as well. Raises UsageError LP001 for
    what nothing calls, BuildError LP407 to LP409, and what a build raises.
    """
    try:
        return _deployed(_callable(function, as_shipped=as_shipped), work, exact=exact)
    except BuildError as error:
        if not as_shipped or error.code != _NOT_RECORDED:
            raise
        done = _deployed(_callable(function), work, exact=exact)
        note = f"it runs without bytecode, as no build has shipped any: {error}"
        return replace(done, notes=(*done.notes, note))


def _deployed(function: Function, work: Work, *, exact: bool) -> Deployed:
    host = host_for(function, work)
    choice = host.choice
    with tempfile.TemporaryDirectory(prefix="lpack-invoke-") as folder:
        work = replace(work, no_check=True, output=Path(folder), trial=None)
        built = build_function(function, work, LockPlan(work))
        archives = [path for path in built.outputs if path.name.endswith(_ZIP) and path.exists()]
        if choice.notes and (exact or _are_native(archives)):
            built, choice = _for_this_machine(function, work, choice, exact=exact)
        archives = sorted(Path(folder).glob(f"*{_ZIP}"))
        choice = replace(choice, notes=(*choice.notes, *_own_notes(function, built, exact=exact)))
        own = [one for one in archives if not one.name.endswith(_LAYER)]
        layers = [one for one in archives if one.name.endswith(_LAYER)]
        builds = [built]
        for path, one in layers_of(function, choice, work, Path(folder)):
            layers.append(path)
            builds.append(one)
        deployment = _ready(function, replace(host, choice=choice), own, layers, work)
        outputs = (path for one in builds for path in one.outputs)
        written = tuple(one for one in outputs if not one.is_relative_to(folder))
    notes = (*choice.notes, *_not_here(function))
    return Deployed(deployment, tuple(builds), notes, choice.stands_in, written)


def deploy_packed(
    function: Function, packed: tuple[Packed, ...], work: Work
) -> tuple[Deployment, tuple[str, ...]]:
    """Unpack what waits to be published, and give the notes as well; raises as `deploy` does.

    What cannot run here as it is, what is no archive, and what has layers of the project's own is
    built anew.
    """
    host = host_for(function, work)
    waiting = [one.waiting for one in packed]
    if not packed or function.project_layers or (host.choice.notes and _are_native(waiting)):
        done = deploy(function, replace(work, ahead=None))
        return done.deployment, done.notes
    own = [one.waiting for one in packed if not one.is_layer]
    layers = [one.waiting for one in packed if one.is_layer]
    return _ready(function, host, own, layers, work), host.choice.notes


def _own_notes(function: Function, built: Built, *, exact: bool) -> tuple[str, ...]:
    """Say why a runtime that starts here would not on Lambda; raises BuildError LP409."""
    found = [one for one in built.outcome.diagnostics if one.code == _NOT_THERE]
    if found and exact:
        where = function.where("runtime")
        raise BuildError("LP409", found[0].message, where=where, hint=found[0].hint)
    return tuple(f"it runs with a program of this machine: {one.message}" for one in found)


def refuse_foreign(function: Function, choice: Choice, *folders: str) -> None:
    """Raise BuildError LP409 for a runtime that is a program for another machine than this one."""
    place = next((one for one in folders if one and Path(one, BOOTSTRAP).is_file()), None)
    if choice.python is not None or not choice.notes or place is None:
        return
    with Path(place, BOOTSTRAP).open("rb") as file:
        if file.read(len(_ELF)) == _ELF:
            raise BuildError(
                "LP409",
                f"the function's runtime cannot run here: {'; '.join(choice.notes)}",
                where=function.where("architecture"),
                hint=f"build it for {choice.target.architecture} and `--architecture"
                f" {choice.target.architecture}`, or call it on such a machine",
            )


def _ready(
    function: Function, host: Host, own: list[Path], layers: list[Path], work: Work
) -> Deployment:
    """Unpack archives, and say how they are run."""
    task = unpacked(own, work.cache)
    opt = str(unpacked(layers, work.cache)) if layers else ""
    refuse_foreign(function, host.choice, str(task), opt)
    target, client = host.choice.target, host.client
    wanted = () if client is None else wanted_locks(str(task), opt, target.runtime.python)
    if wanted:
        from lpack.deploying.client import client_for  # noqa: PLC0415 - many bring their own

        work.progress.step(function.name, "fetching what the runtime brings")
        client = client_for(target, work, wanted)
    python = host.choice.python
    deployment = as_deployed(function, host.choice, str(task), opt, str(client or ""))
    if python is None:
        return deployment
    # Python does not look for a package's own bytecode where it is told to keep it elsewhere.
    brings = function.bytecode != "none"
    return replace(deployment, cache=_cache(function, python, work), is_cache_of_client=brings)


def layers_of(
    function: Function, choice: Choice, work: Work, folder: Path
) -> Iterator[tuple[Path, Built]]:
    """Build the layers of the project that a function uses, in their order."""
    layers = {one.name: one for one in work.project.functions}
    for name in function.project_layers:
        if name in layers:
            layer = replace(layers[name], target=choice.target)
            others = (one for one in work.project.functions if one.name != name)
            project = replace(work.project, functions=(*others, layer))
            below = replace(work, project=project, output=folder / name)
            built = build_function(layer, below, LockPlan(below))
            made = folder / name / f"{name}{_ZIP}"
            yield made.rename(folder / f"{name}{_LAYER}"), built


def _callable(function: Function, *, as_shipped: bool = False) -> Function:
    """Give the function in a format that can be called here; raises UsageError LP001."""
    if function.format == "layer" or function.handler is None:
        raise UsageError(
            "LP001",
            f"`{function.name}` is a layer, and nothing calls a layer",
            where=function.where("format"),
            hint="invoke a function that uses it",
        )
    if function.bytecode == "imported" and not as_shipped:
        # It does the same without, and a handler that fails may be what keeps the records away.
        function = replace(function, bytecode="none")
    return replace(function, format="zip") if function.format == "folder" else function


def _are_native(archives: list[Path]) -> bool:
    """Whether packages hold code that only one machine and one Python can run."""
    from lpack.wheels.package import read_package  # noqa: PLC0415 - seldom needed

    return any(
        _NATIVE in entry.path.rsplit("/", 1)[-1]
        for path in archives
        for entry in read_package(path.read_bytes()).entries
    )


def _for_this_machine(
    function: Function, work: Work, choice: Choice, *, exact: bool
) -> tuple[Built, Choice]:
    """Build with the wheels that the same lock has for this machine.

    Raises BuildError LP409, and what locking and building raise.
    """
    said = "; ".join(choice.notes)
    if exact:
        raise BuildError(
            "LP409",
            f"the function cannot be run here as on Lambda: {said}",
            where=function.where("runtime"),
            hint="leave out `--exact`, or install what is missing",
        )
    other = replace(function, target=choice.target)
    functions = tuple(other if one.name == other.name else one for one in work.project.functions)
    locked = replace(
        work,
        project=replace(work.project, functions=functions),
        lock_options=replace(work.lock_options, mode="locked"),
    )
    is_locked = choice.target in work.project.lock_targets
    if is_locked:
        # The lock may be older than the line that asks for this machine.
        LockPlan(work).lock(function, choice.target)
    try:
        built = build_function(other, locked, LockPlan(locked))
    except BuildError as error:
        if is_locked:
            raise
        raise BuildError(
            "LP409",
            f"the package holds native code that cannot run here: {said}",
            where=function.where("runtime"),
            hint=f'{_install(function, choice)}add "{choice.target}" to `lock_targets`,'
            " for the same versions on this machine",
        ) from error
    note = "it runs with the wheels that the lock has for this machine"
    return built, replace(choice, notes=(*choice.notes, note))


def _not_here(function: Function) -> tuple[str, ...]:
    """Say which layers the function has on Lambda, and not on this machine."""
    names = ", ".join(f"`{arn}`" for arn in function.layers)
    return (f"it runs without {names}: layers of an account are not here",) if names else ()


def _install(function: Function, choice: Choice) -> str:
    """Say what would be better than another Python, where that is missing."""
    name = "Python {}.{}".format(*function.target.runtime.python)
    return f"install {name}, or " if choice.stands_in else ""


def as_deployed(
    function: Function, choice: Choice, task: str, layers: str, client: str
) -> Deployment:
    """Say how a function is run whose files lie in these folders."""
    logging = _members(function.settings, "LoggingConfig")
    return Deployment(
        function.name_there,
        function.handler_text or "",
        function.target.runtime.name,
        function.target.architecture,
        task,
        layers,
        choice.python,
        client,
        function.memory,
        function.timeout,
        function.ephemeral_storage,
        function.environment,
        str(logging.get("LogFormat", "Text")),
        str(logging.get("ApplicationLogLevel", "INFO")),
        str(logging.get("SystemLogLevel", "INFO")),
        str(logging.get("LogGroup", "")),
        str(_members(function.settings, "TracingConfig").get("Mode", "PassThrough")),
        function.limits,
    )


def _members(settings: Mapping[str, Json | Unknown], name: str) -> Mapping[str, Json]:
    found = settings.get(name)
    return found if isinstance(found, dict) else {}


def _cache(function: Function, python: InstalledPython, work: Work) -> str:
    """Give a folder for compiled modules, which only this function's code can write to."""
    words = f"{work.project.root}\0{function.name}\0{python.version}"
    name = hashlib.sha256(words.encode()).hexdigest()
    folder = work.cache / BYTECODE / name[:2] / name
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
