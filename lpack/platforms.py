"""What Lambda's runtimes are: their Python, operating system, wheel tags and deadlines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lpack.model import ARCHITECTURES, Runtime, Target
from lpack.values import replace

if TYPE_CHECKING:
    from packaging.tags import Tag

AMAZON_LINUX_2 = "Amazon Linux 2"
AMAZON_LINUX_2023 = "Amazon Linux 2023"

# Dates: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, as of 2026-08-19.
# Patch releases: the oldest that an image of the runtime was recorded with, in
# https://github.com/pantsbuild/pants (backend/awslambda/python/complete_platform_*.json).
RUNTIMES: tuple[Runtime, ...] = (
    Runtime("python3.15", (3, 15), "3.15.0", AMAZON_LINUX_2023, (2, 34), preview=True),
    Runtime(
        "python3.14",
        (3, 14),
        "3.14.0",
        AMAZON_LINUX_2023,
        (2, 34),
        deprecated=date(2029, 6, 30),
        create_blocked=date(2029, 7, 31),
        update_blocked=date(2029, 8, 31),
    ),
    Runtime(
        "python3.13",
        (3, 13),
        "3.13.0",
        AMAZON_LINUX_2023,
        (2, 34),
        deprecated=date(2029, 6, 30),
        create_blocked=date(2029, 7, 31),
        update_blocked=date(2029, 8, 31),
    ),
    Runtime(
        "python3.12",
        (3, 12),
        "3.12.3",
        AMAZON_LINUX_2023,
        (2, 34),
        deprecated=date(2028, 10, 31),
        create_blocked=date(2028, 11, 30),
        update_blocked=date(2029, 1, 10),
    ),
    Runtime(
        "python3.11",
        (3, 11),
        "3.11.9",
        AMAZON_LINUX_2,
        (2, 26),
        deprecated=date(2027, 6, 30),
        create_blocked=date(2027, 7, 31),
        update_blocked=date(2027, 8, 31),
    ),
    Runtime(
        "python3.10",
        (3, 10),
        "3.10.14",
        AMAZON_LINUX_2,
        (2, 26),
        deprecated=date(2026, 10, 31),
        create_blocked=date(2027, 2, 1),
        update_blocked=date(2027, 3, 3),
    ),
    Runtime(
        "python3.9",
        (3, 9),
        "3.9.19",
        AMAZON_LINUX_2,
        (2, 26),
        deprecated=date(2025, 12, 15),
        create_blocked=date(2027, 2, 1),
        update_blocked=date(2027, 3, 3),
    ),
    Runtime(
        "python3.8",
        (3, 8),
        "3.8.19",
        AMAZON_LINUX_2,
        (2, 26),
        deprecated=date(2024, 10, 14),
        create_blocked=date(2027, 2, 1),
        update_blocked=date(2027, 3, 3),
    ),
    Runtime(
        "python3.7",
        (3, 7),
        "3.7.17",
        "Amazon Linux 1",
        (2, 17),
        deprecated=date(2023, 12, 4),
        create_blocked=date(2024, 1, 9),
        update_blocked=date(2027, 3, 3),
    ),
)
DEFAULT_RUNTIME = "python3.13"

# The same table. The Python is the default one's as long as nobody says which the package brings.
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-provided.html
OWN_RUNTIMES: tuple[Runtime, ...] = (
    Runtime(
        "provided.al2023",
        (3, 13),
        "3.13.0",
        AMAZON_LINUX_2023,
        (2, 34),
        deprecated=date(2029, 6, 30),
        create_blocked=date(2029, 7, 31),
        update_blocked=date(2029, 8, 31),
        is_own=True,
        has_python=False,
    ),
    Runtime(
        "provided.al2",
        (3, 13),
        "3.13.0",
        AMAZON_LINUX_2,
        (2, 26),
        deprecated=date(2026, 7, 31),
        create_blocked=date(2027, 2, 1),
        update_blocked=date(2027, 3, 3),
        is_own=True,
        has_python=False,
    ),
)
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
"""Lambda's name of an architecture to the kernel's, which wheels use."""

# manylinux names from before PEP 600, by the glibc minor version that they stand for.
_LEGACY_MANYLINUX = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
# PEP 599 and PEP 600: aarch64 starts with manylinux2014.
_OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}


def runtime_named(name: str) -> Runtime | None:
    """Find a runtime by Lambda's name for it."""
    return next((one for one in (*RUNTIMES, *OWN_RUNTIMES) if one.name == name), None)


def with_python(runtime: Runtime, version: str) -> Runtime | None:
    """Give an own runtime the Python that it brings, such as `3.13`; None for one unknown to us.

    Without a patch release, it is the oldest that Lambda has had of that version.
    """
    minor = ".".join(version.split(".")[:2])
    managed = next((one for one in RUNTIMES if one.name == f"python{minor}"), None)
    if managed is None:
        return None
    full = managed.full_version if version == minor else version
    return replace(runtime, python=managed.python, full_version=full, has_python=True)


def target_named(text: str) -> Target | None:
    """Find the target that `str` writes so, such as `python3.13 arm64`."""
    name, _, rest = text.partition(" ")
    python, _, architecture = rest.rpartition(" ")
    runtime = runtime_named(name)
    if runtime and python:
        runtime = with_python(runtime, python.removeprefix("python")) if runtime.is_own else None
    known = next((one for one in ARCHITECTURES if one == architecture), None)
    return Target(runtime, known) if runtime and known else None


def platform_tags(target: Target) -> list[str]:
    """Give the platform tags that the target accepts, newest manylinux first.

    `linux_*` is left out: such a wheel was built for one machine and says nothing about glibc.
    """
    machine = MACHINES[target.architecture]
    tags = []
    for minor in range(target.runtime.glibc[1], _OLDEST_GLIBC[machine] - 1, -1):
        tags.append(f"manylinux_2_{minor}_{machine}")
        if minor in _LEGACY_MANYLINUX:
            tags.append(f"{_LEGACY_MANYLINUX[minor]}_{machine}")
    return tags


def wheel_tags(target: Target) -> list[Tag]:
    """Give the wheel tags that the target's interpreter accepts, most specific first.

    The order is that of `packaging.tags` on the machine itself (PEP 425).
    """
    from packaging import tags  # noqa: PLC0415 - 50 ms that an unchanged build does not pay

    python = target.runtime.python
    interpreter = f"cp{python[0]}{python[1]}"
    platforms = platform_tags(target)
    return [
        *tags.cpython_tags(python, [interpreter], platforms),
        *tags.compatible_tags(python, interpreter, platforms),
    ]


def marker_environment(target: Target) -> dict[str, str]:
    """Give the values of PEP 508 markers on the target."""
    python = target.runtime.python
    return {
        "implementation_name": "cpython",
        "implementation_version": target.runtime.full_version,
        "os_name": "posix",
        "platform_machine": MACHINES[target.architecture],
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": target.runtime.full_version,
        "python_version": f"{python[0]}.{python[1]}",
        "sys_platform": "linux",
    }
