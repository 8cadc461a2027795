"""Finds the interpreter that compiles for a target: a final release of the same minor version."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.stamps import folder_stamp, stamp_of
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Target
    from lpack.store.segments import Segments
    from lpack.system import System

# What .pyc files begin with. It never changes after the first final release of a minor version:
# https://github.com/python/cpython/blob/main/Include/internal/pycore_magic_number.h
MAGIC_NUMBERS = {
    (3, 8): 3413,
    (3, 9): 3425,
    (3, 10): 3439,
    (3, 11): 3495,
    (3, 12): 3531,
    (3, 13): 3571,
    (3, 14): 3627,
}

_KIND = "interpreter"
_SECONDS = 10
# Written as bytes: the path of the interpreter may have any. The flags of its ABI tell of builds
# that load no library made for Lambda: for debugging, or free-threaded.
_ASK = (
    "import os, sys; from _frozen_importlib_external import MAGIC_NUMBER as magic; "
    "os.write(1, os.fsencode(' '.join((sys.implementation.name + getattr(sys, 'abiflags', ''), "
    "sys.version_info.releaselevel, "
    "magic[2:].hex(), str(int.from_bytes(magic[:2], 'little')), "
    "'%d.%d.%d' % sys.version_info[:3], sys.executable))))"
)
_WORDS = 6
_CALLED = {
    "cpython": "CPython",
    "cpythont": "a free-threaded CPython",
    "cpythond": "a debug build of CPython",
    "pypy": "PyPy",
}


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that is installed here."""

    path: Path
    version: str
    """Such as 3.13.0. Patch releases compile a few files differently, so it tells bytes apart."""


def interpreter_for(
    target: Target, system: System, segments: Segments | None = None
) -> Interpreter | None:
    """Find a CPython whose bytecode the target's runtime loads, or None.

    It is the one that the variable `LPACK_PYTHON_3_13` names, the one that runs lpack, the first on
    PATH, or the newest that pyenv or uv has installed. What answered is remembered in `segments`,
    so that as long as it is the same file it need not be started to be asked again.

    Raises BuildError LP419 where the variable names something else: what the user has chosen is
    not replaced.
    """
    wanted = target.runtime.python
    if wanted not in MAGIC_NUMBERS:
        return None
    named = system.environ.get(variable_for(target))
    if named:
        chosen = _asked(named, wanted, system, segments)
        if chosen is None:
            raise _misnamed(target, named, system)
        return chosen
    asked: set[str] = set()
    for candidate in _candidates(wanted, system):
        if candidate in asked:
            continue
        asked.add(candidate)
        found = _asked(candidate, wanted, system, segments)
        if found is not None:
            return found
    return None


def _asked(
    candidate: str, wanted: tuple[int, int], system: System, segments: Segments | None
) -> Interpreter | None:
    """Ask a program which Python it is, or remember what it said."""
    if segments is None:
        return _answer(candidate, wanted, system)
    kept = segments.find(_KIND, candidate, str(wanted))
    if kept is not None:
        path, version = str(kept.facts.get("path")), str(kept.facts.get("version"))
        if kept.facts == _facts(candidate, path, version, system):
            return Interpreter(Path(path), version) if path else None
    found = _answer(candidate, wanted, system)
    path, version = ("", "") if found is None else (str(found.path), found.version)
    facts = _facts(candidate, path, version, system)
    # A script may name another Python next time, but for those of which it is known when.
    if facts["choice"] or (found is not None and _is_one_file(candidate, path)):
        segments.note(facts, _KIND, candidate, str(wanted))
    return found


def _is_one_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _facts(candidate: str, path: str, version: str, system: System) -> dict[str, Any]:
    return {
        "path": path,
        "version": version,
        "stamps": [stamp_of(candidate), stamp_of(path)],
        "choice": _choice(candidate, system),
    }


def _choice(candidate: str, system: System) -> list[Any]:
    """Tell what the choice of a script of pyenv rests on; nothing for any other program.

    https://github.com/pyenv/pyenv#understanding-python-version-selection
    """
    root = _pyenv(system)
    if not root or Path(candidate).parent != Path(root, "shims"):
        return []
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return []
    files = [folder / ".python-version" for folder in (here, *here.parents)]
    stamps = [(str(file), stamp_of(str(file))) for file in (*files, Path(root, "version"))]
    installed = folder_stamp(str(Path(root, "versions")))
    chosen = system.environ.get("PYENV_VERSION", "")
    return [chosen, installed, *([one, at] for one, at in stamps if at)]


