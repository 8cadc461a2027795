"""Logs are kept as events: one for each line that is printed, and one for each message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack.runtime.frames import Record
from lpack.runtime.logs import LogFolder

if TYPE_CHECKING:
    from pathlib import Path


def test_a_message_is_one_event(tmp_path: Path) -> None:
    """It ends what was printed before it; what has no end is written when the log is closed."""
    logs = LogFolder(str(tmp_path), "/aws/lambda/api", "stream")
    for piece in (b"one\ntw", b"o\nhalf", Record(b"a trace\n  of two\n"), b"rest"):
        logs.write("id", piece)
    logs.close()

    lines = (tmp_path / ".lpack/logs/aws/lambda/api/stream.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    messages = ["one", "two", "half", "a trace\n  of two", "rest"]
    assert [one["message"] for one in events] == messages
    assert [one["requestId"] for one in events] == ["id"] * 4 + [""]
