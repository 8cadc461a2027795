"""What is said with a status of HTTP, in the words of Go, in which Lambda's server is written.

https://github.com/golang/go/blob/master/src/net/http/server.go
"""

from __future__ import annotations

from lpack.runtime.exchange import TEXT, Answer

PHRASES = {
    100: "Continue",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
    505: "HTTP Version Not Supported",
}
_VERSION, _ENCODING = 505, 501
# What is said of some requests, by the beginnings of what h11 says of them.
_MORE = {
    "Missing mandatory Host": "missing required Host header",
    "illegal header line": "invalid header name",
}


def refusal(status: int, problem: str = "") -> tuple[str, Answer]:
    """Answer what cannot be read; give the phrase that goes with the status, and the answer."""
    phrase = PHRASES[status]
    if status == _ENCODING:
        return phrase, Answer(status, b"Unsupported transfer encoding", TEXT)
    more = next((_MORE[one] for one in _MORE if problem.startswith(one)), "")
    if status == _VERSION:
        more = "unsupported protocol version"
    if more:
        phrase = f"{phrase}: {more}"
    return phrase, Answer(status, f"{status} {phrase}".encode(), TEXT)
