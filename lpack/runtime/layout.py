"""Where a function's files go: under Lambda's own paths where that can be, else in a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lpack.runtime.environment import LANGUAGE, LAYERS, RUNTIME, TASK, Places
from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.model import Deployment, InstalledPython, Surroundings

# Of the user that functions run as, which `id` and /etc/passwd have shown on Lambda:
# https://github.com/bruceadams/run-command-on-aws-lambda#who-is-the-runtime-user-id
USER, GROUP = 993, 990
BYTECODE, RECORDS = "/run/lpack/bytecode", "/run/lpack/records"
RECORD = "imports"
"""The file of the folder of records that tells of imports."""
_STAND_IN = "runtime_client_in_python.py"
_SETTINGS = '{"@SETTINGS@": ""}'
# The enclosure shows these of the host, or puts something of its own there.
_TAKEN = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/nix", "/gnu", "/sys"),
    *("/proc", "/dev", "/tmp", "/opt", TASK, LANGUAGE, RUNTIME),  # noqa: S108 - see above
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is, and how the runtime is started there."""

    places: Places
    command: tuple[str, ...]
    """Empty for a runtime that is an executable of the package."""
    folder: str = ""
    """A temporary folder of this machine with all that is written; empty for none."""


def is_movable(interpreter: InstalledPython | None) -> bool:
    """Whether an interpreter finds its own files wherever it is shown."""
    if interpreter is None:
        return True
    return interpreter.program.startswith(f"{interpreter.prefix}/") and interpreter.prefix != "/"


def plan_for(deployment: Deployment, surroundings: Surroundings) -> dict[str, Any]:
    """Tell the keeper what to show where, if it can."""
    movable = is_movable(deployment.interpreter)
    return {
        "do": "prepare",
        "isolation": surroundings.isolation if movable else "process",
        "privileged": os.geteuid() == 0,
        "user": USER,
        "group": GROUP,
        "network": surroundings.network,
        "ephemeral_storage": deployment.ephemeral_storage,
        "binds": _binds(deployment) if movable else [],
        "files": _files(deployment) if movable else {},
    }


def enclosed(deployment: Deployment) -> Layout:
    """Give the layout under Lambda's paths."""
    interpreter = deployment.interpreter
    if interpreter is None:
        return Layout(Places(), ())
    inside = interpreter.program.removeprefix(interpreter.prefix)
    return Layout(Places(), (f"{LANGUAGE}{inside}", "-S", "-s", f"{RUNTIME}/bootstrap.py"))


def beside(deployment: Deployment) -> Layout:
    """Make a folder with what is written, and give the layout with the files where they are."""
    import tempfile  # noqa: PLC0415 - where there are namespaces, there is no folder

    folder = os.path.realpath(tempfile.mkdtemp(prefix="lpack-run-"))
    for name in ("tmp", "opt", "runtime"):
        os.mkdir(f"{folder}/{name}")  # noqa: PTH102 - a quick start
    interpreter = deployment.interpreter
    places = Places(
        task=os.path.realpath(deployment.task),
        layers=os.path.realpath(deployment.layers or f"{folder}/opt"),
        runtime=f"{folder}/runtime",
        language="" if interpreter is None else interpreter.prefix,
        temporary=f"{folder}/tmp",  # noqa: S108 - in a new folder of our own
    )
    if interpreter is None:
        return Layout(places, (), folder)
    script = f"{places.runtime}/bootstrap.py"
    client = deployment.client
    record = f"{deployment.records}/{RECORD}" if deployment.records else ""
    settings = {
        "client": client,
        "layers": places.layers,
        "bytecode": deployment.cache,
        "bytecode_of_client": deployment.is_cache_of_client,
        "profile": record,
    }
    found = _written(places.runtime, settings)
    for path, text in found.items():
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - a quick start
            file.write(text)
    return Layout(places, (interpreter.path, "-S", "-s", script), folder)


def started_with(layout: Layout, deployment: Deployment) -> tuple[str, ...]:
    """Give the command of the runtime; empty where the package should bring one, and does not.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
    """
    if layout.command:
        return layout.command
    for folder, place in (
        (deployment.task, layout.places.task),
        (deployment.layers, layout.places.layers),
    ):
        if folder and os.path.isfile(f"{folder}/bootstrap"):  # noqa: PTH113 - a quick start
            return (f"{place}/bootstrap",)
    return ()


def _binds(deployment: Deployment) -> list[tuple[str, str, bool]]:
    """Give folders of the host, where they are shown, and whether they can be written."""
    found = [(os.path.realpath(deployment.task), TASK, False)]
    if deployment.layers:
        found.append((os.path.realpath(deployment.layers), LAYERS, False))
    interpreter = deployment.interpreter
    if interpreter is None:
        return found
    found.append((interpreter.prefix, LANGUAGE, False))
    if not any(
        interpreter.prefix == one or interpreter.prefix.startswith(f"{one}/") for one in _TAKEN
    ):
        found.append((interpreter.prefix, interpreter.prefix, False))
    found.append((os.path.realpath(deployment.client), _packages(interpreter), False))
    if deployment.cache:
        # Of its own: who runs without namespaces is another user, where that is root.
        cache = f"{os.path.realpath(deployment.cache)}/enclosed"
        os.makedirs(cache, exist_ok=True)  # noqa: PTH103 - a quick start
        if os.geteuid() == 0:
            os.chown(cache, USER, GROUP)
        found.append((cache, BYTECODE, True))
    if deployment.records:
        if os.geteuid() == 0:
            os.chown(deployment.records, USER, GROUP)
        found.append((os.path.realpath(deployment.records), RECORDS, True))
    return found


def _files(deployment: Deployment) -> dict[str, str]:
    if deployment.interpreter is None:
        return {}
    bytecode = BYTECODE if deployment.cache else ""
    record = f"{RECORDS}/{RECORD}" if deployment.records else ""
    settings = {
        "client": _packages(deployment.interpreter),
        "layers": LAYERS,
        "bytecode": bytecode,
        "bytecode_of_client": deployment.is_cache_of_client,
        "profile": record,
    }
    return _written(RUNTIME, settings)


def _packages(interpreter: InstalledPython) -> str:
    """Give the place of the packages that the runtime brings, in that of the host's own."""
    minor = ".".join(interpreter.version.split(".")[:2])
    place = f"/lib/python{minor}/site-packages"
    is_there = os.path.isdir(interpreter.prefix + place)  # noqa: PTH112 - a quick start
    return LANGUAGE + place if is_there else "/var/lang-packages"


def _written(runtime: str, settings: dict[str, Any]) -> dict[str, str]:
    """Give the files of the runtime that are lpack's, by their paths."""
    stand_in = f"{runtime}/{_STAND_IN}"
    whole = {**settings, "stand_in": stand_in}
    text = _template("bootstrap.py.tmpl").replace(_SETTINGS, repr(whole))
    found = {
        f"{runtime}/bootstrap.py": text,
        stand_in: _template("runtime_client.py.tmpl"),
    }
    if settings["profile"]:
        found[f"{runtime}/import_recorder.py"] = _template("import_recorder.py.tmpl")
    return found


def _template(name: str) -> str:
    """Read one of lpack's templates, as `lpack.data` does, without what that takes to load."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    for root in (f"{package}/_data", os.path.dirname(package)):  # noqa: PTH120 - a quick start
        try:
            with open(f"{root}/templates/{name}", encoding="utf-8") as file:  # noqa: PTH123
                return file.read()
        except OSError:
            continue
    from lpack.data import own_text  # noqa: PLC0415 - only in a zip

    return own_text("templates", name)
