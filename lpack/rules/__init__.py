"""What is checked: every rule, and those that concern a function over its facts.

A rule is loaded when it is asked, and asked where `asked.py` says that it could find something.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lpack.facts.limits import read_limits
from lpack.platforms import OWN_RUNTIMES, RUNTIMES
from lpack.rules.asked import (
    always,
    has_budget,
    has_description,
    has_environment,
    has_flaws,
    has_layer_files,
    has_layers,
    has_misfits,
    has_native,
    has_own_native,
    has_part_of_runtime,
    has_policies,
    has_proof,
    has_reservation,
    has_secrets,
    has_settings,
    has_tested_triggers,
    has_tests,
    has_triggers,
    has_unmet,
    has_unread,
    has_unused,
    is_called,
    is_doubted,
    is_large,
    is_misshapen,
    is_near_limit,
    is_on_arm,
    is_preview,
    is_shadowed,
    is_slimmed,
    is_stuck,
    misses_modules,
    nears_its_end,
)
from lpack.rules.in_part import KNOWN_IN_PART
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Function
    from lpack.rules.base import Rule


@dataclass(frozen=True, slots=True)
class Row:
    """A rule, and when it is asked."""

    code: str
    module: str
    """Its file in this folder."""
    asked: Callable[[Facts, Limits], bool] = always
    """Tells for certain where it has nothing to report, and takes no time."""
    by_profile: bool = False
    """Whether its numbers are those of the profile of limits."""
    by_date: bool = False
    """Whether it may report something else on another day, which `same_until` then has to know;
    the manifest does not record it."""
    of_functions: bool = False
    """Whether it is about what CreateFunction is told; not for a layer without a handler."""

    def load(self) -> Rule:
        """Give the rule."""
        return cast("Rule", import_module(f"lpack.rules.{self.module}"))


REGISTRY: tuple[Row, ...] = (
    Row("LP301", "zip_too_large", by_profile=True),
    Row("LP302", "unzipped_too_large", by_profile=True),
    Row("LP303", "environment_too_large", has_environment, by_profile=True, of_functions=True),
    Row("LP304", "environment_name_reserved", has_environment, by_profile=True, of_functions=True),
    Row("LP305", "environment_name_malformed", has_environment, by_profile=True, of_functions=True),
    Row("LP306", "handler_malformed", is_called, by_profile=True, of_functions=True),
    Row("LP307", "handler_module_missing", is_doubted),
    Row("LP308", "handler_function_missing", is_doubted),
    Row("LP309", "handler_syntax_error", is_doubted),
    Row("LP310", "memory_out_of_range", by_profile=True, of_functions=True),
    Row("LP311", "timeout_out_of_range", by_profile=True, of_functions=True),
    Row("LP312", "ephemeral_storage_out_of_range", by_profile=True, of_functions=True),
    Row("LP313", "runtime_blocked", nears_its_end, by_date=True),
    Row("LP314", "runtime_deprecated", nears_its_end, by_date=True),
    Row("LP315", "runtime_preview", is_preview),
    Row("LP316", "architecture_unsupported", is_on_arm, by_profile=True),
    Row("LP317", "wheel_wrong_platform", has_misfits),
    Row("LP318", "native_library_wrong_machine", has_native),
    Row("LP319", "extension_wrong_python", has_native),
    Row("LP320", "timeout_longer_than_trigger", has_triggers, by_profile=True, of_functions=True),
    Row("LP321", "handler_builtin_conflict", is_doubted),
    Row("LP322", "description_too_long", has_description, by_profile=True),
    Row("LP323", "handler_async", is_doubted),
    Row("LP324", "handler_signature", is_doubted),
    Row("LP325", "layers_invalid", has_layers, by_profile=True, of_functions=True),
    Row("LP326", "function_name_malformed", by_profile=True),
    Row("LP327", "package_empty", by_profile=True),
    Row("LP328", "slimmed_module_imported", is_slimmed),
    Row("LP329", "runtime_package_left_out", is_slimmed),
    Row("LP330", "symbol_version_missing", has_native),
    Row("LP331", "library_missing", has_native),
    Row("LP332", "rpath_outside_package", has_own_native),
    Row("LP333", "handler_shadowed", is_shadowed, of_functions=True),
    Row("LP334", "near_limit", is_near_limit, by_profile=True),
    Row("LP335", "budget_exceeded", has_budget),
    Row("LP336", "layer_size_unknown", has_layers, by_profile=True),
    Row("LP337", "console_cannot_edit", is_large, by_profile=True),
    Row("LP339", "import_fails", has_proof, by_profile=True),
    Row("LP340", "policy_violated", has_policies),
    Row("LP341", "setting_invalid", has_settings, of_functions=True),
    Row("LP342", "package_type_conflict", has_settings, of_functions=True),
    Row("LP343", "log_level_without_json", has_settings, of_functions=True),
    Row("LP344", "snap_start_unsupported", has_settings, by_profile=True, of_functions=True),
    Row("LP345", "vpc_incomplete", has_settings, of_functions=True),
    Row("LP346", "environment_replaces_default", has_environment, of_functions=True),
    Row("LP347", "environment_secret", has_environment, of_functions=True),
    Row("LP349", "managed_instances_unsupported", has_settings, of_functions=True),
    Row("LP350", "imported_module_missing", misses_modules),
    Row("LP351", "runtime_copy_imported", misses_modules),
    Row("LP352", "distribution_unused", has_unused),
    Row("LP353", "standard_module_removed", misses_modules),
    Row("LP354", "standard_module_too_new", misses_modules),
    Row("LP355", "standard_module_of_other_system", misses_modules),
    Row("LP356", "root_folder_wrong", is_doubted),
    Row("LP357", "runtime_package_in_part", has_part_of_runtime),
    Row("LP358", "file_unreadable", is_misshapen),
    Row("LP359", "paths_collide", is_misshapen),
    Row("LP360", "symbolic_link", is_misshapen),
    Row("LP361", "path_file_runs", is_misshapen),
    Row("LP362", "archive_inside", is_misshapen),
    Row("LP363", "bytecode_of_other_python", is_misshapen),
    Row("LP364", "distribution_twice", is_misshapen),
    Row("LP365", "credential_file", has_secrets),
    Row("LP366", "secret_in_file", has_secrets),
    Row("LP367", "files_not_searched", has_unread),
    Row("LP368", "shipped_in_layer_too", is_misshapen),
    Row("LP375", "schedule_invalid", has_triggers, of_functions=True),
    Row("LP376", "schedule_never_comes", has_triggers, by_date=True, of_functions=True),
    Row("LP377", "concurrency_too_low", has_triggers, by_profile=True, of_functions=True),
    Row("LP378", "duration_longer_than_timeout", has_triggers, of_functions=True),
    Row("LP379", "event_too_large", has_tests, by_profile=True, of_functions=True),
    Row("LP380", "reservation_invalid", has_reservation, by_profile=True, of_functions=True),
    Row("LP381", "visibility_timeout_too_short", has_triggers, of_functions=True),
    Row("LP390", "archive_unreadable", has_flaws),
    Row("LP391", "entry_encrypted", has_flaws),
    Row("LP392", "compression_unsupported", has_flaws),
    Row("LP393", "entry_damaged", has_flaws),
    Row("LP394", "entry_name_unsafe", has_flaws),
    Row("LP395", "entry_twice", has_flaws),
    Row("LP396", "headers_disagree", has_flaws),
    Row("LP397", "stray_bytes", has_flaws),
    Row("LP398", "archive_bomb", has_flaws),
    Row("LP399", "date_out_of_range", has_flaws),
    Row("LP420", "bootstrap_missing", is_stuck, of_functions=True),
    Row("LP421", "bootstrap_not_executable", is_stuck),
    Row("LP422", "bootstrap_interpreter_missing", is_stuck),
    Row("LP423", "bootstrap_line_ends", is_stuck),
    Row("LP424", "bootstrap_no_program", is_stuck),
    Row("LP433", "test_event_unfit", has_tested_triggers),
    Row("LP490", "layer_folder_wrong", has_layer_files),
    Row("LP491", "requirement_unmet", has_unmet),
)
"""In the order of their codes."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def every_rule() -> tuple[Rule, ...]:
    """Load all rules, for those who tell about them."""
    return tuple(row.load() for row in REGISTRY)


