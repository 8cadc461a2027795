"""On a terminal, an error is followed by the user's own lines, the one that failed first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lpack.cli.trace import render_trace
from lpack.reporters import Style

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Style(color=False)
TRACE = [
    '  File "/var/lang/lib/python3.13/json/__init__.py", line 9, in loads\n',
    '  File "/var/task/app.py", line 2, in handler\n    return inner()\n',
    '  File "/var/task/own/deep.py", line 7, in inner\n    return dependency.work()\n',
    '  File "/var/task/dependency/__init__.py", line 3, in work\n    raise ValueError("no")\n',
    '  File "/opt/python/layered.py", line 1, in more\n',
]


def test_what_distributions_bring_is_not_ones_own(tmp_path: Path) -> None:
    """Their records say what they have brought; the rest of the package is one's own."""
    info = tmp_path / "dependency-1.dist-info"
    info.mkdir()
    (info / "RECORD").write_text('dependency/__init__.py,,\n"odd,name.py",,\n')
    body = json.dumps({"errorType": "ValueError", "errorMessage": "no\x1b", "stackTrace": TRACE})

    told = render_trace(body.encode(), PLAIN, str(tmp_path))

    assert told == (
        "\nerror: ValueError: no\\x1b\n"
        "  own/deep.py:7 in inner\n    return dependency.work()\n"
        "  app.py:2 in handler\n    return inner()\n"
        "  and 3 frames of others; all are above\n"
    )


@pytest.mark.parametrize(
    "body", [b"", b"1", b"[]", b"{}", b'{"errorType": "E"}', b"\xff", b"[" * 9]
)
def test_what_is_no_error_is_shown_as_nothing(body: bytes) -> None:
    """Runtimes of one's own may answer with anything."""
    assert render_trace(body, PLAIN) == ""
