"""Whether Lambda can start the executable `bootstrap` of a function that brings its own runtime.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from lpack.facts.linking import TASK_ROOT
from lpack.facts.native import FIRST_BYTES, identify, runs_on
from lpack.facts.systems import programs_of
from lpack.lazily import pattern
from lpack.validation.wording import shown
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts.contents import Contents
    from lpack.model import Function

NAME = "bootstrap"
PLACES = (NAME, f"/opt/{NAME}")
"""Of an entry, in the order in which Lambda looks: the package, then its layers."""
FaultKind = Literal["missing", "not-executable", "line-ends", "interpreter", "no-program"]

_EXECUTABLE = 0o005
"""Lambda's user is not the owner, and a script is read as well as started."""
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: PATH
_OF_LAYERS = "/opt/bin"
_OF_SYSTEM = ("/bin", "/usr/bin", "/usr/local/bin")
# What a shell script may call, and no system of the runtimes has: the name alone, as a command.
_CALLED = pattern(
    rb"(?m)(?:^|[;&|(]|\b(?:exec|env|then|do|else|time|nice)[ \t])[ \t]*"
    rb"((?:python|pypy)[0-9.]*|node|deno|bun|ruby|php|perl|java)(?=\s)"
)
_COMMENT = pattern(rb"(?m)^[ \t]*#.*$")
_PYTHON = pattern(r"(?:.*/)?(?:(?:python|pypy)[0-9.]*|lib(?:python|pypy)[^/]*\.so[^/]*)")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class BootstrapFault:
    """A reason why Lambda does not start it."""

    kind: FaultKind
    detail: str = ""
    """What is wrong, in words that follow those of its rule."""
    interpreter: str = ""
    """The program that is missing, where that is at fault."""
    is_certain: bool = True
    """False where the script may find it in a way that cannot be told without running it."""


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The executable, as far as it is known."""

    path: str = ""
    """Of its entry; empty where there is none, or nobody knows."""
    faults: tuple[BootstrapFault, ...] = ()


def bootstrap_of(
    function: Function,
    contents: Contents,
    *,
    unseen: bool,
    awaits: bool = False,
    beside: frozenset[str] = frozenset(),
) -> Bootstrap | None:
    """Judge the executable; None for a managed runtime, and for a layer that has none.

    With `unseen`, there are files of layers that nobody has seen, and may hold what is missing, and
    with `awaits` dependencies will be added to the package; `beside` are the paths of layers that
    the same build makes. Raises UsageError LP004 when it cannot be read any more.
    """
    if not function.target.runtime.is_own:
        return None
    if function.format == "layer":
        if function.layer_path != "root" or NAME not in contents.entries:
            return None
        # What the functions have that use it nobody knows.
        unseen, awaits, beside = True, True, frozenset(f"/opt/{one}" for one in contents.entries)
    path = next((one for one in PLACES if one in contents.entries), "")
    if not path and PLACES[1] in beside:
        return Bootstrap(PLACES[1])  # that it starts is told of the layer
    if not path:
        return Bootstrap() if unseen or awaits else Bootstrap("", (BootstrapFault("missing"),))
    reading = _Reading(function, contents, beside, unseen=unseen, awaits=awaits)
    faults = tuple(reading.faults(path))
    is_program = all(one.kind != "no-program" for one in faults)
    if is_program and contents.entries[path].mode & _EXECUTABLE != _EXECUTABLE:
        faults = (BootstrapFault("not-executable"), *faults)
    return Bootstrap(path, faults)


class _Reading:
    """Reads what is executed as Linux does, and asks what the function's system has for it."""

    def __init__(
        self,
        function: Function,
        contents: Contents,
        beside: frozenset[str],
        *,
        unseen: bool,
        awaits: bool,
    ) -> None:
        self.target = function.target
        self.is_layer = function.format == "layer"
        self.contents = contents
        self.paths = contents.entries.keys() | beside
        self.unseen = unseen
        self.awaits = awaits

    def faults(self, path: str) -> Iterator[BootstrapFault]:
        """Tell why Linux would not execute a file that may be executed."""
        first = self.contents.read(path, FIRST_BYTES)
        line = first.partition(b"\n")[0]
        if not first.startswith(b"#!"):
            yield from self._of_program(first)
        elif line.endswith(b"\r"):
            yield BootstrapFault("line-ends")
        else:
            words = line[2:].decode(errors="replace").split(None, 1)
            # Another layer may bring what one has not.
            found = [replace(one, is_certain=not self.is_layer) for one in self._of_script(words)]
            yield from found or self._called(first)

    def _of_program(self, first: bytes) -> Iterator[BootstrapFault]:
        kind = identify(first)
        if kind is None:
            begins = "with a byte order mark" if first.startswith(_MARK) else "with no `#!` line"
            yield BootstrapFault("no-program", f"it is no program of Linux, and begins {begins}")
        elif not runs_on(kind, self.target.architecture):
            yield BootstrapFault("no-program", f"it is for {kind}")

    def _of_script(self, words: list[str]) -> Iterator[BootstrapFault]:
        if not words:
            yield BootstrapFault("no-program", "its `#!` line names no program")
            return
        program, *arguments = words
        if posixpath.basename(program) == "env" and self._has(program) != "no":
            # `env -S` splits the rest of the line, which Linux hands over as one word.
            rest = " ".join(arguments).split()
            names = [one for one in rest if not one.startswith("-") and "=" not in one]
            if names and self._is_found(names[0]) == "no":
                detail = f"`{shown(names[0])}` is not there for `{shown(program)}`"
                yield BootstrapFault("interpreter", detail, names[0])
        elif self._has(program) == "no":
            yield BootstrapFault("interpreter", f"there is no `{shown(program)}`", program)

    def _called(self, script: bytes) -> Iterator[BootstrapFault]:
        """Tell what a script calls, or has to call, and nobody brings."""
        if self.unseen or self.awaits:
            return
        code = _COMMENT.sub(b"", script)
        names = dict.fromkeys(one.decode() for one in _CALLED.findall(code))
        missing = next((one for one in names if not self._is_brought(one)), "")
        if missing:
            detail = f"it seems to call `{shown(missing)}`, which nobody brings"
            yield BootstrapFault("interpreter", detail, missing, is_certain=False)
        elif self.target.runtime.has_python and not any(map(_PYTHON.fullmatch, self.paths)):
            python = "Python {}.{}".format(*self.target.runtime.python)
            detail = f"it has modules for {python}, which nobody brings"
            yield BootstrapFault("interpreter", detail, "python3", is_certain=False)

    def _is_brought(self, name: str) -> bool:
        """Tell whether a program of this name is anywhere: the script may change PATH."""
        if self._is_found(name) != "no":
            return True
        return any(path.rpartition("/")[2] == name for path in self.paths)

    def _is_found(self, name: str) -> Literal["yes", "perhaps", "no"]:
        """Tell whether a program is on PATH."""
        if "/" in name:
            return self._has(name)
        found = [self._has(f"{folder}/{name}") for folder in (*_OF_SYSTEM, _OF_LAYERS)]
        return "yes" if "yes" in found else "perhaps" if "perhaps" in found else "no"

    def _has(self, path: str) -> Literal["yes", "perhaps", "no"]:
        """Tell whether a program is there, by its path; a relative one begins at the task root."""
        whole = posixpath.normpath(posixpath.join(TASK_ROOT, path))
        if whole.startswith(f"{TASK_ROOT}/"):
            if whole.removeprefix(f"{TASK_ROOT}/") in self.contents.entries and not self.is_layer:
                return "yes"
            return "perhaps" if self.awaits else "no"
        if whole.startswith("/opt/"):
            if whole in self.paths:
                return "yes"
            return "perhaps" if self.unseen and not self.is_layer else "no"
        folder, name = posixpath.split(whole)
        if folder not in _OF_SYSTEM:
            return "no"
        return programs_of(self.target.runtime).has(name)
