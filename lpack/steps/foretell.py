"""Tell how much of a function will run at a time, and when its schedules come next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts import read_limits

if TYPE_CHECKING:
    from datetime import datetime

    from lpack.facts.proofs import Proof
    from lpack.model import Function, Trigger


def load_told(function: Function) -> str:
    """Give the invocations at a time that the declared load needs; empty where none is declared."""
    if not any(one.per_second or one.shards for one in function.triggers):
        return ""
    from lpack.facts.load import account_limit, needs_of  # noqa: PLC0415 - few declare a load

    limits = read_limits(function.limits)
    needs = needs_of(function, limits)
    terms = ", ".join(f"{one.kind} {one.formula} = {one.executions:,}" for one in needs)
    reserved, account = function.reserved_concurrency, account_limit(function, limits)
    free = account - function.reserved_elsewhere
    allowed = f"{free:,} of the account" if reserved is None else f"{reserved:,} reserved"
    return f"{sum(one.executions for one in needs):,} at a time of {allowed}: {terms}"


def proof_told(proof: Proof) -> str:
    """Give how an import ended, how long it took, and in what."""
    how = f"failed with {proof.error}" if proof.error else f"works, {proof.seconds:.2f} s"
    network = {True: ", without network", False: ", with this machine's network", None: ""}
    return f"{how} (CPython {proof.python}{network[proof.is_cut_off]})"


def schedules_told(function: Function, now: datetime) -> tuple[tuple[str, str], ...]:
    """Give each schedule with its next times, or with why there are none."""
    return tuple(
        (trigger.expression, _times(trigger, trigger.expression, now))
        for trigger in function.triggers
        if trigger.expression is not None
    )


def _times(trigger: Trigger, expression: str, now: datetime) -> str:
    from lpack.schedules import (  # noqa: PLC0415 - few functions have a schedule
        Malformed,
        Rate,
        next_times,
        parse_schedule,
        zone_named,
    )

    name = trigger.timezone or "UTC"
    try:
        schedule, zone = parse_schedule(expression), zone_named(name)
    except Malformed:
        return "not one that EventBridge takes"
    except LookupError:
        return "this machine does not know the time zone"
    if zone is None:
        return "no such time zone"
    found = next_times(schedule, now.replace(microsecond=0), zone)
    if not found:
        return "has no time to come"
    times = ", ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in found)
    created = ", if it is created now" if isinstance(schedule, Rate) else ""
    return f"next {times} {name}{created}"
