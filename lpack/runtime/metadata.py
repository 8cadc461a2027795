"""Lambda's metadata endpoint, which tells a function in which zone it runs.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-metadata-endpoint.html; what is answered
otherwise is what AWS's own emulator answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.runtime.exchange import TEXT, Answer, as_text, unknown
from lpack.runtime.identifiers import new_identifier

if TYPE_CHECKING:
    from lpack.runtime.exchange import Reply, Request

VERSION = "/2026-01-15/metadata/"
_PATH = f"{VERSION}execution-environment"
_LASTING = ("Cache-Control", "private, max-age=43200, immutable")


class Metadata:
    """What one environment is told of itself."""

    def __init__(self, region: str) -> None:
        """Say where it is; a token of its own is needed to ask."""
        self.region = region
        self.token = new_identifier()

    def serves(self, path: str) -> bool:
        """Whether a request is one of those."""
        return path.startswith(VERSION)

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer a request."""
        if request.path != _PATH:
            reply(unknown())
        elif request.method != "GET":
            reply(Answer(405, b"Method Not Allowed\n", TEXT))
        elif request.headers.get("authorization") != f"Bearer {self.token}":
            reply(Answer(401, b"Unauthorized\n", TEXT))
        else:
            told = {"AvailabilityZoneID": zone_of(self.region)}
            reply(Answer(200, as_text(told), headers=(_LASTING,)))


def zone_of(region: str) -> str:
    """Give the first zone of a region by its ID, such as `use1-az1` of us-east-1.

    https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
    """
    first, *words = region.split("-")
    return first + "".join(map(_shortened, words)) + "-az1"


def _shortened(word: str) -> str:
    """Give the first letter of a word, or of both words that make a direction."""
    for one in ("north", "south"):
        if word.startswith(one) and word != one:
            return one[0] + word.removeprefix(one)[0]
    return word[0]
