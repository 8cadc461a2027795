"""Whatever happens to a zip on its way, it is judged: nothing raises, and nothing is hidden."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from lpack.packages import read_package, with_layers
from lpack.pipeline import check_package
from tests.function_builder import TODAY, elf, function_of
from tests.unit.packages.test_reading import INSTALLED

if TYPE_CHECKING:
    import pytest


def _whole() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**INSTALLED, "libz.so": elf(), "python/x.py": "import y\n"}.items():
            archive.writestr(name, text)
    return content.getvalue()


WHOLE = _whole()
SIGNATURES = (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"\xff" * 4, b"\0" * 4)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(WHOLE) - 1),
        st.integers(0, 8),
        st.one_of(st.sampled_from(SIGNATURES), st.binary(max_size=4)),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150)
@given(CHANGES)
def test_a_changed_zip_is_judged(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, bytes]]
) -> None:
    """Bytes are replaced, removed and inserted; every verdict comes in words."""
    content = bytearray(WHOLE)
    for place, removed, added in changes:
        content[place : place + removed] = added
    path = tmp_path_factory.mktemp("given") / "some.zip"
    path.write_bytes(content)

    bundle = read_package(path, "some.zip")
    both = with_layers(bundle, [("layer.zip", bundle)])

    for one in (bundle, both):
        outcome = check_package(function_of(), one, path.parent, today=TODAY)
        assert all(found.message.isprintable() for found in outcome.diagnostics)
