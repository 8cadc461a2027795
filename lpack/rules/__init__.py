"""What is checked: every rule, and all of them over one function's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules import (
    architecture_unsupported,
    description_too_long,
    environment_name_malformed,
    environment_name_reserved,
    environment_too_large,
    ephemeral_storage_out_of_range,
    extension_wrong_python,
    function_name_malformed,
    handler_async,
    handler_builtin_conflict,
    handler_function_missing,
    handler_malformed,
    handler_module_missing,
    handler_signature,
    handler_syntax_error,
    layers_invalid,
    library_missing,
    memory_out_of_range,
    native_library_wrong_machine,
    package_empty,
    rpath_outside_package,
    runtime_blocked,
    runtime_deprecated,
    runtime_package_left_out,
    runtime_preview,
    slimmed_module_imported,
    symbol_version_missing,
    timeout_longer_than_trigger,
    timeout_out_of_range,
    unzipped_too_large,
    wheel_wrong_platform,
    zip_too_large,
)

if TYPE_CHECKING:
    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic
    from lpack.rules.base import Rule

RULES: tuple[Rule, ...] = (
    zip_too_large,
    unzipped_too_large,
    environment_too_large,
    environment_name_reserved,
    environment_name_malformed,
    handler_malformed,
    handler_module_missing,
    handler_function_missing,
    handler_syntax_error,
    memory_out_of_range,
    timeout_out_of_range,
    ephemeral_storage_out_of_range,
    runtime_blocked,
    runtime_deprecated,
    runtime_preview,
    architecture_unsupported,
    wheel_wrong_platform,
    native_library_wrong_machine,
    extension_wrong_python,
    timeout_longer_than_trigger,
    handler_builtin_conflict,
    description_too_long,
    handler_async,
    handler_signature,
    layers_invalid,
    function_name_malformed,
    package_empty,
    slimmed_module_imported,
    runtime_package_left_out,
    symbol_version_missing,
    library_missing,
    rpath_outside_package,
)
"""In the order of their codes."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def check_all(facts: Facts, limits: Limits) -> tuple[Diagnostic, ...]:
    """Ask every rule, and give what they report: errors first, then by code."""
    found = [diagnostic for rule in RULES for diagnostic in rule.check(facts, limits)]
    return tuple(sorted(found, key=lambda item: (_ORDER[item.severity], item.code)))
