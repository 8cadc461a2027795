"""Requirements that name a folder, a file, an address or a repository: their one written form.

That is `name[extras] @ URL ; marker`, with an absolute URL, for every way in which they are
declared; what follows then need not know how any tool writes them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lpack.config.reading import is_file, is_folder, resolved
from lpack.errors import BuildError, without_credentials
from lpack.lazily import pattern
from lpack.printed import path_in_project, safe
from lpack.requirements.document import name_of, normalised, read_document
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lpack.model import Where

SDIST_ENDINGS = (".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
ARCHIVE_ENDINGS = (".whl", *SDIST_ENDINGS)
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
# git@github.com:owner/name.git, as git itself reads it.
_SCP = pattern(r"(?P<login>[\w.+-]+@[\w.-]+):(?P<path>(?!//).+)")
# A colon where a slash belongs; a port is digits only.
_SSH_COLON = pattern(r"(ssh://(?:[^/@]+@)?[^/:]+):(?!\d+/)")
_REVISION = pattern(r"(?!-)[^\s#;@\x00-\x1f]+")
_SHOWN_LETTERS = 300
_UNSAFE = pattern(r"[\s\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said of a requirement besides the place that it comes from."""

    name: str = ""
    """Empty where it has to be read from the place itself."""
    extras: tuple[str, ...] = ()
    marker: str = ""

    def at(self, url: str) -> str:
        """Write the requirement as one of that URL."""
        return f"{with_extras(self.name, self.extras)} @ {url}" + with_marker(self.marker)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a requirement is declared, and so what a relative path in it starts from."""

    where: Where
    root: Path
    """The project's folder."""
    folders: tuple[Path, ...]
    """Where relative paths may start."""


def shown(text: str) -> str:
    """Write a line, path or address for a message: printable, short, without credentials."""
    return without_credentials(safe(text))[:_SHOWN_LETTERS]


def with_extras(name: str, extras: Iterable[str]) -> str:
    """Write a name with its extras."""
    listed = ",".join(extras)
    return f"{name}[{listed}]" if listed else name


def with_marker(marker: str) -> str:
    """Write what follows a requirement that holds on some targets only."""
    return f" ; {marker}" if marker else ""


def both(*markers: str) -> str:
    """Join markers that must all hold."""
    given = [marker for marker in markers if marker]
    return given[0] if len(given) == 1 else " and ".join(f"({marker})" for marker in given)


def from_path(asked: Asked, text: str, spot: Spot) -> str:
    """Write a folder, wheel or source distribution of this machine.

    Raises BuildError LP102 (it does not exist), LP103 (which is meant is unclear), LP104, or
    what makes the folder no project.
    """
    path = _found(text, spot)
    if is_folder(path):
        return _named_by_folder(asked, path, text, spot).at(path.as_uri())
    if not path.name.lower().endswith(ARCHIVE_ENDINGS):
        raise _unsupported(f"`{shown(text)}` is no folder, wheel or source distribution", spot)
    return _named_by_file(asked, path.name, text, spot.where).at(path.as_uri())


def from_address(asked: Asked, url: str, where: Where, subdirectory: str = "") -> str:
    """Write a wheel or source distribution on another machine; raises BuildError LP101, LP104."""
    _refuse_unsafe(url, where)
    bare, _, fragment = url.partition("#")
    egg, others = _split_fragment(fragment)
    asked = asked if asked.name else _with_egg(asked, egg)
    if subdirectory and not any(one.startswith("subdirectory=") for one in others):
        others = (*others, f"subdirectory={_safe_subdirectory(subdirectory, where)}")
    filename = unquote(urlsplit(bare).path.rsplit("/", 1)[-1])
    named = _named_by_file(asked, filename, url, where)
    return named.at(bare + (f"#{'&'.join(others)}" if others else ""))


def from_repository(
    asked: Asked, url: str, spot: Spot, *, revision: str = "", subdirectory: str = ""
) -> str:
    """Write a git repository, its address as git or as pip takes it; raises BuildError LP101/4."""
    bare, _, fragment = url.strip().partition("#")
    egg, others = _split_fragment(fragment)
    asked = asked if asked.name else _with_egg(asked, egg)
    address = _git_address(bare.removeprefix("git+"), spot)
    _refuse_unsafe(address, spot.where)
    if not asked.name:
        raise BuildError(
            "LP104",
            f"`{shown(url)}` does not say the name of its distribution",
            where=spot.where,
            hint=f"write `NAME @ git+{shown(bare.removeprefix('git+'))}`",
        )
    if revision:
        if not _REVISION.fullmatch(revision):
            raise BuildError(
                "LP101", f"`{shown(revision)}` is no revision of a repository", where=spot.where
            )
        address = f"{address}@{revision}"
    if subdirectory:
        others = (f"subdirectory={_safe_subdirectory(subdirectory, spot.where)}",)
    kept = [one for one in others if one.startswith("subdirectory=")]
    return asked.at(f"git+{address}" + (f"#{kept[0]}" if kept else ""))


def path_of(url: str, where: Where) -> str:
    """Give the path of a `file:` URL, which may be relative as in pip; raises BuildError LP104."""
    parts = urlsplit(url.partition("#")[0])
    if parts.netloc not in ("", "localhost", ".", ".."):
        raise BuildError("LP104", f"`{shown(url)}` is a file of another machine", where=where)
    relative = parts.netloc if parts.netloc.startswith(".") else ""
    return relative + unquote(parts.path)


