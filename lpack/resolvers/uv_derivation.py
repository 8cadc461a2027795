"""uv's derivation of why there is no solution, read for who asked for what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.resolvers.chains import Chain, Link

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_PROJECT = rf"({_NAME})(\[[^\]]*\])?((?:(?:[<>=!~]=?|===)[^\s,]+(?:,(?=[<>=!~]))?)*)"
_DEPENDS = re.compile(rf"{_PROJECT} depends? on (?!one of){_PROJECT}")
_REQUIRED = re.compile(r"you require (.+?)(?:, so |$)")
_WHOLE_PROJECT = re.compile(_PROJECT)
_CHAINS_SHOWN = 4


class Derivation:
    """The requirements that a derivation names, as steps from the user to each project."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """Read the sentences."""
        self._askers: dict[str, list[tuple[str, Link]]] = {}
        for sentence in (one.partition(", we can conclude")[0] for one in sentences):
            for match in _DEPENDS.finditer(sentence):
                asker, extras, version, needed, *rest = (part or "" for part in match.groups())
                self._note(
                    asker, Link(_with_version(asker + extras, version), needed + "".join(rest))
                )
            for match in _REQUIRED.finditer(sentence):
                for text in re.split(r" and |, ", match[1]):
                    if _WHOLE_PROJECT.fullmatch(text.strip()):
                        self._note("", Link("", text.strip()))

    def chains_to(self, name: str) -> tuple[Chain, ...]:
        """Give a chain for each who asks for a project, as far as they lead back to the user."""
        found = (self._chain(asker, (link,), {name}) for asker, link in self._askers.get(name, ()))
        return tuple(filter(None, found))[:_CHAINS_SHOWN]

    def disputed(self) -> tuple[str, ...]:
        """Name the projects that several ask for, the last named first."""
        return tuple(name for name in reversed(self._askers) if len(self._askers[name]) > 1)

    def _note(self, asker: str, link: Link) -> None:
        needed = _WHOLE_PROJECT.match(link.needs)
        known = self._askers.setdefault(needed[1] if needed else link.needs, [])
        if (asker, link) not in known and asker != (needed and needed[1]):
            known.append((asker, link))

    def _chain(self, asker: str, chain: Chain, met: set[str]) -> Chain:
        if not asker:
            return chain
        for above, link in self._askers.get(asker, ()) if asker not in met else ():
            found = self._chain(above, (link, *chain), {*met, asker})
            if found:
                return found
        return ()


def _with_version(name: str, version: str) -> str:
    """Write `a==1.0` as `a 1.0`, as the other resolver says it; a range is kept."""
    if version.startswith("==") and "," not in version and "*" not in version:
        return f"{name} {version.removeprefix('==')}"
    return name + version
