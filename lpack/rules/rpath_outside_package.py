"""Native code looks for libraries in a folder outside of the package.

Why: an RPATH is written into the file when it is linked, often with a folder of the machine that it
was built on. Lambda has no such folder, so what lies there is not found; and in `/tmp`, which
functions write to, a library would be loaded from what a call has left behind.

Fix: build with `-Wl,-rpath,'$ORIGIN'`, or change the file with `patchelf --set-rpath '$ORIGIN'`.

Example:
    gcc -shared -Wl,-rpath,/usr/local/lib …     # wrong: no such folder on Lambda
    gcc -shared -Wl,-rpath,'$ORIGIN/lib' …      # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.linking import leaves_package
from lpack.facts.native import runs_on
from lpack.model import Diagnostic
from lpack.rules.base import listed
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import NativeFile
    from lpack.model import Severity

CODE = "LP332"
NAME = "rpath-outside-package"
SEVERITY: Severity = "warning"
SUMMARY = "Native code looks for libraries in a folder outside of the package"
SOURCE = "https://man7.org/linux/man-pages/man8/ld.so.8.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report own files; of a distribution, whose libraries are all found, the folder is a relic."""
    architecture = facts.function.target.architecture
    own = [item for item in facts.native if not item.owner and runs_on(item.kind, architecture)]
    leaving = [item for item in own if _outside(item)]
    if leaving:
        folder = _outside(leaving[0])[0]
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"native code looks for libraries in `{shown(folder)}`, which is outside of the"
            f" package: {listed(leaving)}",
            facts.function.where("source"),
            "build it with the RPATH `$ORIGIN`",
        )


def _outside(item: NativeFile) -> list[str]:
    search = () if item.linking is None else item.linking.search
    return [folder for folder in search if leaves_package(folder, item.path)]
