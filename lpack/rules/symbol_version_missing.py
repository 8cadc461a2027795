"""Native code needs newer versions of the system's symbols than the runtime's system has.

Why: what is linked on a newer system asks for its versions of symbols, such as `GLIBC_2.28`. The
loader refuses the file where the system's library does not have them, and its import fails with
ImportError. It happens to code that was built on a developer's machine, and to wheels whose tag
promises an older system than they were built for.

Fix: choose a runtime that has them, which the message names if there is one; or build the code on
the runtime's own system.

Example:
    runtime = "python3.11"     # wrong for code that needs GLIBC_2.28: Amazon Linux 2 has 2.26
    runtime = "python3.12"     # right: Amazon Linux 2023 has 2.34
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.systems import newest_of_each
from lpack.model import Diagnostic
from lpack.rules.base import lacking, listed, of_owner, runtimes_that_load
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import Load, NativeFile
    from lpack.model import Severity

CODE = "LP330"
NAME = "symbol-version-missing"
SEVERITY: Severity = "error"
SUMMARY = "Native code needs newer versions of symbols than the runtime's system has"
SOURCE = "https://docs.aws.amazon.com/linux/al2023/ug/glibc-gcc-and-binutils.html"
_MOST_NAMED = 4
# All modules of a distribution are built on one system, those that may be done without as well.
_SEVERITIES: Mapping[Load, Severity] = {
    "import": "error",
    "likely-import": "error",
    "possible-import": "warning",
    "other": "warning",
}


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report files that ask for versions that the target's system lacks, or may lack."""
    certain = [item for item in facts.native if item.lack.versions]
    for owner, severity, files in lacking(certain, facts, _SEVERITIES, unsure=facts.own_search):
        yield _missing(facts, owner, severity, files)
    unsure = [item for item in facts.native if item.lack.unsure_versions and item not in certain]
    for owner, severity, files in lacking(unsure, facts, _SEVERITIES, unsure=True):
        yield _unsure(facts, owner, severity, files)


def _missing(facts: Facts, owner: str, severity: Severity, files: list[NativeFile]) -> Diagnostic:
    runtime = facts.function.target.runtime
    loading = runtimes_that_load(files, facts)
    works = f", and works on {loading}" if loading else ""
    needs = _named([version for item in files for version in item.lack.versions])
    return Diagnostic(
        CODE,
        severity,
        f"native code{of_owner(owner)} needs {needs}, which {runtime.system} of {runtime.name}"
        f" does not have{works}: {listed(files)}",
        facts.function.where("requirements" if owner else "source"),
        _hint(owner, loading, runtime.system),
    )


def _hint(owner: str, loading: str, system: str) -> str:
    if loading:
        return f"choose {loading.replace(' and ', ' or ')}"
    return "require another version of it" if owner else f"build it on {system}"


def _unsure(facts: Facts, owner: str, severity: Severity, files: list[NativeFile]) -> Diagnostic:
    runtime = facts.function.target.runtime
    needs = _named([version for item in files for version in item.lack.unsure_versions])
    return Diagnostic(
        CODE,
        severity,
        f"native code{of_owner(owner)} needs {needs}, which {runtime.system} of {runtime.name}"
        f" may not have: {listed(files)}",
        facts.function.where("requirements" if owner else "source"),
        "try it on Lambda before you rely on it",
    )


def _named(versions: list[str]) -> str:
    return " and ".join(shown(one) for one in newest_of_each(tuple(versions))[:_MOST_NAMED])
