"""pip sees the target's wheels as lpack's own table of tags does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pip._internal.models.target_python import TargetPython

from lpack.model import ARCHITECTURES, Architecture, Runtime, Target
from lpack.platforms import RUNTIMES, platform_tags, wheel_tags
from lpack.resolvers.filenames import may_fit
from lpack.resolvers.pip_overrides import IncompatibleError, need

AARCH64 = frozenset({"cp310-cp310-manylinux_2_17_aarch64", "py3-none-any"})


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("runtime", RUNTIMES, ids=lambda runtime: str(runtime.name))
def test_pip_and_lpack_have_the_same_tags(runtime: Runtime, architecture: Architecture) -> None:
    """Otherwise pip would choose versions whose wheels lpack refuses."""
    target = Target(runtime, architecture)
    python = "".join(map(str, runtime.python))

    known_to_pip = TargetPython(
        platforms=platform_tags(target),
        py_version_info=runtime.python,
        abis=[f"cp{python}"],
        implementation="cp",
    ).get_sorted_tags()

    assert {str(tag) for tag in known_to_pip} == {str(tag) for tag in wheel_tags(target)}


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("a-1.0-py3-none-any.whl", True),
        ("a-1.0-py2.py3-none-any.whl", True),
        ("a_b-1.0-1build-cp310-cp310-manylinux_2_17_aarch64.manylinux2014_aarch64.whl", True),
        ("A-1.0-Py3-None-Any.WHL", True),
        ("a-1.0-cp310-cp310-manylinux_2_28_aarch64.whl", False),
        ("a-1.0-cp310-cp310-win_amd64.whl", False),
        ("a-1.0.tar.gz", False),
        ("py3-none-any.whl", False),
        ("", False),
    ],
)
def test_files_that_cannot_fit_are_known_by_name(filename: str, *, expected: bool) -> None:
    """Only such names are dropped before pip looks at them closely."""
    assert may_fit(filename, AARCH64) is expected


@pytest.mark.parametrize(("name", "parameter"), [("absent", None), ("present", "other")])
def test_a_missing_private_part_is_reported(name: str, parameter: str | None) -> None:
    """A pip that changed is an error, never a resolution for the wrong machine."""

    def present(asked: str) -> str:
        return asked

    owner = SimpleNamespace(present=present, __name__="Owner")

    with pytest.raises(IncompatibleError, match=f"has no `Owner.{name}` as expected"):
        need(owner, name, parameter)
