"""A distribution's wheel is not for the function's runtime and architecture.

Why: native code for another system, architecture, C library or Python cannot be loaded, so the
first import of the distribution fails.

It is a warning where each module that cannot be loaded lies there in Python as well, or is imported
by code that is ready to do without: the function is only slower than it need be.

Fix: lock again for the target, or choose a version that has a wheel for it.

Example:
    numpy-2.3.0-cp313-cp313-macosx_14_0_arm64.whl              # wrong: for macOS
    numpy-2.3.0-cp313-cp313-manylinux_2_28_x86_64.whl          # right for python3.13 x86_64
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.modules import extension_name, extension_suffixes, has_substitute
from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.native_files import NativeFile
    from lpack.model import Severity

CODE = "LP317"
NAME = "wheel-wrong-platform"
SEVERITY: Severity = "error"
SUMMARY = "A distribution's wheel is not for the function's runtime and architecture"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report wheels whose tags the target does not accept."""
    target, where = facts.function.target, facts.function.where("requirements")
    for item in facts.distributions:
        if item.fit == "misfit" and _does_without(item.name, facts):
            message = f"`{item.filename}` is not for {target}, which runs it without native code"
            yield Diagnostic(CODE, "warning", message, where, "lock again for the target")
        elif item.fit == "misfit":
            message = f"`{item.filename}` does not run on {target}"
            yield Diagnostic(CODE, SEVERITY, message, where, "lock again for the target")
        elif item.fit == "built-here":
            message = f"`{item.filename}` does not tell which glibc it needs"
            hint = f"build it on {target.runtime.system}, or choose a version that has a wheel"
            yield Diagnostic(CODE, "warning", message, where, hint)


def _does_without(name: str, facts: Facts) -> bool:
    """Tell whether a distribution works although its extension modules cannot be loaded."""
    native = [item for item in facts.native if item.owner == name]
    modules = [item for item in native if extension_name(item.path) is not None]
    return bool(modules) and not any(_is_missed(item, facts) for item in modules)


def _is_missed(item: NativeFile, facts: Facts) -> bool:
    """Tell whether a module is needed, and neither it nor another one in its place is loaded."""
    target, extension = facts.function.target, extension_name(item.path)
    if item.optional or extension is None:
        return False
    # Python takes a file with an ending of its own before one that is written in Python.
    is_found = extension.suffix in extension_suffixes(target)
    return is_found or not has_substitute(extension, facts.paths, target)
