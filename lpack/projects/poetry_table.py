"""A distribution that `[tool.poetry]` describes, which poetry-core turns into standard metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.projects.metadata import (
    Metadata,
    checked_name,
    checked_requirement,
    checked_version,
    needs_backend,
    normal,
    one_line,
)
from lpack.projects.poetry_constraints import python_marker, specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Requirement
    from lpack.projects.document import Document
    from lpack.projects.sources import Sources

_POETRY = ("tool", "poetry")
_GROUPS = {"console-scripts": "console_scripts", "gui-scripts": "gui_scripts"}


def poetry_metadata(document: Document, sources: Sources) -> Metadata:
    """Describe the distribution; raises BuildError LP117 (dynamic) or LP120 (malformed)."""
    name = checked_name(document.text(*_POETRY, "name"), document.where(*_POETRY, "name"))
    version = document.text(*_POETRY, "version")
    return Metadata(
        name,
        checked_version(version, document.where(*_POETRY, "version")),
        poetry_requirements(document, sources, name),
        poetry_extras(document, sources, name),
        tuple(_fields(document)),
        poetry_entry_points(document, name),
    )


def poetry_requirements(document: Document, sources: Sources, name: str) -> tuple[Requirement, ...]:
    """Give what is always required; raises BuildError LP117 or LP120."""
    found = _dependencies(document, sources, name)
    return tuple(line for _, line, optional in found if not optional)


def poetry_extras(
    document: Document, sources: Sources, name: str
) -> tuple[tuple[str, tuple[Requirement, ...]], ...]:
    """Give what the extras of `[tool.poetry.extras]` add; raises BuildError LP117 or LP120."""
    dependencies = _dependencies(document, sources, name)
    extras = []
    for extra in document.table(*_POETRY, "extras"):
        wanted = {normal(one) for one in document.texts(*_POETRY, "extras", extra)}
        lines = tuple(line for one, line, _ in dependencies if normal(one) in wanted)
        extras.append((normal(extra), lines))
    return tuple(extras)


def poetry_entry_points(
    document: Document, name: str
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give the commands and plugins; raises BuildError LP117 for a script that is a file."""
    groups: dict[str, dict[str, str]] = {}
    scripts = document.table(*_POETRY, "scripts")
    for command, target in scripts.items():
        called = target.get("reference", target.get("callable")) if _is_table(target) else target
        if not isinstance(called, str) or (_is_table(target) and target.get("type") == "file"):
            where = document.where(*_POETRY, "scripts", command)
            raise needs_backend(name, "a script", where)
        groups.setdefault("console_scripts", {})[command] = called
    for group in document.table(*_POETRY, "plugins"):
        table = document.text_table(*_POETRY, "plugins", group)
        groups.setdefault(_GROUPS.get(group, group), {}).update(table)
    return tuple((group, tuple(table.items())) for group, table in groups.items())


def _dependencies(
    document: Document, sources: Sources, name: str
) -> list[tuple[str, Requirement, bool]]:
    """Give the name of each dependency, its requirement, and whether it is optional."""
    keys = (*_POETRY, "dependencies")
    found = []
    for dependency, value in document.table(*keys).items():
        if dependency.lower() == "python":
            continue
        where = document.where(*keys, dependency)
        for one in value if isinstance(value, list) else [value]:
            details = one if _is_table(one) else {"version": one}
            try:
                text = _requirement(dependency, details, sources)
            except ValueError as error:
                raise needs_backend(name, f"the version of `{dependency}`", where) from error
            line = checked_requirement(text, where)
            found.append((dependency, line, details.get("optional") is True))
    return found


def _requirement(name: str, details: dict[str, Any], sources: Sources) -> str:
    extras = ",".join(str(one) for one in details.get("extras") or ())
    address = _address(details, sources)
    wanted = f" @ {address}" if address else specifiers(str(details.get("version") or "*"))
    conditions = [str(details["markers"])] if details.get("markers") else []
    python = python_marker(str(details.get("python") or "*"))
    conditions += [python] if python else []
    if details.get("platform"):
        conditions.append(f'sys_platform == "{details["platform"]}"')
    marker = " and ".join(f"({one})" for one in conditions)
    return f"{name}{f'[{extras}]' if extras else ''}{wanted}{f' ; {marker}' if marker else ''}"


def _address(details: dict[str, Any], sources: Sources) -> str:
    """Give the address of a dependency that no index serves, or an empty text."""
    if isinstance(details.get("git"), str):
        revision = details.get("rev") or details.get("tag") or details.get("branch")
        folder = details.get("subdirectory")
        at = f"@{revision}" if revision else ""
        return f"git+{details['git']}{at}{f'#subdirectory={folder}' if folder else ''}"
    place = details.get("path") or details.get("file")
    if isinstance(place, str):
        return (sources.folder / place).resolve().as_uri()
    return str(details.get("url") or "")


def _fields(document: Document) -> Iterator[tuple[str, str]]:
    table = document.table(*_POETRY)
    texts = {"description": "Summary", "license": "License"}
    for key, field in texts.items():
        if isinstance(table.get(key), str) and table[key].strip():
            yield field, one_line(table[key])
    if table.get("keywords"):
        yield "Keywords", ",".join(document.texts(*_POETRY, "keywords"))
    for key, field in {"authors": "Author", "maintainers": "Maintainer"}.items():
        people = document.texts(*_POETRY, key)
        if people:
            person, _, address = people[0].partition("<")
            yield field, one_line(person)
            if address:
                yield f"{field}-email", one_line(address.rstrip("> "))
    yield from poetry_requires_python(document)
    yield from (("Classifier", one_line(one)) for one in document.texts(*_POETRY, "classifiers"))


def poetry_requires_python(document: Document) -> Iterator[tuple[str, str]]:
    """Give the field Requires-Python, where the constraint can be written as one."""
    python = document.table(*_POETRY, "dependencies").get("python")
    try:
        wanted = specifiers(python) if isinstance(python, str) else ""
    except ValueError:
        return
    if wanted:
        yield "Requires-Python", wanted


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
