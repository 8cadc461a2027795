"""What a destination of failures would get is the record that Lambda was recorded to send."""

from __future__ import annotations

from typing import Any

import pytest

from lpack.cli.asked import Asked
from lpack.cli.destination import failure_record
from lpack.cli.given_events import NamedEvent
from lpack.model import Deployment, Invocation, Surroundings

FAILED: tuple[Any, ...] = (True, None, b"", "success", 1.0, 1, None, 20)
"""An error, and what nobody asks for here."""


@pytest.mark.parametrize(
    ("payload", "meant"),
    [
        (b'{"errorType": "E"}', {"errorType": "E"}),
        (
            b"plain text of a runtime of one's own \xff",
            "plain text of a runtime of one's own \ufffd",
        ),
        (b"", ""),
    ],
)
def test_what_is_no_json_is_text(payload: bytes, meant: object) -> None:
    """A runtime may tell of its errors as it likes."""
    last = Invocation("id", payload, *FAILED)
    deployment = Deployment("api", "", "provided.al2023", "x86_64", "/var/task")

    found = failure_record(deployment, Surroundings(), Asked(), NamedEvent("", b"1"), [last])

    assert found["responsePayload"] == meant
    assert found["requestPayload"] == 1
    assert found["requestContext"]["approximateInvokeCount"] == 1
