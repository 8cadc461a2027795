"""What calls a function, and how much of it is expected."""

from __future__ import annotations

from lpack.values import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """What calls the function; None where nothing is declared."""

    kind: str
    """One of the kinds in `schemas/config.schema.json`: http, rest, url, sqs, s3, schedule, …"""
    expression: str | None = None
    """Of a schedule: `cron(…)`, `rate(…)` or `at(…)`."""
    timezone: str | None = None
    """Of a schedule of EventBridge Scheduler; rules of EventBridge know UTC only."""
    per_second: float | None = None
    """Requests, events or messages that are expected."""
    batch_size: int | None = None
    """Messages of a queue that one invocation is given, at most."""
    duration_ms: float | None = None
    """Mean duration of an invocation, in milliseconds."""
    visibility_timeout: int | None = None
    """Seconds for which a queue hides a message."""
    maximum_concurrency: int | None = None
    """Invocations at a time that a queue may have."""
    shards: int | None = None
    """Of a stream, or partitions of a topic: each has an invocation of its own."""
    parallelization_factor: int | None = None
    """Invocations at a time of each shard."""
