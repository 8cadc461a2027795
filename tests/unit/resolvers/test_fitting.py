"""Which wheels a target accepts, and in which order."""

from __future__ import annotations

from lpack.model import LockedWheel, Target
from lpack.platforms import runtime_named
from lpack.resolvers.fitting import fitting


def test_the_best_tag_comes_first_and_foreign_wheels_are_dropped() -> None:
    """Newest manylinux before older, native before pure, then by file name."""
    runtime = runtime_named("python3.11")
    assert runtime is not None
    best_last = [
        "a-1-py3-none-any.whl",
        "a-1-cp39-abi3-manylinux_2_17_x86_64.whl",
        "a-1-2-cp311-cp311-manylinux_2_17_x86_64.whl",
        "a-1-1-cp311-cp311-manylinux_2_17_x86_64.whl",
        "a-1-cp311-cp311-manylinux_2_26_x86_64.whl",
    ]
    foreign = [
        "a-1-cp311-cp311-manylinux_2_28_x86_64.whl",
        "a-1-cp311-cp311-manylinux_2_17_aarch64.whl",
        "a-1-cp311-cp311-linux_x86_64.whl",
        "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
        "a-1-cp311-cp311-musllinux_1_1_x86_64.whl",
        "a-1.tar.gz",
    ]
    wheels = [LockedWheel(name, f"file:///{name}", "00", None) for name in best_last + foreign]

    kept = fitting(wheels, Target(runtime, "x86_64"))

    assert [wheel.filename for wheel in kept] == best_last[::-1]


def test_the_first_index_that_has_a_file_gives_it() -> None:
    """A file of one name from two places is locked once."""
    runtime = runtime_named("python3.11")
    assert runtime is not None
    wheels = [
        LockedWheel("a-1-py3-none-any.whl", f"https://{place}/", "00", None)
        for place in ("first", "second")
    ]

    kept = fitting(wheels, Target(runtime, "x86_64"))

    assert kept == (wheels[0],)
