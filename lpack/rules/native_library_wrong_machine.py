"""Native code in the package is for another machine than the function's.

Why: Linux on one architecture loads neither the code of another nor that of macOS or Windows; the
import of such a module fails with an ImportError, and with it mostly the first call. It happens
where a folder of installed packages is copied from a developer's machine.

Fix: remove the file and declare the dependency, so that lpack fetches the wheel for the target; or
build the code for it.

Example:
    source = "src"                             # wrong, where src/numpy/ was copied from a Mac
    requirements = { packages = ["numpy"] }    # right: the wheel for the function's machine
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.modules import extension_name, extension_suffixes, has_substitute
from lpack.facts.native import runs_on
from lpack.model import Diagnostic
from lpack.rules.base import by_owner, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import NativeFile
    from lpack.model import Severity

CODE = "LP318"
NAME = "native-library-wrong-machine"
SEVERITY: Severity = "error"
SUMMARY = "Native code in the package is for another machine than the function's"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html"
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Compare each native file's machine with the target's, and report once for each owner."""
    target = facts.function.target
    own = facts.bootstrap.path if facts.bootstrap else ""  # which has a rule of its own
    wrong = [
        item
        for item in facts.native
        if not runs_on(item.kind, target.architecture) and item.path != own
    ]
    for owner, files in by_owner(wrong):
        judged = [(item, judge(item, facts)) for item in files]
        for severity in _SEVERITIES:
            found = [item for item, verdict in judged if verdict == severity]
            if found:
                yield _report(facts, owner, found, severity)


def judge(item: NativeFile, facts: Facts) -> Severity | None:
    """Tell how bad it is to ship a native file that the target cannot load.

    A module that is imported fails, and so does a library of macOS or Windows in the own source,
    where no one of Linux lies beside it. Of other code nobody can tell whether it is loaded at all,
    and distributions for every platform bring it on purpose. Their Windows programs, such as those
    of setuptools, are not worth a word: Linux starts none.
    """
    extension = extension_name(item.path)
    for_all = item.owner in facts.platform_neutral
    if item.owner in facts.misfits:  # the whole wheel is reported
        return None
    if for_all and item.path.endswith(".exe"):
        return None
    if extension is not None:
        loadable = extension.suffix in extension_suffixes(facts.function.target)
        if not loadable and has_substitute(extension, facts.paths, facts.function.target):
            return "info"
        return "warning" if for_all or item.optional else "error"
    return "info" if for_all else _of_library(item, facts)


def _of_library(item: NativeFile, facts: Facts) -> Severity:
    """Tell how bad a library or a program is that is no module."""
    if item.owner or item.kind.format == "elf" or item.path.endswith(".exe"):
        return "warning"
    return "info" if _has_twin(item, facts) else "error"


def _has_twin(item: NativeFile, facts: Facts) -> bool:
    """Tell whether the package has a library of the same name that the target can load."""
    stem = item.path.rpartition(".")[0]
    architecture = facts.function.target.architecture
    return any(
        one.path.startswith(f"{stem}.so") and runs_on(one.kind, architecture)
        for one in facts.native
    )


def _report(facts: Facts, owner: str, files: list[NativeFile], severity: Severity) -> Diagnostic:
    target = facts.function.target
    kinds = ", ".join(sorted({str(item.kind) for item in files}))
    where = facts.function.where("requirements" if owner else "source")
    brought = f" of {owner}" if owner else ""
    message = f"native code{brought} for {kinds} cannot be loaded on {target}: {listed(files)}"
    hint = "ignore it if nothing loads it" if owner else "exclude it if nothing loads it"
    if severity == "error":
        hint = f"lock again for {target.architecture}" if owner else _own_hint(files)
    return Diagnostic(CODE, severity, message, where, hint)


def _own_hint(files: list[NativeFile]) -> str:
    if all(extension_name(item.path) is None for item in files):
        return "exclude it, or put what is built for Linux beside it"
    return "remove it from the source, and add the distribution that it comes from to requirements"