def same_until(function: Function, today: date) -> date:
    """Give the first later day on which a rule may find something else in what is the same."""
    if any(trigger.expression for trigger in function.triggers):
        return today + timedelta(days=1)
    notice = read_limits(function.limits).definition("deprecation_notice")["maximum"]
    rows = (*RUNTIMES, *OWN_RUNTIMES)
    ends = [one.deprecated for one in rows if one.deprecated]
    # Told on its last day still: the day after is another one.
    told = [end - timedelta(days=int(notice)) for end in ends]
    blocked = [day for one in rows for day in (one.create_blocked, one.update_blocked) if day]
    days = {day + timedelta(days=late) for day in (*ends, *told, *blocked) for late in (0, 1)}
    return min((day for day in days if day > today), default=date.max)


def check_all(
    facts: Facts, limits: Limits, registry: tuple[Row, ...] = REGISTRY
) -> tuple[Diagnostic, ...]:
    """Ask every rule that concerns it, and give what they report: errors first, then by code."""
    called = facts.function.handler is not None or facts.function.format != "layer"
    concerned = (row for row in registry if called or not row.of_functions)
    if facts.awaits:
        concerned = (row for row in concerned if row.code in KNOWN_IN_PART)
    found = [
        _told(one, row, limits)
        for row in concerned
        if row.asked(facts, limits)
        for one in row.load().check(facts, limits)
    ]
    return ordered(found)


def ordered(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put errors first, then order by code."""
    return tuple(sorted(found, key=lambda item: (_ORDER[item.severity], item.code)))


def _told(one: Diagnostic, row: Row, limits: Limits) -> Diagnostic:
    """Say by which limits something is wrong, where they are not those of today."""
    if limits.is_usual or not row.by_profile:
        return one
    return replace(one, message=f"{one.message} (limits `{limits.profile}`)")
