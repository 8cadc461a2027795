"""Which Python runs a function, and what is said where that is not the runtime's own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from conforming.behaviour import Line
from conforming.commands import called, first_line
from conforming.running import body
from conforming.sources import LOCALSTACK, OWN, PRINTS, by
from tests.elf_builder import linked
from tests.handler_zoo import returning
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from conforming.behaviour import Run
    from conforming.commands import Said
    from lpack.model import InstalledPython

_WHICH = "import sys\ndef handler(event, context):\n    return '%d.%d' % sys.version_info[:2]\n"
_NOTHING = "def handler(event, context):\n    pass\n"
_OTHER = ("-q", "--runtime", "python3.9")
_NATIVE = 'requirements = { packages = ["speedy"] }\n'
_MINORS = ("10", "11", "12", "13", "14")


def _placed(*places: tuple[str, str]) -> Run:
    """Give what calls a function that finds its Python in each place, and in no other."""

    def run(folder: Path, python: InstalledPython) -> str:
        version = ".".join(python.version.split(".")[:2])
        variable = f"LPACK_PYTHON_{version.replace('.', '_')}"
        found = []
        for number, (place, name) in enumerate(places):
            here = folder / str(number)
            path = here / place.format(version)
            path.parent.mkdir(parents=True)
            path.symlink_to(python.path)
            value = str(path if name == "LPACK_PYTHON" else here / "tools")
            names = {variable: ""} if name != "LPACK_PYTHON" else {variable: value}
            if name not in ("", "LPACK_PYTHON"):
                names[name] = value
            run = called(_WHICH, ("-q",), environ={"HOME": str(here), **names})
            found.append(json.loads(run(here, python)))
        return " ".join(found)

    return run


def _native(*words: str, is_here: bool) -> Run:
    """Give what calls a function with native code for another Python, or for this one as well."""

    def run(folder: Path, python: InstalledPython) -> str:
        wheels = folder / "wheels"
        wheels.mkdir()
        for minor in ("9", *(_MINORS if is_here else ())):
            files: dict[str, str | bytes] = {"speedy/__init__.py": "", "speedy/a.so": linked()}
            make_wheel(
                wheels, "speedy", "1.0", files, tag=f"cp3{minor}-cp3{minor}-manylinux2014_x86_64"
            )
        found = called(
            _NOTHING,
            (*_OTHER, *words) if not is_here else ("--runtime", "python3.9", *words),
            files={"lpack.toml": _project(is_here=is_here)},
            environ={"PIP_FIND_LINKS": str(wheels), "LPACK_PYTHON_3_9": ""},
            look=_talk,
        )
        return found(folder, python)

    return run


def _project(*, is_here: bool) -> str:
    names = [f"python3.{minor} x86_64" for minor in _MINORS]
    targets = f"lock_targets = {json.dumps(names)}\n" if is_here else ""
    return (
        f'{targets}[functions.api]\nhandler = "app.handler"\nsource = "src"\n'
        f'runtime = "python3.9"\n{_NATIVE}'
    )


def _talk(said: list[Said]) -> str:
    """Give what was said of Python, and the status."""
    told = [
        re.sub(r"Python 3\.\d+\.\d+", "Python N", line.removeprefix("note: "))
        for line in said[-1].talk.splitlines()
        if line.startswith(("note", "error"))
    ]
    return " / ".join([*map(first_line, told), f"status {said[-1].status}"])


_MISSING = "Python 3.9 is not found here, and LPACK_PYTHON_3_9 names none: it runs with Python N"
_MACHINE = "this machine is {}, and the function is for {}"

LINES = (
    Line(
        "the runtime's own",
        '["VERSION", "/var/lang/bin/pythonVERSION", "/var/lang/lib/pythonVERSION"]',
        f"{by('test_python_runtime_correct_versions', PRINTS)},"
        f" {by('test_lambda_runtime_error', LOCALSTACK)}",
        body(
            returning(
                "['%d.%d' % sys.version_info[:2], sys.executable, os.path.dirname(os.__file__)]",
                "import os, sys",
            )
        ),
    ),
    Line(
        "it is the one that a variable names, or on PATH",
        "VERSION VERSION",
        f"{OWN} (`LPACK_PYTHON_3_13`)",
        _placed(("mine/python", "LPACK_PYTHON"), ("tools/python{}", "PATH")),
    ),
    Line(
        "or what pyenv has installed, wherever",
        "VERSION VERSION",
        f"{OWN} (`PYENV_ROOT`)",
        _placed(
            (".pyenv/versions/{0}.1/bin/python{0}", ""),
            ("tools/versions/{0}.1/bin/python{0}", "PYENV_ROOT"),
        ),
    ),
    Line(
        "or what uv has installed, wherever",
        "VERSION VERSION",
        f"{OWN} (`UV_PYTHON_INSTALL_DIR`)",
        _placed(
            (".local/share/uv/python/cpython-{0}.1-linux/bin/python{0}", ""),
            ("tools/cpython-{0}.1-linux/bin/python{0}", "UV_PYTHON_INSTALL_DIR"),
        ),
    ),
    Line(
        "a variable that names something else is an error",
        "error[LP419]: `LPACK_PYTHON_3_9` names `PATH`, and that is no CPython 3.9:"
        " it is CPython N / status 3",
        f"{OWN} (LP419)",
        called(
            _NOTHING,
            _OTHER,
            environ={"LPACK_PYTHON_3_9": "PYTHON"},
            look=_talk,
        ),
    ),
    Line(
        "a pure package goes on with another version, and it is said",
        f"{_MISSING} / status 0",
        f"{OWN} (a note)",
        called(_NOTHING, ("--runtime", "python3.9"), look=_talk),
    ),
    Line(
        "with `--exact` that is an error",
        f"error[LP409]: the function cannot be run here as on Lambda: {_MISSING} / status 3",
        f"{OWN} (`--exact`)",
        called(_NOTHING, (*_OTHER, "--exact"), look=_talk),
    ),
    Line(
        "native code for another version is an error",
        f"error[LP409]: the package holds native code that cannot run here: {_MISSING} / status 3",
        f"{OWN} (LP409)",
        _native(is_here=False),
    ),
    Line(
        "it runs with this machine's wheels of the same lock, and it is said",
        f"{_MISSING} / it runs with the wheels that the lock has for this machine / status 0",
        f"{OWN} (`lock_targets`)",
        _native(is_here=True),
    ),
    Line(
        "another architecture is said, too",
        f"{_MACHINE.format('x86_64', 'arm64')} / status 0",
        f"{OWN} (a note)",
        called(_NOTHING, ("--architecture", "arm64"), look=_talk),
    ),
)
