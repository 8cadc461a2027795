from __future__ import annotations

import marshal
import os
import stat
import sys
import types
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from lpack.errors import BuildError
from lpack.platforms import RUNTIMES
from lpack.remaking.bytecode import compiled, pyc_path, require_interpreter
from lpack.remaking.bytecode_child import bytecode, normal
from lpack.remaking.pythons import MAGIC_NUMBERS, interpreter_for, variable_for
from lpack.store.segments import Segments
from lpack.system import System
from tests.function_builder import target_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lpack.system import Completed

RUNNING = "python{}.{}".format(*sys.version_info[:2])
TARGET = target_of(RUNNING)
# What marshal writes in more than one way, and names that are no names for it.
SOURCE = b'''\
"""Text of a module."""
import os, sys as system
EMPTY, TEXT, ZERO = (), ")\\0", (0.0, -0.0, 0, False, 1j, b")\\0", b"")
LONG, WORD, UMLAUT = "not like a name " * 30, "word" * 99, "gr\xc3\xbc\xc3\x9fe"
BIG = (123456789012345678901234567890, -123456789012345678901234567890, 1 << 40)

def choose(value, *rest, flag=None, **others):
    """Text of a function."""
    inner = lambda: (value, rest, [word for word in others if word is not flag])
    if value in {None, "a", "b", 1, (2, "a"), 3.5, ...}:
        return inner, "not like a name at all", "value"
    return (yield from choose("not like a name at all", ("value", ("value", None))))

class Thing:
    value: int = 1
    gr\xc3\xbc\xc3\x9fe = "a", "b", "not like a name at all"
    def choose(self): return __class__, choose, "not like a name at all"
'''


def test_equal_sources_give_equal_bytes_whatever_was_loaded_before() -> None:
    """Neither the order, the process, nor who holds or interned an object shows in the bytes."""
    path = require_interpreter(TARGET, System()).path
    others = {f"m{number}.py": SOURCE + b"#" * number for number in range(3)}
    sources = {"pkg/app.py": SOURCE, **others}

    once = compiled(sources, TARGET, System(), path)
    again = compiled(dict(reversed(sources.items())), TARGET, System(), path)

    assert once == again
    assert list(once) == sorted(once)
    here = bytecode(SOURCE, "/var/task/pkg/app.py")
    held = compile(SOURCE, "/var/task/pkg/app.py", "exec", dont_inherit=True)
    exec(held, {"__name__": "m"})  # noqa: S102 - the module is ours, and has been imported now
    kept = [sys.intern("not like a name at all"), *_parts(held)]
    assert once[pyc_path("pkg/app.py", TARGET)] == here == here[:16] + normal(marshal.dumps(held))
    # Without references, and without what is interned.
    assert normal(marshal.dumps(held, 2)) == here[16:]
    assert kept


def test_the_bytecode_is_that_of_the_source() -> None:
    """Writing it in one form changes nothing of what it says."""
    code = compile(SOURCE, "/var/task/app.py", "exec", dont_inherit=True)

    written = normal(marshal.dumps(code))

    loaded = marshal.loads(written)  # noqa: S302 - written here
    assert _described(loaded) == _described(code)
    assert normal(written) == normal(marshal.dumps(loaded)) == written


@pytest.mark.parametrize("runtime", [row.name for row in RUNTIMES if row.python in MAGIC_NUMBERS])
def test_every_python_makes_one_form(runtime: str, tmp_path: Path) -> None:
    """The form holds for each version that is at hand, and Python loads it without a question."""
    target = target_of(runtime)
    found = interpreter_for(target, System())
    if found is None:
        pytest.skip("not installed")
    lines = b"\ndef where():\n    import inspect\n    return inspect.getsource(where)\n"
    once = compiled({"app.py": SOURCE + lines}, target, System(), found.path)
    again = compiled({"a.py": b"1", "app.py": SOURCE + lines}, target, System(), found.path)

    assert once.items() <= again.items()
    ((path, content),) = once.items()
    assert content[:4] == MAGIC_NUMBERS[target.runtime.python].to_bytes(2, "little") + b"\r\n"
    assert content[4:8] == b"\1\0\0\0"
    # The source has another line now: what is loaded is the bytecode, with the file's real path.
    changed = SOURCE.replace(b'"""Text of a module."""', b"CHANGED = True")
    (tmp_path / "app.py").write_bytes(changed + lines)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / path).write_bytes(content)
    ask = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}]; import app;"
        "print(hasattr(app, 'CHANGED'), app.where.__code__.co_filename == app.__file__,"
        "app.Thing().choose()[2], app.where().splitlines()[0])"
    )
    done = System().run([str(found.path), "-I", "-c", ask], timeout=60)
    assert done.stdout.split(b"\n")[0] == b"False True not like a name at all def where():"