def variable_for(target: Target) -> str:
    """Name the environment variable that names the interpreter."""
    return "LPACK_PYTHON_{}_{}".format(*target.runtime.python)


def _candidates(python: tuple[int, int], system: System) -> Iterator[str]:
    name = "python{}.{}".format(*python)
    if sys.version_info[:2] == python:
        yield sys.executable
    # All of them: the first may be a shim that leads nowhere.
    yield from map(str, system.all_named(name))
    version = "{}.{}.*".format(*python)
    for folder, pattern in _installations(system):
        for path in sorted(folder.glob(pattern.format(version)), key=_newest_first):
            yield str(path / "bin" / name)


def _newest_first(path: Path) -> tuple[int, str]:
    """Sort by the third number of a version, which names of folders have once."""
    third = re.search(r"\d+\.\d+\.(\d+)", path.name)
    return (-int(third[1]) if third else 0, path.name)


def _installations(system: System) -> Iterator[tuple[Path, str]]:
    """Give the folders in which tools install Pythons, and what those are called."""
    home, pyenv = system.environ.get("HOME", ""), _pyenv(system)
    shared = system.environ.get("XDG_DATA_HOME") or (home and f"{home}/.local/share")
    # https://docs.astral.sh/uv/reference/storage/#python-versions
    uv = system.environ.get("UV_PYTHON_INSTALL_DIR") or (shared and f"{shared}/uv/python")
    if pyenv:
        yield Path(pyenv, "versions"), "{}"
    if uv:
        yield Path(uv), "*-{}"


def _pyenv(system: System) -> str:
    home = system.environ.get("HOME", "")
    return system.environ.get("PYENV_ROOT") or (home and f"{home}/.pyenv")


def _misnamed(target: Target, named: str, system: System) -> BuildError:
    """Make the failure for a variable that names what is no Python of the version."""
    variable, wanted = variable_for(target), "CPython {}.{}".format(*target.runtime.python)
    return BuildError(
        "LP419",
        f"`{variable}` names `{named}`, and that is no {wanted}: {_what_is(named, system)}",
        hint=f"name the executable of a {wanted}, or leave the variable out",
    )


def _what_is(named: str, system: System) -> str:
    """Say what a program is that is not what it should be."""
    try:
        done = system.run([named, "-I", "-S", "-c", _ASK], timeout=_SECONDS)
    except TimeoutError:
        return f"it has not answered within {_SECONDS} seconds"
    except OSError as error:
        return f"it cannot be run ({error.strerror or type(error).__name__})"
    except ValueError:
        return "no file can have that name"
    words = os.fsdecode(done.stdout).rstrip("\n").split(" ", _WORDS - 1)
    if done.status or len(words) != _WORDS:
        return f"it is no Python that answers (exit status {done.status})"
    level = "" if words[1] == "final" else f", a release that is not final ({words[1]})"
    return f"it is {_CALLED.get(words[0], words[0])} {words[4]}{level}"


def _answer(candidate: str, wanted: tuple[int, int], system: System) -> Interpreter | None:
    """Ask a program which Python it is: it may be a shim that leads nowhere, or elsewhere."""
    try:
        done = system.run([candidate, "-I", "-S", "-c", _ASK], timeout=_SECONDS)
    except (OSError, ValueError):  # no program, out of time, or a name that cannot be one
        return None
    words = os.fsdecode(done.stdout).rstrip("\n").split(" ", _WORDS - 1)
    minor = "{}.{}.".format(*wanted)
    # 0d0a: so a file that was transferred as text is no longer loaded.
    expected = ["cpython", "final", "0d0a", str(MAGIC_NUMBERS[wanted])]
    if done.status or len(words) != _WORDS or words[:4] != expected:
        return None
    version, path = words[4:]
    if not version.startswith(minor) or not Path(path).is_absolute():
        return None
    return Interpreter(Path(path), version)
