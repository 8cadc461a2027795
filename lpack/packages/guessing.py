"""What a package itself tells of the function that it is for, where nobody says it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.platforms import DEFAULT_RUNTIME, MACHINES, RUNTIMES, runtime_named
from lpack.sources.handlers import CONSOLE_FILE, USUAL_FILES, USUAL_NAMES
from lpack.sources.module_names import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts.contents import Contents
    from lpack.model import Architecture, Bundle, Runtime

_EXTENSION = pattern(r"\.(?:cpython-|cp)3(\d{1,2})-?[^/]*\.so$")
_BYTECODE = pattern(r"/__pycache__/[^/]+\.cpython-3(\d{1,2})\.pyc$")
_FOLDER = pattern(r"/opt/python/lib/python3\.(\d{1,2})/site-packages/")
_MOST_BYTES = 1_000_000
_MOST_FILES = 200


def guess_runtime(bundle: Bundle) -> tuple[Runtime, str]:
    """Choose the runtime that the package's compiled files are for, and say why."""
    for runtime, what in _compiled_for(bundle):
        return runtime, f"{runtime.name}: {what} for it"
    default = next(one for one in RUNTIMES if one.name == DEFAULT_RUNTIME)
    return default, f"{default.name}: nothing in the package says otherwise"


def guess_python(bundle: Bundle) -> tuple[str, str]:
    """Find the Python, such as 3.13, that a package with its own runtime brings, and say why."""
    for runtime, what in _compiled_for(bundle):
        version = "{}.{}".format(*runtime.python)
        return version, f"Python {version}: {what} for it"
    return "", ""


def _compiled_for(bundle: Bundle) -> Iterator[tuple[Runtime, str]]:
    """Give the runtimes that the package's compiled files are for, and what tells so."""
    for what, form in (
        ("its extension modules are", _EXTENSION),
        ("its folders are", _FOLDER),
        ("its bytecode is", _BYTECODE),
    ):
        found = Counter(match[1] for one in bundle.entries if (match := form.search(one.path)))
        for minor, _ in found.most_common(1):
            runtime = runtime_named(f"python3.{minor}")
            if runtime is not None:
                yield runtime, what


def guess_architecture(bundle: Bundle) -> tuple[Architecture, str]:
    """Choose the architecture that most native files are for; without any, it does not matter."""
    architectures: tuple[Architecture, ...] = ("x86_64", "arm64")
    elf = [entry.code or "" for entry in bundle.entries]
    named = [entry.path for entry in bundle.entries if entry.path.endswith(".so")]
    counts = {
        one: sum(code.startswith(f"elf {one} ") for code in elf)
        + sum(f"-{MACHINES[one]}-linux" in path for path in named)
        for one in architectures
    }
    if counts["arm64"] > counts["x86_64"]:
        return "arm64", "arm64: its native code is for it"
    return "x86_64", ""


def guess_handlers(contents: Contents) -> list[str]:
    """Find the handlers in the files where they usually are: in the root, and nobody's but own."""
    own = [path for path in contents.paths if "/" not in path and path.endswith(".py")]
    console = list(_in_file(CONSOLE_FILE, contents)) if CONSOLE_FILE in own else []
    if console:
        return console
    usual = [one for name in USUAL_FILES if name in own for one in _in_file(name, contents)]
    others = (path for path in sorted(own)[:_MOST_FILES] if path not in USUAL_FILES)
    return usual or [one for path in others for one in _in_file(path, contents)]


def _in_file(path: str, contents: Contents) -> Iterator[str]:
    if contents.entries[path].owner:
        return
    names = names_in(contents.read(path, _MOST_BYTES))
    bound = names.defined | names.imported
    name = next((name for name in USUAL_NAMES if name in bound), None)
    if name is not None:
        yield f"{path.removesuffix('.py')}.{name}"


def function_name(stem: str) -> str:
    """Make a name that Lambda takes of a file's."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:64] or "function"
