"""The peers' versions: one row for each environment that is made for them."""

from __future__ import annotations

from dataclasses import dataclass

PEX_PIP = "26.2"
"""The newest pip that this pex knows and the index has."""


@dataclass(frozen=True)
class Tool:
    """What is installed together, and how it tells its version."""

    packages: tuple[str, ...]
    python: str = ""
    """The Python that it builds for and therefore needs; nothing if any will do."""


TOOLS = {
    "pip": Tool(("pip==26.3",)),
    "uv": Tool(("uv==0.13.9",)),
    "sam": Tool(("aws-sam-cli==1.170.0", "pip==26.3"), python="3.13"),
    "pex": Tool(("pex==2.105.2",), python="3.13"),
    "chalice": Tool(("chalice==1.34.0", "pip==26.2"), python="3.13"),
}
