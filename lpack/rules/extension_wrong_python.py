"""An extension module is for another Python than the runtime's.

Why: Python looks only for endings of its own, such as `.cpython-313-x86_64-linux-gnu.so`; a module
that lies there for another version, C library or implementation is not found, and its import fails
with ModuleNotFoundError.

Fix: remove the file and declare the dependency, so that lpack fetches the wheel for the runtime; or
choose the runtime that the module was built for.

Example:
    fast.cpython-311-x86_64-linux-gnu.so    # wrong on python3.13, which does not look for it
    fast.cpython-313-x86_64-linux-gnu.so    # right
    fast.abi3.so                            # right on every Python since the one it was built for
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.modules import extension_name, extension_suffixes, has_substitute
from lpack.facts.native import runs_on
from lpack.model import Diagnostic
from lpack.rules.base import by_owner, listed, runtimes_that_load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import NativeFile
    from lpack.model import Severity

CODE = "LP319"
NAME = "extension-wrong-python"
SEVERITY: Severity = "error"
SUMMARY = "An extension module is for another Python than the runtime's"
SOURCE = "https://peps.python.org/pep-3149/"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Compare the endings of extension modules with those that the target's Python loads."""
    if not facts.function.target.runtime.has_python:
        return
    fitting = [
        item for item in facts.native if runs_on(item.kind, facts.function.target.architecture)
    ]
    for owner, files in by_owner(fitting):
        if owner in facts.misfits:
            continue
        unfound = [item for item in files if _is_foreign(item, facts)]
        spare = [item for item in unfound if _has_substitute(item, facts)]
        yield from _report(facts, owner, [item for item in unfound if item not in spare])
        if spare and not owner:  # a distribution for several Pythons brings spare ones on purpose
            yield _diagnostic(facts, owner, spare, "warning")


def _report(facts: Facts, owner: str, files: list[NativeFile]) -> Iterator[Diagnostic]:
    """Report modules that no other file stands in for."""
    needed = [item for item in files if not item.optional and owner not in facts.platform_neutral]
    optional = [item for item in files if item not in needed]
    if needed:
        yield _diagnostic(facts, owner, needed, SEVERITY)
    if optional:
        yield _diagnostic(facts, owner, optional, "warning")


def _is_foreign(item: NativeFile, facts: Facts) -> bool:
    extension = extension_name(item.path)
    suffixes = extension_suffixes(facts.function.target)
    return extension is not None and extension.suffix not in suffixes


def _has_substitute(item: NativeFile, facts: Facts) -> bool:
    extension = extension_name(item.path)
    return extension is not None and has_substitute(extension, facts.paths, facts.function.target)


def _diagnostic(
    facts: Facts, owner: str, files: list[NativeFile], severity: Severity
) -> Diagnostic:
    runtime = facts.function.target.runtime.name
    brought = f" of {owner}" if owner else ""
    loading = runtimes_that_load(files, facts)
    works = f", and works on {loading}" if loading else ""
    return Diagnostic(
        CODE,
        severity,
        f"{runtime} does not find these extension modules{brought}: {listed(files)}{works}",
        facts.function.where("requirements" if owner else "source"),
        "lock again for the runtime" if owner else f"build them for {runtime}, or remove them",
    )