def test_nothing_that_is_compiled_runs(tmp_path: Path) -> None:
    """A source could do anything when it is imported, and does nothing here."""
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\nimport app2\n".encode()
    modules = ("marshal", "_imp", "site", "sitecustomize", "usercustomize", "encodings/utf_8")
    sources = {f"{name}.py": trap for name in modules}

    made = compiled(sources, TARGET, System(), require_interpreter(TARGET, System()).path)

    assert len(made) == len(modules)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_python_has_no_bytecode() -> None:
    """Templates and files for Python 2 are left as they are, and stop nothing."""
    sources = {
        "template.py": b"{{ name }} = {% if x %}",
        "python2.py": b"print 'hello'\n",
        "null.py": b"\0",
        "coding.py": b"# coding: nonsense\n",
        "latin.py": b"text = '\xe9'\n",
        "deep.py": b"(" * 5000,
        "large.py": b"#" * 8_000_001,
        "data.txt": b"1",
        "good.py": b"# coding: latin-1\ntext = '\xe9'\n",
        "empty.py": b"",
    }

    made = compiled(sources, TARGET, System(), require_interpreter(TARGET, System()).path)

    assert set(made) == {pyc_path("good.py", TARGET), pyc_path("empty.py", TARGET)}


def test_a_named_interpreter_comes_first(tmp_path: Path) -> None:
    """What the user names is taken, and its path and version are those that it tells."""
    shim = _script(tmp_path / "shim", f'exec {sys.executable} "$@"')
    environ = {**os.environ, variable_for(TARGET): str(shim)}

    found = interpreter_for(TARGET, System(environ))

    assert found is not None
    assert found.version == "{}.{}.{}".format(*sys.version_info[:3])
    assert found.path.samefile(sys.executable)


class Counting(System):
    """A host that counts what is started."""

    started: ClassVar[list[str]] = []

    def run(self, command: Sequence[str], **options: Any) -> Completed:
        """Start it all the same."""
        self.started.append(command[0])
        return super().run(command, **options)


def test_an_interpreter_is_asked_once(tmp_path: Path) -> None:
    """As long as it is the same file, or what pyenv decides by; other scripts are asked again."""
    python = tmp_path / "python"
    python.symlink_to(sys.executable)
    shim = _script(tmp_path / "shim", f'exec {sys.executable} "$@"')
    segments = Segments(tmp_path / "cache")

    for named, times in ((python, 1), (shim, 3)):
        system = Counting({**os.environ, variable_for(TARGET): str(named)})
        found = [interpreter_for(TARGET, system, segments) for _ in range(3)]
        assert found[0] is not None
        assert found == [found[0]] * 3
        assert system.started.count(str(named)) == times
    (tmp_path / "shims").mkdir()
    chosen = _script(tmp_path / "shims" / "python", f'exec {sys.executable} "$@"')
    pyenv = {"PYENV_ROOT": str(tmp_path), variable_for(TARGET): str(chosen)}
    for times in (1, 2):
        (tmp_path / "version").write_text("3" * times)
        system = Counting({**os.environ, **pyenv})
        assert interpreter_for(TARGET, system, segments) == found[0]
        assert interpreter_for(TARGET, system, segments) == found[0]
        assert system.started.count(str(chosen)) == times
    python.unlink()
    python.symlink_to(shim)
    system = Counting({**os.environ, variable_for(TARGET): str(python)})
    assert interpreter_for(TARGET, system, segments) is not None
    assert system.started.count(str(python)) == 2


@pytest.mark.parametrize(
    "answer",
    ["cpython candidate 0d0a 3571", "cpython final 0d0a 3572", "pypy final 0d0a 3571", "cpython"],
)
def test_a_python_with_other_bytecode_is_not_taken(answer: str, tmp_path: Path) -> None:
    """Release candidates, other implementations and what answers nonsense are passed by."""
    target = target_of("python3.13" if RUNNING != "python3.13" else "python3.12")
    answer = answer.replace("3571", str(MAGIC_NUMBERS[target.runtime.python]))
    version = "{}.{}.1".format(*target.runtime.python)
    _script(tmp_path / target.runtime.name, f'echo "{answer} {version} /bin/true"')
    system = System({"PATH": str(tmp_path), "HOME": str(tmp_path)})

    with pytest.raises(BuildError) as caught:
        require_interpreter(target, system)

    assert caught.value.code == "LP233"
    assert variable_for(target) in str(caught.value.diagnostics[0].hint)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("kill -SEGV $$", "was killed by signal 11 at `app.py`"),
        ("exit 0", "failed at `app.py`"),
        (r"printf '\0\0\0\20aaaabbbbccccdddd'", "failed at `app.py`"),
        (r"printf '\377\377\377\377'", "failed at `app.py`"),
    ],
)
def test_an_interpreter_that_fails_stops_the_build(
    program: str, message: str, tmp_path: Path
) -> None:
    """A package without the bytecode that was asked for is never made."""
    broken = _script(tmp_path / "broken", f"cat > /dev/null; {program}")

    with pytest.raises(BuildError, match=message) as caught:
        compiled({"app.py": b"1"}, TARGET, System(), broken)

    assert caught.value.code == "LP234"


def _script(path: Path, line: str) -> Path:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def _parts(code: types.CodeType) -> list[Any]:
    found: list[Any] = [code.co_names, code.co_varnames, code.co_filename, code.co_name]
    for constant in code.co_consts:
        found += _parts(constant) if isinstance(constant, types.CodeType) else [constant]
    return found


def _described(value: Any) -> Any:
    if isinstance(value, types.CodeType):
        names = (name for name in dir(value) if name.startswith("co_") and name != "co_lnotab")
        fields = {name: getattr(value, name) for name in names}
        return {name: _described(item) for name, item in fields.items() if not callable(item)}
    if isinstance(value, tuple):
        return tuple(_described(item) for item in value)
    return value if isinstance(value, frozenset) else (type(value), repr(value))
