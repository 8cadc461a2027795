"""Which Python runs a function here, and whether that is honest."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import InstalledPython, Target
from lpack.platforms import MACHINES, runtime_named
from lpack.remaking.pythons import interpreter_for, variable_for
from lpack.store.segments import Segments
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from lpack.model import Function
    from lpack.work import Work

# Written as bytes: the folders may have any name.
_ASK = (
    "import os, sys; base = getattr(sys, '_base_executable', None) or sys.executable; "
    "os.write(1, os.fsencode('\\0'.join((sys.base_prefix, os.path.realpath(base)))))"
)
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """The Python that a function is run with."""

    python: InstalledPython | None
    """None for a function that brings its own runtime."""
    target: Target
    """What that Python is, of Lambda's targets, or this machine for an own runtime."""
    notes: tuple[str, ...] = ()
    """What is not as it would be on Lambda, in words to print."""
    stands_in: bool = False
    """Whether it is of another version, so that the right one has to be looked for again."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of this machine that it rests on."""
        return (Path(self.python.path), Path(self.python.program)) if self.python else ()


def host_architecture() -> str:
    """Give Lambda's name of this machine's architecture, or the machine's own for another."""
    machine = platform.machine()
    return next((name for name, one in MACHINES.items() if one == machine), machine)


def without_python(function: Function) -> Choice:
    """Say what runs a function that brings its own runtime: this machine, as it is."""
    host, notes = _here(function.target)
    return Choice(None, host, notes)


def _here(wanted: Target) -> tuple[Target, tuple[str, ...]]:
    """Give the target with this machine's architecture, and say where that is another one."""
    here = host_architecture()
    host = replace(wanted, architecture="arm64" if here == "arm64" else "x86_64")
    if here == wanted.architecture:
        return host, ()
    return host, (f"this machine is {here}, and the function is for {wanted.architecture}",)


def chosen_python(function: Function, work: Work) -> Choice:
    """Find the Python that comes closest to the function's runtime.

    Raises BuildError LP407 where there is none, and LP419 for a variable that names another.
    """
    wanted = function.target
    host, said = _here(wanted)
    notes = list(said)
    found = interpreter_for(wanted, work.system, Segments(work.cache))
    stands_in = found is None
    if found is None:
        host = _nearest(host, work)
        found = interpreter_for(host, work.system, Segments(work.cache))
        if found is None:
            raise missing(function)
        name = "Python {}.{}".format(*wanted.runtime.python)
        notes.append(f"{name} is not found here, and {variable_for(wanted)} names none: "
                     f"it runs with Python {found.version}")  # fmt: skip
    prefix, program = _home(str(found.path), work)
    python = InstalledPython(str(found.path), found.version, prefix, program)
    return Choice(python, host, tuple(notes), stands_in)


def missing(function: Function) -> BuildError:
    """Make the failure for a Python that is not installed here."""
    target = function.target
    return BuildError(
        "LP407",
        "there is no Python {}.{} here to run the function with".format(*target.runtime.python),
        where=function.where("runtime"),
        hint=f"install it, or name it with {variable_for(target)}=/path/to/python",
    )


def _nearest(host: Target, work: Work) -> Target:
    """Give the target of the Python that is nearest to the wanted one, newer ones first."""
    wanted = host.runtime.python[1]
    for minor in sorted(range(8, 20), key=lambda one: (abs(one - wanted), -one)):
        runtime = runtime_named(f"python3.{minor}")
        if runtime is None:
            continue
        near = replace(host, runtime=runtime)
        if interpreter_for(near, work.system, Segments(work.cache)) is not None:
            return near
    return host


def _home(program: str, work: Work) -> tuple[str, str]:
    """Ask a Python where it is installed, and which is its real program."""
    done = work.system.run([program, "-I", "-S", "-c", _ASK], timeout=_SECONDS)
    prefix, _, real = os.fsdecode(done.stdout).partition("\0")
    return os.path.realpath(prefix), real
