"""An eye on pip's requests, for what pip passes over in silence."""

# ruff: noqa: PLC0415 - pip can be imported only when the child was told where it is

from __future__ import annotations

import functools
import re
from typing import Any

_OBJECT = re.compile(r"<\S+ object at 0x[0-9a-f]+>:?")
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_SERVER_ERROR = 500


class Observer:
    """Notes what pip passes over in silence: indexes that fail, and sizes."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.unreachable: tuple[str, str] | None = None
        self.refused: tuple[str, int] | None = None

    def watch(self, session: Any) -> None:
        """Follow every request of a session."""
        from pip._internal.exceptions import PipError
        from pip._vendor.requests.exceptions import RequestException

        request = session.request

        @functools.wraps(request)
        def watched(method: str, url: str, *arguments: Any, **options: Any) -> Any:
            try:
                response = request(method, url, *arguments, **options)
            except (PipError, RequestException) as error:
                self.unreachable = self.unreachable or (url, _one_line(error))
                raise
            if response.status_code in (_UNAUTHORIZED, _FORBIDDEN):
                self.refused = self.refused or (url, response.status_code)
            elif response.status_code >= _SERVER_ERROR:
                self.unreachable = self.unreachable or (url, f"status {response.status_code}")
            return response

        session.request = watched

    def failure(self, *, solved: bool) -> dict[str, Any] | None:
        """Tell of an index that failed.

        pip goes on without it, and might then take a stranger's package of the same name. Only 403
        may be no more than an index's way to say that it does not have the project (S3).
        """
        if self.unreachable:
            url, reason = self.unreachable
            return {"kind": "unreachable", "url": url, "reason": reason}
        if self.refused and (self.refused[1] == _UNAUTHORIZED or not solved):
            url, status = self.refused
            return {"kind": "refused", "url": url, "status": status, "reason": str(status)}
        return None


def _one_line(error: Exception) -> str:
    """Give the innermost reason: pip's own errors are laid out over several lines."""
    reason: Any = getattr(error, "context", None) or error
    while isinstance(reason, Exception):
        inner = getattr(reason, "reason", None) or (reason.args[0] if reason.args else None)
        if inner is None or inner is reason:
            break
        reason = inner
    words = " ".join(_OBJECT.sub("", str(reason)).split())
    # urllib3 puts the pool that failed before the colon.
    return words.rpartition("): ")[2][:200] or type(error).__name__