def filename_name(filename: str) -> str:
    """Give the distribution that the name of a wheel or source distribution says, if it does."""
    lower = filename.lower()
    if lower.endswith(".whl"):
        return filename.split("-", 1)[0] if filename.count("-") >= 4 else ""  # noqa: PLR2004 - PEP 427
    ending = next((one for one in SDIST_ENDINGS if lower.endswith(one)), "")
    named = re.fullmatch(
        r"([A-Za-z0-9][\w.-]*?)-\d[^-]*", filename[: -len(ending)] if ending else ""
    )
    return named[1] if named else ""


def _found(text: str, spot: Spot) -> Path:
    paths = [folder / os.path.expanduser(text) for folder in spot.folders]  # noqa: PTH111 - a text
    there = dict.fromkeys(filter(None, (_installable(path) for path in paths)))
    if len(there) > 1:
        places = " or ".join(f"`{shown(path_in_project(path, spot.root))}`" for path in there)
        raise BuildError(
            "LP103",
            f"`{shown(text)}` may be {places}",
            where=spot.where,
            hint="pip starts where it is called; write the path so that only one is there",
        )
    found = next(iter(there), None) or next((path for path in paths if is_folder(path)), None)
    if found is None:
        raise BuildError(
            "LP102",
            f"`{shown(text)}` does not exist",
            where=spot.where,
            hint="correct the path, or create what is missing",
        )
    return resolved(found) or found


def _installable(path: Path) -> Path | None:
    project = is_folder(path) and any(is_file(path / name) for name in _PROJECT_FILES)
    return resolved(path) if project or is_file(path) else None


def _named_by_folder(asked: Asked, folder: Path, text: str, spot: Spot) -> Asked:
    if asked.name:
        return asked
    if folder == spot.root and not any(is_file(folder / name) for name in _PROJECT_FILES):
        raise BuildError(
            "LP104",
            f"`{shown(text)}` is no project that could be installed",
            where=spot.where,
            hint="remove the line: the project's own files are packed from `source`",
        )
    name = _stated_name(folder, spot.root) or _name_of_project(folder, text, spot)
    return Asked(name, asked.extras, asked.marker)


def _name_of_project(folder: Path, text: str, spot: Spot) -> str:
    from lpack.projects.reading import read_project  # noqa: PLC0415 - few requirements are folders

    try:
        return read_project(folder, spot.root).name
    except BuildError as error:
        if error.code != "LP117":
            raise
        raise BuildError(
            "LP104",
            f"the project in `{shown(text)}` does not state its name",
            where=spot.where,
            hint=f"write `NAME @ file:{shown(text)}`",
        ) from error


def _stated_name(folder: Path, root: Path) -> str:
    """Look the name up alone, since a version may be known to a build backend only."""
    if not is_file(folder / "pyproject.toml"):
        return ""
    document = read_document(folder / "pyproject.toml", root)
    name = document.table("project").get("name")
    name = name or document.table("tool", "poetry").get("name")
    return name if isinstance(name, str) and name_of(name) == normalised(name) else ""


def _named_by_file(asked: Asked, filename: str, text: str, where: Where) -> Asked:
    name = asked.name or filename_name(filename)
    if not name:
        raise BuildError(
            "LP104",
            f"`{shown(text)}` does not say the name of its distribution",
            where=where,
            hint=f"write `NAME @ {shown(text)}`",
        )
    return Asked(name, asked.extras, asked.marker)


def _with_egg(asked: Asked, egg: str) -> Asked:
    """Take name and extras of `#egg=name[extra]`."""
    found = re.fullmatch(r"([A-Za-z0-9][\w.-]*)(?:\[([\w.,\s-]*)\])?(?:[=<>!~].*)?", egg)
    if not found:
        return asked
    extras = tuple(one.strip() for one in (found[2] or "").split(",") if one.strip())
    return Asked(found[1], asked.extras or extras, asked.marker)


def _split_fragment(fragment: str) -> tuple[str, tuple[str, ...]]:
    parts = [part for part in fragment.split("&") if part]
    egg = next((part[4:] for part in parts if part.startswith("egg=")), "")
    return unquote(egg), tuple(part for part in parts if not part.startswith("egg="))


def _git_address(url: str, spot: Spot) -> str:
    scp = _SCP.fullmatch(url) if "://" not in url else None
    if scp:
        return f"ssh://{scp['login']}/{scp['path']}"
    if "://" not in url:
        return _found_repository(url, spot)
    return _SSH_COLON.sub(r"\1/", url)


def _found_repository(text: str, spot: Spot) -> str:
    bare, at, revision = text.rpartition("@")
    for path, rest in ((text, ""), (bare, f"@{revision}")) if at else ((text, ""),):
        for folder in spot.folders:
            found = resolved(folder / path)
            if found and is_folder(found):
                return found.as_uri() + rest
    raise BuildError(
        "LP102",
        f"`{shown(text)}` is no address, and no folder either",
        where=spot.where,
        hint="write it as `https://host/name.git` or `ssh://git@host/name.git`",
    )


def _safe_subdirectory(text: str, where: Where) -> str:
    parts = text.strip("/").split("/")
    if ".." in parts or re.search(r"[\s#&;\x00-\x1f]", text):
        raise BuildError("LP101", f"`{shown(text)}` is no subdirectory", where=where)
    return "/".join(part for part in parts if part not in ("", "."))


def _refuse_unsafe(url: str, where: Where) -> None:
    if _UNSAFE.search(url) or not unquote(url).isprintable():
        raise BuildError("LP101", f"`{shown(url)}` is no address", where=where)
    try:
        urlsplit(url)
    except ValueError as error:
        raise BuildError("LP101", f"`{shown(url)}` is no address", where=where) from error


def _unsupported(message: str, spot: Spot) -> BuildError:
    return BuildError("LP104", message, where=spot.where, hint="require the folder that it is in")
