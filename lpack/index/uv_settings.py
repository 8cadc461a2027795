"""uv's index settings from UV_ variables, `uv.toml` and `[tool.uv]`, in uv's own order."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.data import read_toml
from lpack.errors import UsageError
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAMED = re.compile(r"^([A-Za-z0-9._-]+)=(.+)$")


@dataclass(frozen=True, slots=True)
class NamedIndex:
    """An index that variables can give credentials to by its name."""

    name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UvSettings:
    """What uv was told about indexes."""

    index_url: str | None = field(default=None, repr=False)
    extra_index_urls: tuple[str, ...] = field(default=(), repr=False)
    find_links: tuple[str, ...] = field(default=(), repr=False)
    no_index: bool = False
    insecure_hosts: tuple[str, ...] = ()
    named: tuple[NamedIndex, ...] = ()


def read(environ: Mapping[str, str], folder: Path | None) -> UvSettings:
    """Read what uv would, started in `folder`: variables, then the nearest file, user, machine.

    https://docs.astral.sh/uv/concepts/configuration-files/
    """
    files = [_from_table(table, path.parent) for path, table in _tables(environ, folder)]
    layers = [_from_environ(environ), *files]
    return UvSettings(
        next((one.index_url for one in layers if one.index_url), None),
        tuple(url for one in layers for url in one.extra_index_urls),
        tuple(link for one in layers for link in one.find_links),
        any(one.no_index for one in layers),
        tuple(host for one in layers for host in one.insecure_hosts),
        tuple(index for one in layers for index in one.named),
    )


def _from_environ(environ: Mapping[str, str]) -> UvSettings:
    stated = [*environ.get("UV_INDEX", "").split(), *environ.get("UV_EXTRA_INDEX_URL", "").split()]
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    pairs = [_split_name(text) for text in (*stated, *([default] if default else []))]
    return UvSettings(
        pairs[-1][1] if default else None,
        tuple(url for _, url in pairs[: len(stated)]),
        tuple(link for link in environ.get("UV_FIND_LINKS", "").split(",") if link),
        environ.get("UV_NO_INDEX", "").lower() in {"1", "true"},
        tuple(environ.get("UV_INSECURE_HOST", "").split()),
        tuple(NamedIndex(name, url) for name, url in pairs if name),
    )


def _split_name(text: str) -> tuple[str, str]:
    named = _NAMED.match(text)
    return (named[1], named[2]) if named else ("", text)


def _tables(
    environ: Mapping[str, str], folder: Path | None
) -> Iterable[tuple[Path, dict[str, Any]]]:
    if environ.get("UV_NO_CONFIG"):
        return
    if environ.get("UV_CONFIG_FILE"):
        yield from _existing([Path(environ["UV_CONFIG_FILE"])])
        return
    if folder is not None:
        yield from _nearest(folder)
    home = Path(environ.get("HOME") or Path.home())
    user = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    machine = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    yield from _existing([user / "uv/uv.toml"])
    yield from list(
        _existing([*(Path(one) / "uv/uv.toml" for one in machine if one), Path("/etc/uv/uv.toml")])
    )[:1]


def _nearest(folder: Path) -> Iterable[tuple[Path, dict[str, Any]]]:
    for place in (folder, *folder.parents):
        found = list(_existing([place / "uv.toml", place / "pyproject.toml"]))
        if found:
            yield found[0]
            return


def _existing(paths: Iterable[Path]) -> Iterable[tuple[Path, dict[str, Any]]]:
    """Read those of the files that are there and speak of uv."""
    for path in paths:
        if not path.is_file():
            continue
        try:
            document = read_toml(path, path.name)
        except UsageError:
            continue  # uv refuses the file itself, with its line
        if path.name != "pyproject.toml":
            yield path, document
            continue
        tool = document.get("tool")
        table = tool.get("uv") if isinstance(tool, dict) else None
        if isinstance(table, dict):
            yield path, table


def _from_table(table: dict[str, Any], base: Path) -> UvSettings:
    nested = table.get("pip")
    pip: dict[str, Any] = nested if isinstance(nested, dict) else {}
    merged = {**table, **pip}
    indexes = [one for one in _list(merged.get("index")) if isinstance(one, dict)]
    urls = [(str(one.get("name") or ""), one) for one in indexes if isinstance(one.get("url"), str)]
    # An explicit index serves only the packages that name it, and those lpack does not know.
    usable = [(name, one) for name, one in urls if not one.get("explicit")]
    default = [str(one["url"]) for _, one in usable if one.get("default")]
    index_url = merged.get("index-url")
    return UvSettings(
        default[0] if default else index_url if isinstance(index_url, str) else None,
        (
            *(str(one["url"]) for _, one in usable if not one.get("default")),
            *_strings(merged.get("extra-index-url")),
        ),
        tuple(_anchored(link, base) for link in _strings(merged.get("find-links"))),
        merged.get("no-index") is True,
        tuple(_strings(table.get("allow-insecure-host"))),
        tuple(NamedIndex(name, str(one["url"])) for name, one in urls if name),
    )


def _anchored(link: str, base: Path) -> str:
    return link if "://" in link else str(base / link)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [one for one in _list(value) if isinstance(one, str)]
