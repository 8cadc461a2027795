"""One requirement as people write it, for pip or in PEP 508, in its one form.

https://pip.pypa.io/en/stable/reference/requirement-specifiers/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.lazily import pattern
from lpack.requirements.direct import (
    ARCHIVE_ENDINGS,
    Asked,
    Spot,
    from_address,
    from_path,
    from_repository,
    path_of,
    shown,
)

if TYPE_CHECKING:
    from lpack.model import Where

_NAMED = pattern(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*@\s*"
    r"(?P<url>[^\s;](?:[^\s]*[^\s;])?)\s*(?:;\s*(?P<marker>.*))?"
)
_EXTRAS = pattern(r"(?P<path>.+?)(?:\[(?P<extras>[^\]]*)\])?")
_SCHEME = pattern(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_GIT = ("git+http", "git+https", "git+ssh", "git+git", "git+file", "git")
_OTHER_REPOSITORIES = pattern(r"(?:hg|svn|bzr)(?:\+|:)", re.IGNORECASE)
_GIT_LOGIN = pattern(r"git\+[\w.+-]+@[\w.-]+:")
# https://hatch.pypa.io/latest/config/context/#paths and PDM's way to say the same.
_ROOT_URI = pattern(r"\{root((?::parent)*):uri\}")
_ROOT_PATH = pattern(r"(?:file:///?)?\$\{PROJECT_ROOT\}")


def as_requirement(text: str, spot: Spot, *, editable: bool = False) -> str:
    """Write a line of a requirements file, its options taken off, in the one form.

    Raises BuildError LP101 to LP104, or what makes a folder no project.
    """
    named = _NAMED.fullmatch(text)
    if named:
        asked = Asked(named["name"], _listed(named["extras"]), (named["marker"] or "").strip())
        return from_url(asked, named["url"], spot)
    if _scheme(text) or _GIT_LOGIN.match(text):
        url, _, marker = _split_marker(text)
        bare, extras = _split_extras(url)
        return from_url(Asked("", extras, marker), bare, spot)
    path, _, marker = (part.strip() for part in text.partition(";"))
    bare, extras = _split_extras(path)
    if editable or _looks_like_path(bare):
        return from_path(Asked("", extras, marker), bare, spot)
    return text


def as_named(text: str, spot: Spot) -> str:
    """Write a requirement of PEP 508 in the one form; raises as `as_requirement` does."""
    return as_requirement(text, spot) if _NAMED.fullmatch(text) else text


def from_url(asked: Asked, url: str, spot: Spot) -> str:
    """Write the requirement of what a URL, or a path in its place, leads to."""
    url = _in_project(url, spot)
    scheme = _scheme(url)
    if _OTHER_REPOSITORIES.match(url):
        raise BuildError(
            "LP104",
            f"only git repositories are supported: `{shown(url)}`",
            where=spot.where,
            hint="publish it to an index, or put its files below `source`",
        )
    if scheme in _GIT:
        return from_repository(asked, url, spot)
    if _GIT_LOGIN.match(url):
        return from_repository(asked, url, spot)
    if scheme in ("http", "https"):
        return from_address(asked, url, spot.where)
    if scheme == "file":
        return _from_file(asked, url, spot)
    if scheme:
        raise _unknown_scheme(url, scheme, spot.where)
    return from_path(asked, url, spot)


def _from_file(asked: Asked, url: str, spot: Spot) -> str:
    egg = re.search(r"#(?:.*&)?egg=([A-Za-z0-9][\w.-]*)", url)
    if egg and not asked.name:
        asked = Asked(egg[1], asked.extras, asked.marker)
    return from_path(asked, path_of(url, spot.where), spot)


def _in_project(url: str, spot: Spot) -> str:
    """Put the place of the declaring file where Hatch and PDM leave it open."""
    folder = spot.folders[0]
    hatch = _ROOT_URI.match(url)
    if hatch:
        base = folder
        for _ in range(hatch[1].count(":parent")):
            base = base.parent
        return base.as_uri() + url[hatch.end() :]
    return _ROOT_PATH.sub(lambda _: folder.as_uri(), url, count=1)


def _split_marker(text: str) -> tuple[str, str, str]:
    """Split at a semicolon with a space, since one without may be part of a URL."""
    found = re.search(r"\s*;\s+|\s+;\s*", text)
    if not found:
        return text, "", ""
    return text[: found.start()].strip(), ";", text[found.end() :].strip()


def _split_extras(text: str) -> tuple[str, tuple[str, ...]]:
    found = _EXTRAS.fullmatch(text)
    return (found["path"], _listed(found["extras"])) if found else (text, ())


def _listed(extras: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in (extras or "").split(",") if one.strip())


def _scheme(text: str) -> str:
    """Give the scheme of a URL; what has none may be a path or a name."""
    found = _SCHEME.match(text)
    known = found and ("://" in text or found[1].lower() in ("file", *_GIT))
    return found[1].lower() if found and known and text.startswith(found[0]) else ""


def _looks_like_path(text: str) -> bool:
    return "/" in text or text.startswith((".", "~")) or text.lower().endswith(ARCHIVE_ENDINGS)


def _unknown_scheme(url: str, scheme: str, where: Where) -> BuildError:
    return BuildError(
        "LP104",
        f"`{shown(url)}` begins with `{shown(scheme)}`, from which nothing is fetched",
        where=where,
        hint="use an address that begins with `https://`",
    )
