"""A distribution that setup.cfg and setup.py describe, as setuptools joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.projects.metadata import (
    Metadata,
    checked_name,
    checked_requirement,
    checked_version,
    needs_backend,
    normal,
    one_line,
)
from lpack.projects.setup_cfg import items, read_setup_cfg, requirement_lines, without_comment
from lpack.projects.setup_py import DYNAMIC, FindPackages, SetupCall, read_setup_py
from lpack.projects.versions import version_by_attribute
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.model import Requirement, Where
    from lpack.projects.sources import Sources

_FIELDS = {
    "description": "Summary",
    "keywords": "Keywords",
    "author": "Author",
    "author_email": "Author-email",
    "maintainer": "Maintainer",
    "maintainer_email": "Maintainer-email",
    "license": "License",
    "url": "Home-page",
}


@dataclass(frozen=True, slots=True)
class SetupValues:
    """What both files together tell, by the keywords that `setup(...)` has."""

    sources: Sources
    values: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Where] = field(default_factory=dict)
    call: SetupCall | None = None
    """None without a setup.py."""

    @property
    def is_there(self) -> bool:
        """Whether there is anything to read."""
        return self.call is not None or bool(self.values)

    def get(self, key: str) -> object:
        """Give a value, None where there is none, DYNAMIC where only running can tell."""
        if key in self.values:
            return self.values[key]
        return DYNAMIC if self.call is not None and not self.call.is_complete else None

    def where(self, key: str) -> Where:
        """Give the place of a value, or of the file that could have it."""
        file = "setup.cfg" if self.call is None else "setup.py"
        return self.places.get(key) or self.sources.where(file)


def read_setup_files(sources: Sources) -> SetupValues:
    """Read both files; what setup.py states wins.

    Raises UsageError LP004 (cannot be read) or BuildError LP120 (malformed).
    """
    values: dict[str, object] = {}
    places: dict[str, Where] = {}
    call = None
    if sources.is_file("setup.cfg"):
        values, lines = read_setup_cfg(sources)
        places |= {key: sources.where("setup.cfg", line) for key, line in lines.items()}
    if sources.is_file("setup.py"):
        call = read_setup_py(sources)
        stated = {key: value for key, value in call.values.items() if value}
        values |= stated
        places |= {key: sources.where("setup.py", call.lines.get(key)) for key in stated}
    return SetupValues(sources, values, places, call)


def setup_metadata(setup: SetupValues) -> Metadata:
    """Describe the distribution; raises BuildError LP117 (dynamic) or LP120 (malformed)."""
    name = setup.get("name")
    if name is DYNAMIC:
        raise needs_backend(setup.sources.folder.name, "the name", setup.where("name"))
    name = checked_name(name, setup.where("name"))
    version = setup_version(setup, name)
    return Metadata(
        name,
        version,
        setup_requirements(setup, name),
        setup_extras(setup, name),
        tuple(setup_fields(setup)),
        setup_entry_points(setup, name),
        setup_licenses(setup),
    )


def setup_version(setup: SetupValues, name: str) -> str:
    """Give the version; raises BuildError LP117 or LP120."""
    version, where = setup.get("version"), setup.where("version")
    if "tag_build" in setup.values:
        raise needs_backend(name, "the version", where)
    text = version if isinstance(version, str) else None
    if text is not None and text.startswith("attr:"):
        given = setup.get("package_dir")
        folders = dict(given) if isinstance(given, dict) else {}
        find = setup.get("packages")
        if isinstance(find, FindPackages) and find.moves and find.where != (".",):
            folders.setdefault("", find.where[0])
        text = version_by_attribute(text[5:].strip(), setup.sources, folders)
    elif text is not None and text.startswith("file:"):
        text = _file_text(setup, text).strip()
    if text is None and version is not None:
        raise needs_backend(name, "the version", where)
    return checked_version("0.0.0" if text is None else text, where)


def setup_requirements(setup: SetupValues, name: str) -> tuple[Requirement, ...]:
    """Give the requirements; raises BuildError LP117 or LP120."""
    where = setup.where("install_requires")
    lines = _requirements(setup, setup.get("install_requires"), name, where)
    return (*lines, *_extras(setup, name).get("", ()))


def setup_extras(setup: SetupValues, name: str) -> tuple[tuple[str, tuple[Requirement, ...]], ...]:
    """Give the extras; raises BuildError LP117 or LP120."""
    return tuple((extra, lines) for extra, lines in _extras(setup, name).items() if extra)


def _extras(setup: SetupValues, name: str) -> dict[str, tuple[Requirement, ...]]:
    """Give the extras; `:marker` in the name of one becomes the marker that it means.

    What has no other name is required without any extra.
    """
    given, where = setup.get("extras_require"), setup.where("extras_require")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise needs_backend(name, "an extra", where)
    extras: dict[str, tuple[Requirement, ...]] = {}
    for key, value in given.items():
        extra, _, marker = str(key).partition(":")
        lines = _requirements(setup, value, name, where)
        if marker:
            lines = tuple(_only_if(line, marker) for line in lines)
        extras[normal(extra)] = (*extras.get(normal(extra), ()), *lines)
    return extras


def setup_fields(setup: SetupValues) -> Iterable[tuple[str, str]]:
    """Give the fields of METADATA that do not matter to a resolver, as far as they are known."""
    for key, field_name in _FIELDS.items():
        value = setup.get(key)
        if isinstance(value, list | tuple):
            value = ",".join(str(one) for one in value)
        if isinstance(value, str) and value.strip() and not value.startswith("file:"):
            yield field_name, one_line(value)
    python = setup.get("python_requires")
    if isinstance(python, str) and python.strip():
        yield "Requires-Python", one_line(python)
    classifiers = setup.get("classifiers")
    if isinstance(classifiers, list | tuple):
        yield from (("Classifier", one_line(one)) for one in classifiers)
    urls = setup.get("project_urls")
    if isinstance(urls, dict):
        yield from (("Project-URL", one_line(f"{key}, {url}")) for key, url in urls.items())


def setup_entry_points(
    setup: SetupValues, name: str
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give the entry points; raises BuildError LP117 where only running can tell them."""
    given, where = setup.get("entry_points"), setup.where("entry_points")
    if not given:
        return ()
    if isinstance(given, str):
        given = _groups(_file_text(setup, given) if given.startswith("file:") else given)
    if not isinstance(given, dict):
        raise needs_backend(name, "an entry point", where)
    groups = []
    for group, lines in given.items():
        named = items(lines) if isinstance(lines, str) else lines
        if not isinstance(named, list | tuple) or not all(isinstance(one, str) for one in named):
            raise needs_backend(name, "an entry point", where)
        pairs = (line.partition("=") for line in named)
        groups.append((str(group), tuple((key.strip(), one.strip()) for key, _, one in pairs)))
    return tuple(groups)


