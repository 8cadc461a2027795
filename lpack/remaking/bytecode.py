"""Bytecode for the target's Python: the same sources give the same bytes, and none of them runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.remaking.pythons import MAGIC_NUMBERS, interpreter_for, variable_for
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.model import Target
    from lpack.remaking.pythons import Interpreter
    from lpack.store.segments import Segments
    from lpack.system import Completed, System

TASK_ROOT = "/var/task"
FORM = 1
"""Changes with the form in which bytecode is written, for whoever keeps it."""
LARGEST_SOURCE = 8_000_000
"""Bytes. CPython takes a hundred times as much memory to compile a file."""

_CHILD = Path(__file__).with_name("bytecode_child.py")
_SECONDS = 15 * 60
_HEAD = 16
# PEP 552: hash-based, and never checked against the source.
_UNCHECKED = b"\1\0\0\0"
# As in builds: where the libraries of the interpreter itself may be.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def require_interpreter(
    target: Target, system: System, segments: Segments | None = None
) -> Interpreter:
    """Find the interpreter that compiles for a target, or raise BuildError LP233."""
    found = interpreter_for(target, system, segments)
    if found is not None:
        return found
    version = "{}.{}".format(*target.runtime.python)
    if target.runtime.python not in MAGIC_NUMBERS:
        raise BuildError(
            "LP233",
            f"bytecode cannot be made for `{target.runtime.name}`, whose form is not known yet",
            hint="remove `bytecode`, and Lambda compiles when it starts",
        )
    raise BuildError(
        "LP233",
        f"bytecode for `{target.runtime.name}` needs CPython {version}, which is not found here",
        hint=f"install Python {version}, or name it in `{variable_for(target)}`",
    )


def compiled(
    sources: Mapping[str, bytes],
    target: Target,
    system: System,
    interpreter: Path,
    task_root: str = TASK_ROOT,
) -> dict[str, bytes]:
    """Compile the sources of one distribution, and give each .pyc by its path in the package.

    `sources` are by path; those that are no Python have none. Tracebacks show the files below
    `task_root`, wherever they are. Raises BuildError LP234 when the interpreter fails.
    """
    chosen = sorted(
        path
        for path, source in sources.items()
        if path.endswith(".py") and len(source) <= LARGEST_SOURCE
    )
    if not chosen:
        return {}
    asked = b"".join(_frames(f"{task_root}/{path}", sources[path]) for path in chosen)
    try:
        done = system.run(_command(interpreter), stdin=asked, environ=_environ(system),
                          timeout=_SECONDS)  # fmt: skip
    except TimeoutError as error:
        raise _failed(interpreter, f"took longer than {_SECONDS} seconds") from error
    except OSError as error:
        raise _failed(interpreter, error.strerror or "cannot be started") from error
    answers = _answers(done.stdout, target)
    if done.status or len(answers) != len(chosen):
        raise _failed(interpreter, _ending(done, chosen[len(answers) :]))
    return {
        pyc_path(path, target): content
        for path, content in zip(chosen, answers, strict=True)
        if content
    }


def pyc_path(path: str, target: Target) -> str:
    """Give the path at which Python looks for the bytecode of a source."""
    folder, slash, name = path.rpartition("/")
    tag = "cpython-{}{}".format(*target.runtime.python)
    return f"{folder}{slash}__pycache__/{name.removesuffix('.py')}.{tag}.pyc"


def _command(interpreter: Path) -> list[str]:
    # Not isolated (-I), which would ignore the seed of hashes; the environment has nothing else,
    # and -S and -s keep what is installed away.
    return [str(interpreter), "-S", "-s", "-X", "utf8", "-W", "ignore", str(_CHILD)]


def _environ(system: System) -> dict[str, str]:
    kept = {name: system.environ[name] for name in _KEPT if name in system.environ}
    return kept | {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}


def _frames(name: str, source: bytes) -> bytes:
    encoded = name.encode("utf-8", "surrogateescape")
    return b"".join(len(one).to_bytes(4, "big") + one for one in (encoded, source))


def _answers(content: bytes, target: Target) -> list[bytes]:
    """Split what the child wrote, up to the first piece that is not whole."""
    head = MAGIC_NUMBERS[target.runtime.python].to_bytes(2, "little") + b"\r\n" + _UNCHECKED
    found, place = [], 0
    while place < len(content):
        end = place + 4 + int.from_bytes(content[place : place + 4], "big")
        one = content[place + 4 : end]
        whole = end <= len(content) and (not one or (one.startswith(head) and len(one) > _HEAD))
        if not whole:
            break
        found.append(one)
        place = end
    return found


def _ending(done: Completed, missing: Iterable[str]) -> str:
    how = f"was killed by signal {-done.status}" if done.status < 0 else "failed"
    return how + "".join(f" at `{shown(path)}`" for path in list(missing)[:1])


def _failed(interpreter: Path, reason: str) -> BuildError:
    return BuildError(
        "LP234",
        f"`{interpreter.name}` {reason} while it compiled bytecode",
        hint="remove `bytecode`, and Lambda compiles when it starts",
    )
