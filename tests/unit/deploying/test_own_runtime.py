"""Whether this machine can start the runtime that a function brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.deploying import refuse_foreign
from lpack.deploying.python import without_python
from lpack.errors import BuildError
from tests.elf_builder import linked
from tests.function_builder import function_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _on_x86(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def test_a_program_for_another_machine_is_refused(tmp_path: Path) -> None:
    """It may be in the package or in a layer."""
    (tmp_path / "bootstrap").write_bytes(linked(machine=183))
    function = function_of(runtime="provided.al2023", architecture="arm64")

    with pytest.raises(BuildError) as caught:
        refuse_foreign(function, without_python(function), "", str(tmp_path))

    assert caught.value.code == "LP409"
    assert "this machine is x86_64, and the function is for arm64" in str(caught.value)


def test_a_script_runs_on_any_machine_and_is_noted(tmp_path: Path) -> None:
    """What it starts may well be there for both."""
    (tmp_path / "bootstrap").write_bytes(b"#!/bin/sh\n")
    function = function_of(runtime="provided.al2023", architecture="arm64")
    choice = without_python(function)

    refuse_foreign(function, choice, str(tmp_path))

    assert choice.notes == ("this machine is x86_64, and the function is for arm64",)


def test_a_program_for_this_machine_is_not_looked_into(tmp_path: Path) -> None:
    """If it is for another one all the same, it fails here as on Lambda."""
    (tmp_path / "bootstrap").write_bytes(linked(machine=183))
    function = function_of(runtime="provided.al2023")

    refuse_foreign(function, without_python(function), str(tmp_path))
