"""When a rule is asked: only where the facts hold something that it could report.

Most packages have no settings, no layers and no doubtful handler, and need not load what judges
them. Where one of these says no, the rules that name it find nothing; the tests ask them all the
same, and compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.sizes import NEAR
from lpack.model import Budget

if TYPE_CHECKING:
    from lpack.facts import Facts
    from lpack.facts.limits import Limits


def always(facts: Facts, limits: Limits) -> bool:
    """Say so for rules about every package."""
    del facts, limits
    return True


def has_budget(facts: Facts, limits: Limits) -> bool:
    """Whether the project limits the size itself."""
    del limits
    return facts.function.budget != Budget()


def is_large(facts: Facts, limits: Limits) -> bool:
    """Whether it is more than the console's editor opens."""
    return facts.sizes.unzipped > int(limits.definition("console_editor")["maximum"])


def is_near_limit(facts: Facts, limits: Limits) -> bool:
    """Whether anything has the part of its limit from which on that is told."""
    sizes, share = facts.sizes, NEAR
    return (
        sizes.together >= limits.maximum("sizes", "unzipped") * share
        or facts.environment.bytes >= limits.maximum("environment", "bytes") * share
        or any(one.size >= limits.maximum("sizes", "zipped") * share for one in sizes.archives)
    )


def has_environment(facts: Facts, limits: Limits) -> bool:
    """Whether there are environment variables."""
    del limits
    return bool(facts.function.environment)


def has_unmet(facts: Facts, limits: Limits) -> bool:
    """Whether a distribution asks for other versions than there are."""
    del limits
    return bool(facts.unmet)


def has_layer_files(facts: Facts, limits: Limits) -> bool:
    """Whether the files of layers are at hand that others have made."""
    del limits
    is_layer = facts.is_given and facts.function.format == "layer"
    return is_layer or bool(facts.given_layers)


def has_layers(facts: Facts, limits: Limits) -> bool:
    """Whether there are layers, its own included."""
    del limits
    own = facts.sizes.layer is not None or facts.given_layers
    return bool(facts.function.has_layers or own)


def has_flaws(facts: Facts, limits: Limits) -> bool:
    """Whether something is odd about an archive that others have made."""
    del limits
    return bool(facts.flaws)


def has_native(facts: Facts, limits: Limits) -> bool:
    """Whether there are native files."""
    del limits
    return bool(facts.native)


def has_own_native(facts: Facts, limits: Limits) -> bool:
    """Whether there are native files in the source."""
    del limits
    return any(not item.owner for item in facts.native)


def has_misfits(facts: Facts, limits: Limits) -> bool:
    """Whether there are distributions whose wheel may not be for the target."""
    del limits
    return any(item.fit in ("misfit", "built-here") for item in facts.distributions)


def has_triggers(facts: Facts, limits: Limits) -> bool:
    """Whether something is said to call the function."""
    del limits
    return bool(facts.function.triggers)


def has_tested_triggers(facts: Facts, limits: Limits) -> bool:
    """Whether the event of a test is said to be one of a trigger."""
    del limits
    return any(test.trigger for test in facts.function.tests)


def has_tests(facts: Facts, limits: Limits) -> bool:
    """Whether there are events to try the function with."""
    del limits
    return bool(facts.function.tests)


def has_proof(facts: Facts, limits: Limits) -> bool:
    """Whether the handler was imported here, and that says more than was known."""
    del limits
    return facts.proof is not None and not facts.handler.error


def has_reservation(facts: Facts, limits: Limits) -> bool:
    """Whether invocations at a time are kept for the function."""
    del limits
    return facts.function.reserved_concurrency is not None


def has_settings(facts: Facts, limits: Limits) -> bool:
    """Whether CreateFunction is told more than has a key of its own."""
    del limits
    return bool(facts.function.settings)


def has_description(facts: Facts, limits: Limits) -> bool:
    """Whether there is a description."""
    del limits
    return bool(facts.function.description)


def has_policies(facts: Facts, limits: Limits) -> bool:
    """Whether the project has policies of its own."""
    del facts
    return bool(limits.policies)


def is_slimmed(facts: Facts, limits: Limits) -> bool:
    """Whether distributions are to be left out in part."""
    del limits
    return bool(facts.function.slim)


def is_stuck(facts: Facts, limits: Limits) -> bool:
    """Whether the function's own runtime would not start."""
    del limits
    return facts.bootstrap is not None and bool(facts.bootstrap.faults)


def is_on_arm(facts: Facts, limits: Limits) -> bool:
    """Whether the function is for arm64."""
    del limits
    return facts.function.target.architecture == "arm64"


def is_called(facts: Facts, limits: Limits) -> bool:
    """Whether there is a handler to be called."""
    del limits
    return facts.handler.outcome != "not-needed"


def is_doubted(facts: Facts, limits: Limits) -> bool:
    """Whether the handler is not simply found."""
    del limits
    return facts.handler.outcome not in ("found", "not-needed", "unknown")


def nears_its_end(facts: Facts, limits: Limits) -> bool:
    """Whether the runtime is deprecated, or will be within the time that is told ahead."""
    runtime = facts.function.target.runtime
    dates = [date for date in (runtime.deprecated, runtime.create_blocked) if date is not None]
    notice = int(limits.definition("deprecation_notice")["maximum"])
    return any((date - facts.today).days <= notice for date in dates)


def is_preview(facts: Facts, limits: Limits) -> bool:
    """Whether the runtime is not generally available yet."""
    del limits
    return facts.function.target.runtime.preview


def is_shadowed(facts: Facts, limits: Limits) -> bool:
    """Whether a distribution's file stands before an own one."""
    del limits
    return bool(facts.handler.hidden)


def misses_modules(facts: Facts, limits: Limits) -> bool:
    """Whether the function imports what is not in the package."""
    del limits
    return bool(facts.parts.unshipped)


def has_unused(facts: Facts, limits: Limits) -> bool:
    """Whether there are distributions that nothing imports."""
    del limits
    return bool(facts.parts.unused)


def has_part_of_runtime(facts: Facts, limits: Limits) -> bool:
    """Whether the package may have a part of the runtime's SDK and not all of it."""
    del limits
    if facts.function.target.runtime.is_own:
        return False
    parts = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3")
    shipped = sum(f"{name}/__init__.py" in facts.paths for name in parts)
    return 0 < shipped < len(parts)


def is_misshapen(facts: Facts, limits: Limits) -> bool:
    """Whether something is odd about the files."""
    del limits
    shape = facts.parts.shape
    return any(
        (
            *(shape.unreadable, shape.links, shape.collisions, shape.path_files),
            *(shape.archives, shape.bytecode, shape.twice, shape.in_layers),
        )
    )


def has_secrets(facts: Facts, limits: Limits) -> bool:
    """Whether own files hold secrets."""
    del limits
    return bool(facts.parts.secrets)


def has_unread(facts: Facts, limits: Limits) -> bool:
    """Whether there are too many own files to be searched."""
    del limits
    return facts.parts.unread > 0
