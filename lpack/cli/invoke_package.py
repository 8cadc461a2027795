"""`lpack invoke PATH.zip`: call the function of a package that is there already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.deploying import refuse_foreign
from lpack.deploying.brought import wanted_locks
from lpack.deploying.client import client_for
from lpack.deploying.folders import unpacked
from lpack.deploying.host import host_for
from lpack.errors import UsageError
from lpack.facts.bootstrap import bootstrap_of
from lpack.facts.contents import Contents
from lpack.model import Deployment, Project, Where
from lpack.packages import read_package, with_layers
from lpack.packages.function import function_of
from lpack.steps.lock import LockOptions
from lpack.values import dataclass, replace
from lpack.work import Work

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function


@dataclass(frozen=True, slots=True)
class Package:
    """A zip, and the function that it is for."""

    path: Path
    function: Function
    layers: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    """Why a runtime that starts here would not on Lambda."""


def is_package(name: str | None) -> bool:
    """Whether a name on the command line is that of a zip."""
    return name is not None and name.endswith(".zip") and Path(name).is_file()


def package_of(context: Context) -> Package:
    """Find out which function a zip is for; raises UsageError LP001, or what reading it raises."""
    options, path = context.options, Path(context.options.name)
    typed = {
        "runtime": options.runtime,
        "architecture": options.architecture,
        "handler": options.handler,
        "memory": options.memory,
        "timeout": options.timeout,
    }
    said: dict[str, tuple[Any, Where]] = {
        key: (value, Where("command line", key=f"--{key}"))
        for key, value in typed.items()
        if value is not None
    }
    layers = [(word, read_package(Path(word), word)) for word in options.layer]
    bundle = with_layers(read_package(path, options.name), layers)
    stem = path.resolve().name.removesuffix(".zip")
    function, told = function_of(bundle, stem, options.name, said, root=Path.cwd())
    if function.handler is None:
        where = told[0] if told else None
        raise UsageError(
            "LP001",
            "it is not known which function of the package is the handler"
            if where is None
            else where.message,
            where=Where(options.name),
            hint=where.hint if where else "name it with `--handler`",
        )
    judged = bootstrap_of(function, Contents.of(bundle), unseen=False)
    faults = judged.faults if judged else ()
    notes = tuple(
        f"it runs with a program of this machine: {one.detail} on {function.target.runtime.name}"
        for one in faults
        if one.kind == "interpreter"
    )
    return Package(path, function, tuple(map(Path, options.layer)), notes)


def deploy_package(context: Context, package: Package) -> tuple[Deployment, tuple[str, ...]]:
    """Unpack a zip and its layers; give the notes as well. Raises as `deploy` does."""
    here, function = Path.cwd(), package.function
    options = LockOptions(offline=context.options.offline)
    work = Work(Project(here, here, (), (), "auto"), context.system, context.progress, options)
    host = host_for(function, work)
    client, notes = host.client, (*host.choice.notes, *package.notes)
    task = str(unpacked([package.path], work.cache))
    layers = str(unpacked(package.layers, work.cache)) if package.layers else ""
    refuse_foreign(function, host.choice, task, layers)
    target = host.choice.target
    wanted = () if client is None else wanted_locks(task, layers, target.runtime.python)
    if wanted:
        client = client_for(target, work, wanted)
    if notes and context.options.exact:
        raise UsageError("LP001", f"`--exact` was typed: {'; '.join(notes)}")
    deployment = Deployment(
        function.name,
        function.handler_text or "",
        function.target.runtime.name,
        function.target.architecture,
        task,
        layers,
        host.choice.python,
        str(client or ""),
        function.memory,
        function.timeout,
        function.ephemeral_storage,
        function.environment,
    )
    return replace(deployment, limits=function.limits), notes
