"""Native code needs a shared library that neither the package nor the runtime's system has.

Why: the images of Lambda's runtimes hold far fewer libraries than a computer or a build image. The
loader refuses a file when it does not find a library that the file is linked to, and the import
fails with ImportError, such as `libGL.so.1: cannot open shared object file`.

Fix: choose a distribution that brings the library or does without, such as opencv-python-headless;
or put the library into the folder `lib` of the package, where the loader looks as well.

Example:
    requirements = { packages = ["opencv-python"] }            # wrong: it needs libGL.so.1
    requirements = { packages = ["opencv-python-headless"] }   # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count
from lpack.rules.base import lacking, listed, of_owner, runtimes_that_load
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import Load, NativeFile
    from lpack.model import Severity

CODE = "LP331"
NAME = "library-missing"
SEVERITY: Severity = "error"
SUMMARY = "Native code needs a library that neither the package nor the runtime's system has"
SOURCE = "https://docs.aws.amazon.com/linux/al2023/ug/lambda.html"
_MOST_NAMED = 4
# Some modules of a distribution are for those who have the library: numba's for libtbb, say.
_SEVERITIES: Mapping[Load, Severity] = {
    "import": "error",
    "likely-import": "warning",
    "possible-import": "info",
    "other": "warning",
}


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report files that ask for libraries that nobody has, or that are out of their reach."""
    certain = [item for item in facts.native if item.lack.libraries]
    elsewhere = facts.own_search or facts.has_unknown_layers
    for owner, severity, files in lacking(certain, facts, _SEVERITIES, unsure=elsewhere):
        yield _missing(facts, owner, severity, files)
    unsure = [item for item in facts.native if item.lack.unsure_libraries and item not in certain]
    for owner, severity, files in lacking(unsure, facts, _SEVERITIES, unsure=True):
        yield _unsure(facts, owner, severity, files)


def _missing(facts: Facts, owner: str, severity: Severity, files: list[NativeFile]) -> Diagnostic:
    runtime = facts.function.target.runtime
    loading = runtimes_that_load(files, facts)
    works = f"; it works on {loading}" if loading else ""
    needs = _named([name for item in files for name in item.lack.libraries])
    layered = " unless a layer brings it" if facts.has_unknown_layers else ""
    return Diagnostic(
        CODE,
        severity,
        f"native code{of_owner(owner)} needs {needs}, which neither the package nor"
        f" {runtime.system} of {runtime.name} has{layered}{works}: {listed(files)}",
        facts.function.where("requirements" if owner else "source"),
        _HINT if severity == SEVERITY else _HINT_IF_LOADED,
    )


def _unsure(facts: Facts, owner: str, severity: Severity, files: list[NativeFile]) -> Diagnostic:
    runtime = facts.function.target.runtime
    needs = _named([name for item in files for name in item.lack.unsure_libraries])
    return Diagnostic(
        CODE,
        severity,
        f"native code{of_owner(owner)} needs {needs}, which {runtime.name} may not find:"
        f" {listed(files)}",
        facts.function.where("requirements" if owner else "source"),
        _HINT,
    )


_HINT = "put what is missing into the folder `lib` of the package"
_HINT_IF_LOADED = f"{_HINT}, if the code is used"


def _named(libraries: list[str]) -> str:
    names = sorted(set(libraries))
    others = len(names) - _MOST_NAMED
    named = ", ".join(shown(name) for name in names[:_MOST_NAMED])
    return f"{named} and {count(others, 'other')}" if others > 0 else named
