"""No bit of a package or of its manifest can change without `lpack verify` finding it."""

from __future__ import annotations

import contextlib
import io
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from lpack.cli.main import main
from lpack.comparing.verifying import verify_package
from tests.artifact import Built, build

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"ünïcode.txt": "x" * 99, "folder/data.json": '{"a": 1}\n', "empty.py": ""}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("project"), FILES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("copies")


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def verified(built: Built, folder: Path) -> tuple[int, str]:
    """Run the command, and give its exit status and what it said."""
    path = built.write(folder)
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        status = main(["verify", str(path)])
    return status, out.getvalue()


def test_a_package_is_what_its_manifest_says(built: Built, folder: Path) -> None:
    """What lpack has written is found whole."""
    status, said = verified(built, folder)

    assert (status, "no seal" in said) == (0, False), said


@given(st.data())
@given_settings(max_examples=150)
def test_every_flipped_bit_of_a_zip_is_found(
    built: Built, folder: Path, data: st.DataObject
) -> None:
    """Whichever bit of a zip changes, the command says so and ends with 1."""
    bit = data.draw(st.integers(0, len(built.zip) * 8 - 1))

    status, said = verified(Built(flipped(built.zip, bit), built.manifest), folder)

    assert (status, "error[LP402]" in said) == (1, True), said


@given(st.data())
@given_settings(max_examples=150)
def test_every_flipped_bit_of_a_manifest_is_found(
    built: Built, folder: Path, data: st.DataObject
) -> None:
    """Whichever bit of a manifest changes, the command says so and fails."""
    bit = data.draw(st.integers(0, len(built.manifest) * 8 - 1))

    status, said = verified(Built(built.zip, flipped(built.manifest, bit)), folder)

    # 2 for what now seems to be the manifest of a newer lpack.
    assert status in (1, 2), said
    assert "error[LP40" in said


@pytest.mark.slow
def test_no_byte_of_a_zip_can_change(built: Built) -> None:
    """One bit of each byte, from the first to the last, is found, and what it changes is told."""
    chance = random.Random(4)
    silent, unexplained = [], []
    for place in range(len(built.zip)):
        changed = flipped(built.zip, place * 8 + chance.randrange(8))
        found = verify_package(changed, built.manifest, "manifest", "api.zip").findings
        if not any(one.message.startswith("the zip has the sha256") for one in found):
            silent.append(place)
        if len(found) == 1:
            unexplained.append(place)

    assert (silent, unexplained) == ([], [])


@given(st.data())
@given_settings(max_examples=60)
def test_several_changes_end_in_one_clear_answer(
    built: Built, folder: Path, data: st.DataObject
) -> None:
    """Bytes cut out, doubled or made up are found too, and never take lpack down."""
    place = data.draw(st.integers(0, len(built.zip)))
    length = data.draw(st.integers(0, 40))
    filling = data.draw(st.binary(max_size=40))
    changed = built.zip[:place] + filling + built.zip[place + length :]

    status, said = verified(Built(changed, built.manifest), folder)

    assert status == (0 if changed == built.zip else 1), said


@given(st.binary(max_size=300) | st.builds(lambda text: text.encode(), st.text(max_size=99)))
@given_settings(max_examples=60)
def test_any_bytes_as_a_manifest_end_in_one_clear_answer(
    built: Built, folder: Path, content: bytes
) -> None:
    """A file that is no manifest is told, whatever it holds."""
    status, said = verified(Built(built.zip, content), folder)

    assert (status, "error[LP402]: the manifest cannot be read" in said) == (1, True), said
