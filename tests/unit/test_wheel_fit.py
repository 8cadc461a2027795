"""The quick judgement of wheel names is packaging's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.utils import parse_wheel_filename

from lpack.facts.wheel_fit import wheel_fit
from lpack.model import Target
from lpack.platforms import RUNTIMES, wheel_tags

if TYPE_CHECKING:
    from packaging.tags import Tag

TARGETS = [
    Target(runtime, architecture) for runtime in RUNTIMES for architecture in ("x86_64", "arm64")
]
NAMES = [
    f"a-1-{interpreter}-{abi}-{platform}.whl"
    for interpreter in ("cp313", "cp39", "cp32", "cp31", "py3", "py2.py3", "py2", "py39", "py313")
    for abi in ("cp313", "abi3", "none", "cp39", "cp313t")
    for platform in (
        "any",
        "manylinux2014_x86_64",
        "manylinux1_x86_64",
        "manylinux_2_28_aarch64.manylinux_2_17_aarch64",
        "manylinux_2_34_x86_64",
        "manylinux_2_35_x86_64",
        "musllinux_1_2_x86_64",
        "macosx_11_0_arm64",
        "win_amd64",
    )
]


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_the_judgement_is_that_of_packaging(target: Target) -> None:
    """Every combination of tags is accepted exactly where packaging accepts it."""
    accepted: set[Tag] = set(wheel_tags(target))

    for name in NAMES:
        meant = bool(parse_wheel_filename(name)[3] & accepted)
        assert (wheel_fit(name, target) in ("fits", "any")) == meant, name


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("a-1-py3-none-any.whl", "any"),
        ("a-1-1build-py2.py3-none-any.whl", "any"),
        ("a-1-cp313-cp313-linux_x86_64.whl", "built-here"),
        ("a-1-cp313-cp313-linux_aarch64.whl", "misfit"),
        ("a-1-CP313-cp313-manylinux2014_x86_64.whl", "fits"),
        ("nonsense", "unknown"),
        ("a-1.whl", "misfit"),
    ],
)
def test_names_of_every_kind(name: str, fit: str) -> None:
    """A wheel that was built on some machine is told apart from one for another."""
    target = next(one for one in TARGETS if str(one) == "python3.13 x86_64")

    assert wheel_fit(name, target) == fit
