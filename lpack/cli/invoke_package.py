"""`lpack invoke PATH.zip`: call the function of a package that is there already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.deploying.client import client_for
from lpack.deploying.folders import unpacked
from lpack.deploying.host import host_for
from lpack.deploying.sdk import wants_sdk
from lpack.errors import UsageError
from lpack.model import Deployment, Project, Where
from lpack.packages import read_package, with_layers
from lpack.packages.function import function_of
from lpack.steps.lock import LockOptions
from lpack.values import dataclass, replace
from lpack.work import Work

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function, InstalledPython

_PROVIDED = "provided"
_STANDS_FOR_IT = "python3.13"
"""A runtime of one's own is judged as this one, and runs without any Python."""


@dataclass(frozen=True, slots=True)
class Package:
    """A zip, and the function that it is for."""

    path: Path
    function: Function
    layers: tuple[Path, ...]
    runtime: str
    """As it was typed, if it is one that lpack cannot build for."""


def is_package(name: str | None) -> bool:
    """Whether a name on the command line is that of a zip."""
    return name is not None and name.endswith(".zip") and Path(name).is_file()


def package_of(context: Context) -> Package:
    """Find out which function a zip is for; raises UsageError LP001, or what reading it raises."""
    options, path = context.options, Path(context.options.name)
    own = options.runtime if (options.runtime or "").startswith(_PROVIDED) else ""
    typed = {
        "runtime": _STANDS_FOR_IT if own else options.runtime,
        "architecture": options.architecture,
        "handler": options.handler or ("function.handler" if own else None),
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
    return Package(path, function, tuple(map(Path, options.layer)), own)


def deploy_package(context: Context, package: Package) -> tuple[Deployment, tuple[str, ...]]:
    """Unpack a zip and its layers; give the notes as well. Raises as `deploy` does."""
    here, function = Path.cwd(), package.function
    options = LockOptions(offline=context.options.offline)
    work = Work(Project(here, here, (), (), "auto"), context.system, context.progress, options)
    python: InstalledPython | None = None
    client, notes = "", ()  # type: tuple[str, tuple[str, ...]]
    if not package.runtime:
        host = host_for(function, work)
        python, client, notes = host.choice.python, str(host.client), host.choice.notes
        task, target = str(unpacked([package.path], work.cache)), host.choice.target
        if wants_sdk(task, "", target.runtime.python):
            client = str(client_for(target, work, with_sdk=True))
    if notes and context.options.exact:
        raise UsageError("LP001", f"`--exact` was typed: {'; '.join(notes)}")
    deployment = Deployment(
        function.name,
        function.handler_text or "",
        package.runtime or function.target.runtime.name,
        function.target.architecture,
        str(unpacked([package.path], work.cache)),
        str(unpacked(package.layers, work.cache)) if package.layers else "",
        python,
        client,
        function.memory,
        function.timeout,
        function.ephemeral_storage,
        function.environment,
    )
    return replace(deployment, limits=function.limits), notes
