"""Chooses a function's runtime: the declared one, or what the project's Python version implies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.lazily import lazily, pattern
from lpack.model import ARCHITECTURES, Runtime, Spelling, Target, Where
from lpack.platforms import DEFAULT_RUNTIME, OWN_RUNTIMES, RUNTIMES, runtime_named, with_python
from lpack.projects.pythons import POETRYS, STANDARD, fitting_runtimes, text_at
from lpack.validation.wording import did_you_mean, listed, shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lpack.config.reading import Reading
    from lpack.config.settings import FunctionSettings

PIN = ".python-version"
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html: none can be deployed to.
RETIRED = ("python2.7", "python3.6", "provided")
_OTHER_LANGUAGES = ("nodejs", "java", "dotnet", "ruby", "go1.x", "custom")
_PYTHON_VERSION = pattern(r"(?:cpython[-@]|python-?)?(\d+)\.(\d+)")
_PIPFILE = (("requires", "python_full_version"), ("requires", "python_version"))


@dataclass(frozen=True, slots=True)
class _Range:
    """A key of pyproject.toml that says which Pythons the project is for."""

    keys: tuple[str, ...]
    name: str
    subject: str
    """The name, as it begins a message."""
    read: Callable[[str], tuple[str, ...]]
    """Gives the alternatives in the words of PEP 440."""
    example: str


_alternatives = lazily("lpack.projects.poetry_constraints:alternatives")
_RANGES = (
    _Range(STANDARD, "requires-python", "`requires-python`", lambda text: (text,), ">=3.12"),
    _Range(POETRYS, "Poetry's python", "Poetry's python", _alternatives, "^3.12"),
)


def declared_runtime(
    reading: Reading, name: str, where: Where, spelling: Spelling | None = None
) -> Runtime | None:
    """Find the runtime that was asked for by name, or report LP010."""
    runtime = runtime_named(name)
    if runtime is None:
        message, hint = unknown_runtime(name, spelling)
        reading.report("LP010", message, where, hint)
    return runtime


def settled_python(
    reading: Reading,
    runtime: Runtime,
    version: str | None,
    where: Where,
    folders: Sequence[Path],
) -> tuple[Runtime, str] | None:
    """Give an own runtime the Python that it brings, and say how that is known; or report LP043.

    Where nobody says so, the first of the folders with a .python-version does.
    """
    if not runtime.is_own:
        return (runtime, "") if _brings(reading, runtime, version, where) else None
    said = ""
    if version is None:
        pins = ((path, _pinned(reading, path)) for path in (one / PIN for one in folders))
        path, version = next(((path, pin) for path, pin in pins if pin), (None, None))
        if path is None or version is None:
            return runtime, ""
        where = Where(reading.shown(path), 1)
        said = f"Python {version} of the package from {where.file}"
    found = with_python(runtime, version)
    if found is None:
        known = listed("{}.{}".format(*one.python) for one in RUNTIMES)
        message = f"Python `{shown(version)}` is none that lpack knows"
        reading.report("LP043", message, where, f"it knows {known}")
        return None
    return found, said


def _brings(reading: Reading, runtime: Runtime, version: str | None, where: Where) -> bool:
    """Tell whether a managed runtime has the Python that is asked for, or report LP043."""
    minor = "{}.{}".format(*runtime.python)
    if version is None or ".".join(version.split(".")[:2]) == minor:
        return True
    message = f"the runtime {runtime.name} has its own Python, and `python` asks for {version}"
    hint = "remove `python`, which is for runtimes of `provided`, or choose another runtime"
    reading.report("LP043", message, where, hint)
    return False


def say_python(spelling: Spelling | None = None) -> str:
    """Tell how to say which Python comes with an own runtime; templates have no key for it."""
    said = "say which Python the package or a layer brings: "
    if spelling is not None and spelling.names:
        return f"{said}`3.13` in a file `{PIN}` beside the code"
    return f'{said}`python = "3.13"`'


def refuse_for_own(reading: Reading, settings: FunctionSettings, runtime: Runtime) -> None:
    """Report LP042 or LP044 for what a function with its own runtime asks for in vain."""
    if settings.bytecode == "imported":
        message = 'only a managed runtime can be called for `bytecode = "imported"`'
        where = settings.where("bytecode")
        reading.report("LP044", message, where, "set `bytecode = true`, for all modules")
    elif settings.bytecode != "none" and not runtime.has_python:
        message = f"{runtime.name} has no Python that bytecode could be made for"
        reading.report("LP042", message, settings.where("bytecode"), say_python())
    if "runtime" in settings.slim:
        message = f"{runtime.name} brings no distributions that could be left to it"
        hint = "remove `runtime` from `slim`"
        reading.report("LP044", message, settings.where("slim"), hint)


def declared_target(reading: Reading, text: str, where: Where) -> Target | None:
    """Read a target, such as `python3.13 arm64`, or report LP010 or LP043."""
    name, _, rest = text.partition(" ")
    python, _, architecture = rest.strip().rpartition(" ")
    runtime = declared_runtime(reading, name, where)
    if runtime and python.startswith("python"):
        settled = settled_python(reading, runtime, python.removeprefix("python"), where, ())
        runtime = settled and settled[0]
    elif python:
        architecture = rest
    known = next((one for one in ARCHITECTURES if one == (architecture.strip() or one)), None)
    if known is None:
        message = f"`{shown(architecture)}` is no architecture of Lambda"
        reading.report("LP010", message, where, f"use {listed(ARCHITECTURES)}")
    return Target(runtime, known) if runtime and known else None


def guess_runtime(reading: Reading, folders: Sequence[Path]) -> tuple[Runtime, str] | None:
    """Choose a runtime that nobody declared, and say why; or report LP010 or LP006.

    The first of the folders with a .python-version decides, else the first whose pyproject.toml or
    Pipfile asks for a Python. The Python that runs lpack never matters.
    """
    for folder in folders:
        version = _pinned(reading, folder / PIN)
        if version:
            where = Where(reading.shown(folder / PIN), 1)
            return _of_pin(reading, where, version)
    for folder in folders:
        path = folder / "pyproject.toml"
        for one in _RANGES:
            wanted = text_at(reading.toml(path), one.keys)
            if wanted is not None:
                return _of_range(reading, path, one, wanted)
        pin = _of_pipfile(reading, folder / "Pipfile")
        if pin:
            return _of_pin(reading, *pin)
    return _default(), f"runtime {DEFAULT_RUNTIME}, the default"


def _default() -> Runtime:
    return next(runtime for runtime in RUNTIMES if runtime.name == DEFAULT_RUNTIME)


def unknown_runtime(name: str, spelling: Spelling | None = None) -> tuple[str, str]:
    """Say that there is no such runtime for lpack, and what to do about it."""
    written = (spelling or Spelling()).written("runtime", DEFAULT_RUNTIME)
    use = f"use a Python runtime: `{written}`"
    if name == "provided":
        use = f"use `{(spelling or Spelling()).written('runtime', OWN_RUNTIMES[0].name)}`"
    if name in RETIRED:
        return f"runtime `{name}` is retired: Lambda takes no functions for it", use
    if name.startswith(_OTHER_LANGUAGES):
        return f"runtime `{shown(name)}` is not for Python, and lpack packs Python only", use
    return f"unknown runtime `{shown(name)}`", _nearest(name) or f"runtimes: {_names()}"


def _nearest(name: str) -> str | None:
    """Find the runtime that was meant, by its version (`3.12`, `py312`) or by its spelling."""
    version = re.search(r"3\.?(\d{1,2})(?!\d)", name)
    by_version = runtime_named(f"python3.{version[1]}") if version else None
    if by_version:
        return f"did you mean `{by_version.name}`?"
    return None if version else did_you_mean(name, [one.name for one in (*RUNTIMES, *OWN_RUNTIMES)])


def _names() -> str:
    return listed(runtime.name for runtime in (*RUNTIMES, *OWN_RUNTIMES))


def _pinned(reading: Reading, path: Path) -> str | None:
    """Give `major.minor` of a .python-version, or None where it names no CPython release."""
    lines = (line.strip() for line in (reading.text(path) or "").splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    match = _PYTHON_VERSION.match(first)
    return f"{match[1]}.{match[2]}" if match else None


def _of_pipfile(reading: Reading, path: Path) -> tuple[Where, str] | None:
    document = reading.toml(path)
    for key in _PIPFILE:
        match = _PYTHON_VERSION.match(text_at(document, key) or "")
        if match:
            return reading.where(path, key), f"{match[1]}.{match[2]}"
    return None


def _of_pin(reading: Reading, where: Where, version: str) -> tuple[Runtime, str] | None:
    runtime = runtime_named(f"python{version}")
    if runtime:
        return runtime, f"runtime {runtime.name} from {where.file}"
    reading.report("LP010", f"Lambda has no runtime for Python `{shown(version)}`", where, _hint())
    return None


def _of_range(
    reading: Reading, path: Path, asked: _Range, wanted: str
) -> tuple[Runtime, str] | None:
    where = reading.where(path, asked.keys)
    try:
        fitting = fitting_runtimes(asked.read(wanted))
    except ValueError:  # numbers may be too long for Python
        message = f"{asked.subject} is `{shown(wanted)}`, which is no version specifier"
        reading.report("LP006", message, where, f'write it like `"{asked.example}"`')
        return None
    if fitting:
        runtime = _best(fitting)
        return runtime, f"runtime {runtime.name} from {asked.name} {shown(wanted)}"
    message = f"no Lambda runtime fits {asked.name} `{shown(wanted)}`"
    reading.report("LP010", message, where, _hint())
    return None


def _hint() -> str:
    return f'set `runtime` for the function, for instance `"{DEFAULT_RUNTIME}"`'


def _best(fitting: Sequence[Runtime]) -> Runtime:
    """Take the oldest from the default on, else the newest that is no preview."""
    released = [runtime for runtime in fitting if not runtime.preview] or fitting
    ordered = sorted(released, key=lambda runtime: runtime.python)
    later = (runtime for runtime in ordered if runtime.python >= _default().python)
    return next(later, ordered[-1])
