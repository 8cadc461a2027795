"""What the sections of a setup.cfg state about a distribution."""

from __future__ import annotations

import re
from configparser import Error, RawConfigParser
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.printed import safe
from lpack.projects.setup_py import DYNAMIC, FindPackages, find_packages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lpack.projects.sources import Sources

    Section = Mapping[str, str]

_ALIASES = {"summary": "description", "home_page": "url", "classifier": "classifiers"}
_TEXTS = frozenset({"name", "author", "author_email", "maintainer", "maintainer_email", "license"})
_COMMANDS = frozenset({"build", "build_py", "global", "install", "install_lib", "files"})
_SECTIONS = ("extras_require", "entry_points", "package_data", "exclude_package_data")


class _Parser(RawConfigParser):
    """Keeps the case of keys: they are names of packages and of commands."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def read_setup_cfg(sources: Sources) -> tuple[dict[str, object], dict[str, int]]:
    """Read the values by the keywords that `setup(...)` has for them, and their lines.

    A `file:` or `attr:` directive stays as it is, a text. Raises UsageError LP004 (cannot be
    read) or BuildError LP120 (malformed).
    """
    text = sources.text("setup.cfg")
    parser = _Parser()
    try:
        parser.read_string(text)
    except Error as error:
        reason = str(error).partition("\n")[0]
        raise BuildError(
            "LP120",
            f"`{sources.shown('setup.cfg')}` is malformed: {safe(reason)[:200]}",
            where=sources.where("setup.cfg"),
        ) from error
    sections = {name: dict(parser[name]) for name in parser.sections()}
    for name in sections.keys() & {"metadata", "options"}:
        sections[name] = {key.replace("-", "_"): one for key, one in sections[name].items()}
    values = _metadata(sections.get("metadata", {})) | _options(sections) | _commands(sections)
    return values, {key: line for key in values if (line := _line(text, key))}


def _metadata(section: Section) -> dict[str, object]:
    named = {_ALIASES.get(key, key): value.strip() for key, value in section.items()}
    values: dict[str, object] = {key: named[key] for key in named.keys() & _TEXTS}
    values |= {key: named[key] for key in ("version", "description", "url") if key in named}
    for key in ("keywords", "classifiers", "license_files"):
        if key in named:
            values[key] = items(named[key])
    if "license_file" in named:
        values["license_files"] = [named["license_file"]]
    if "project_urls" in named:
        values["project_urls"] = _table(named["project_urls"])
    return values


def _options(sections: Mapping[str, Section]) -> dict[str, object]:
    section = sections.get("options", {})
    values: dict[str, object] = {
        key: reader(section[key]) for key, reader in _OPTIONS.items() if key in section
    }
    for key in _SECTIONS:
        table = sections.get(f"options.{key}")
        if table:
            values[key] = {name: _section_value(key, value) for name, value in table.items()}
    if sections.get("options.data_files"):
        values["data_files"] = DYNAMIC
    if isinstance(values.get("packages"), FindPackages):
        values["packages"] = _find(sections, section["packages"])
    return values


def _commands(sections: Mapping[str, Section]) -> dict[str, object]:
    """Tell of options that change what the commands do, which only running them shows."""
    tags = sections.get("egg_info", {})
    has_tag = tags.get("tag_build", "").strip() or _is_true(tags.get("tag_date", "0"))
    changed: dict[str, object] = {"command_options": DYNAMIC} if sections.keys() & _COMMANDS else {}
    return changed | ({"tag_build": DYNAMIC} if has_tag else {})


def _section_value(section: str, value: str) -> list[str] | str:
    if section == "extras_require":
        return requirement_lines(value)
    return items(value)


def _find(sections: Mapping[str, Section], directive: str) -> object:
    search = sections.get("options.packages.find", {})
    given = {key: items(search[key]) for key in ("where", "include", "exclude") if key in search}
    wanted = {key: value for key, value in given.items() if value}
    if "where" in wanted:
        wanted["where"] = wanted["where"][:1]
    return find_packages(wanted, namespaces="namespace" in directive, moves=True)


def items(value: str) -> list[str]:
    """Split a list, which is one by lines or else by commas."""
    lines = value.splitlines() if "\n" in value else value.split(",")
    return [line.strip() for line in lines if line.strip()]


def requirement_lines(value: str) -> list[str] | str:
    """Split a list of requirements, which is one by lines or else by semicolons."""
    if value.strip().startswith("file:"):
        return value.strip()
    lines = value.splitlines() if "\n" in value else value.split(";")
    plain = (without_comment(line) for line in lines)
    return [line for line in plain if line]


def without_comment(line: str) -> str:
    """Take the comment off a line of requirements, as setuptools does."""
    return "" if line.lstrip().startswith("#") else line.partition(" #")[0].strip()


def _table(value: str) -> object:
    pairs = [line.partition("=") for line in items(value)]
    if not all(equals for _, equals, _ in pairs):
        return DYNAMIC
    return {key.strip(): one.strip() for key, _, one in pairs}


def _packages(value: str) -> object:
    return FindPackages() if re.fullmatch(r"find(_namespace)?:", value.strip()) else items(value)


def _is_true(value: str) -> bool:
    return value.strip().lower() in ("1", "true", "yes")


_OPTIONS: dict[str, Callable[[str], object]] = {
    "packages": _packages,
    "package_dir": _table,
    "py_modules": items,
    "scripts": items,
    "namespace_packages": items,
    "install_requires": requirement_lines,
    "setup_requires": requirement_lines,
    "include_package_data": _is_true,
    "python_requires": str.strip,
    "entry_points": str.strip,
    "cmdclass": _table,
}


def _line(text: str, key: str) -> int | None:
    pattern = rf"^(?:\[options\.)?{key.replace('_', '[-_]')}[ \t]*[]=:]"
    found = re.search(pattern, text, re.MULTILINE | re.IGNORECASE)
    return text.count("\n", 0, found.start()) + 1 if found else None