def setup_licenses(setup: SetupValues) -> tuple[str, ...] | None:
    """Give the patterns of licence files; None where there are none that can be told."""
    given = setup.get("license_files") or setup.get("license_file")
    if isinstance(given, str):
        return (given,)
    if isinstance(given, list | tuple) and all(isinstance(one, str) for one in given):
        return tuple(str(one) for one in given)
    return None


def _requirements(
    setup: SetupValues, given: object, name: str, where: Where
) -> tuple[Requirement, ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        text = _file_text(setup, given) if given.startswith("file:") else given
        read = requirement_lines(f"\n{text}")
        given = read if isinstance(read, list) else DYNAMIC
    if not isinstance(given, list | tuple | set) or not all(isinstance(one, str) for one in given):
        raise needs_backend(name, "a requirement", where)
    lines = [without_comment(line) for line in (sorted(given) if isinstance(given, set) else given)]
    return tuple(checked_requirement(line, where) for line in lines if line)


def _only_if(line: Requirement, marker: str) -> Requirement:
    text, _, own = line.text.partition(";")
    both = f"({own.strip()}) and ({marker})" if own.strip() else marker
    return checked_requirement(f"{text.strip()} ; {both}", line.where)


def _groups(text: str) -> dict[str, list[str]]:
    """Read entry points in the form of an INI file."""
    groups: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            lines = groups.setdefault(line[1:-1].strip(), [])
        elif line and line[0] not in "#;":
            lines.append(line)
    return groups


def _file_text(setup: SetupValues, directive: str) -> str:
    """Read the files of a `file:` directive, which lie in the project."""
    return setup.sources.texts_below(directive.partition(":")[2].split(","))
