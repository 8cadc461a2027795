"""What is checked: every rule, and all of them over one function's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules import (
    architecture_unsupported,
    description_too_long,
    environment_name_malformed,
    environment_name_reserved,
    environment_replaces_default,
    environment_secret,
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
    log_level_without_json,
    managed_instances_unsupported,
    memory_out_of_range,
    native_library_wrong_machine,
    package_empty,
    package_type_conflict,
    policy_violated,
    rpath_outside_package,
    runtime_blocked,
    runtime_deprecated,
    runtime_package_left_out,
    runtime_preview,
    setting_invalid,
    slimmed_module_imported,
    snap_start_unsupported,
    symbol_version_missing,
    timeout_longer_than_trigger,
    timeout_out_of_range,
    unzipped_too_large,
    vpc_incomplete,
    wheel_wrong_platform,
    zip_too_large,
)
from lpack.values import replace

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
    policy_violated,
    setting_invalid,
    package_type_conflict,
    log_level_without_json,
    snap_start_unsupported,
    vpc_incomplete,
    environment_replaces_default,
    environment_secret,
    managed_instances_unsupported,
)
"""In the order of their codes."""

BY_PROFILE: frozenset[str] = frozenset(
    rule.CODE
    for rule in (
        zip_too_large,
        unzipped_too_large,
        environment_too_large,
        environment_name_reserved,
        environment_name_malformed,
        handler_malformed,
        memory_out_of_range,
        timeout_out_of_range,
        ephemeral_storage_out_of_range,
        architecture_unsupported,
        timeout_longer_than_trigger,
        description_too_long,
        layers_invalid,
        function_name_malformed,
        package_empty,
        snap_start_unsupported,
    )
)
"""The rules whose numbers are those of the profile of limits."""

OF_FUNCTIONS: frozenset[str] = frozenset(
    rule.CODE
    for rule in (
        environment_too_large,
        environment_name_reserved,
        environment_name_malformed,
        handler_malformed,
        memory_out_of_range,
        timeout_out_of_range,
        ephemeral_storage_out_of_range,
        timeout_longer_than_trigger,
        layers_invalid,
        setting_invalid,
        package_type_conflict,
        log_level_without_json,
        snap_start_unsupported,
        vpc_incomplete,
        environment_replaces_default,
        environment_secret,
        managed_instances_unsupported,
    )
)
"""The rules about what CreateFunction is told; a layer without a handler is never told to it."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def check_all(facts: Facts, limits: Limits) -> tuple[Diagnostic, ...]:
    """Ask every rule that concerns it, and give what they report: errors first, then by code."""
    left = frozenset() if facts.function.handler else OF_FUNCTIONS
    rules = (rule for rule in RULES if rule.CODE not in left)
    found = [_told(one, limits) for rule in rules for one in rule.check(facts, limits)]
    return tuple(sorted(found, key=lambda item: (_ORDER[item.severity], item.code)))


def _told(one: Diagnostic, limits: Limits) -> Diagnostic:
    """Say by which limits something is wrong, where they are not those of today."""
    if limits.is_usual or one.code not in BY_PROFILE:
        return one
    return replace(one, message=f"{one.message} (limits `{limits.profile}`)")
