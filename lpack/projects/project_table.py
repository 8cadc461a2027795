"""A distribution that the `[project]` table describes.

https://packaging.python.org/en/latest/specifications/pyproject-toml/
"""

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
from lpack.projects.poetry_table import (
    poetry_entry_points,
    poetry_extras,
    poetry_requirements,
    poetry_requires_python,
)
from lpack.projects.setup_cfg import without_comment
from lpack.projects.setup_files import (
    read_setup_files,
    setup_entry_points,
    setup_extras,
    setup_licenses,
    setup_requirements,
    setup_version,
)
from lpack.projects.setup_py import DYNAMIC
from lpack.projects.source_code import docstring
from lpack.projects.versions import flit_module, looked_up_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Requirement
    from lpack.projects.document import Document
    from lpack.projects.sources import Sources

    Extras = tuple[tuple[str, tuple[Requirement, ...]], ...]
    EntryPoints = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

_KEYWORDS = frozenset({"version", "install_requires", "extras_require", "entry_points"})
_SCRIPTS = {"scripts": "console_scripts", "gui-scripts": "gui_scripts"}


def project_metadata(document: Document, sources: Sources, backend: str) -> Metadata:
    """Describe the distribution; raises BuildError LP117 (dynamic) or LP120 (malformed)."""
    table = _ProjectTable(document, sources, backend)
    license_ = document.table("project").get("license")
    return Metadata(
        table.name,
        table.version(),
        table.requirements(),
        table.extras(),
        tuple(table.fields()),
        table.entry_points(),
        table.licenses(),
        str(license_.get("file", "")) if isinstance(license_, dict) else "",
    )


class _ProjectTable:
    """The table, and where the backend looks for what it leaves open."""

    def __init__(self, document: Document, sources: Sources, backend: str) -> None:
        self.document = document
        self.sources = sources
        self.backend = backend
        self.dynamic = document.texts("project", "dynamic")
        self.name = checked_name(
            document.text("project", "name"), document.where("project", "name")
        )

    def version(self) -> str:
        where = self.document.where("project", "version")
        if self._is_in_setup_files("tag_build"):
            raise needs_backend(self.name, "the version", where)
        if self.document.has("project", "version"):
            return checked_version(self.document.value("project", "version"), where)
        if "version" not in self.dynamic:
            stated = "0.0.0" if self.backend == "pdm" else None
            return checked_version(stated or self._missing_version(), where)
        where = self.document.where("project", "dynamic")
        found = looked_up_version(self.backend, self.document, self.sources)
        if found is not None:
            return checked_version(found, where)
        if self._is_in_setup_files("version"):
            return setup_version(read_setup_files(self.sources), self.name)
        raise needs_backend(self.name, "the version", where)

    def _missing_version(self) -> str:
        if self.backend == "poetry":
            return self.document.text("tool", "poetry", "version") or ""
        return ""

    def requirements(self) -> tuple[Requirement, ...]:
        keys = ("project", "dependencies")
        if self.document.has(*keys):
            return self._lines(*keys)
        if self.backend == "poetry" and not self.document.has("project", "optional-dependencies"):
            return poetry_requirements(self.document, self.sources, self.name)
        if "dependencies" not in self.dynamic:
            return ()
        found = self._setuptools_lines("dependencies")
        if found is not None:
            return found
        if self._is_in_setup_files("install_requires"):
            return setup_requirements(read_setup_files(self.sources), self.name)
        where = self.document.where("project", "dynamic")
        raise needs_backend(self.name, "the dependencies", where)

    def extras(self) -> Extras:
        keys = ("project", "optional-dependencies")
        if self.document.has(*keys):
            names = self.document.table(*keys)
            return tuple((normal(extra), self._lines(*keys, extra)) for extra in names)
        if self.backend == "poetry" and not self.document.has("project", "dependencies"):
            return poetry_extras(self.document, self.sources, self.name)
        if "optional-dependencies" not in self.dynamic:
            return ()
        table = self.document.table("tool", "setuptools", "dynamic", "optional-dependencies")
        if self.backend == "setuptools" and table:
            lines = (self._setuptools_lines("optional-dependencies", extra) for extra in table)
            return tuple(
                (normal(extra), found or ()) for extra, found in zip(table, lines, strict=True)
            )
        if self._is_in_setup_files("extras_require"):
            return setup_extras(read_setup_files(self.sources), self.name)
        where = self.document.where("project", "dynamic")
        raise needs_backend(self.name, "the extras", where)

    def entry_points(self) -> EntryPoints:
        groups = {
            group: self.document.text_table("project", "entry-points", group)
            for group in self.document.table("project", "entry-points")
        }
        for key, group in _SCRIPTS.items():
            table = self.document.text_table("project", key)
            groups |= {group: table} if table else {}
        found: EntryPoints = tuple(
            (group, tuple(table.items())) for group, table in groups.items() if table
        )
        if self.backend == "poetry" and not self.document.has("project", "scripts"):
            return (*found, *poetry_entry_points(self.document, self.name))
        if self._is_dynamic("scripts", "gui-scripts", "entry-points"):
            if not self._is_in_setup_files("entry_points"):
                where = self.document.where("project", "dynamic")
                raise needs_backend(self.name, "an entry point", where)
            return (*found, *setup_entry_points(read_setup_files(self.sources), self.name))
        return found

    def licenses(self) -> tuple[str, ...] | None:
        """Give the patterns of licence files; None where they are for the backend to assume."""
        places: list[tuple[str, ...]] = [("project", "license-files")]
        if self.backend == "setuptools":
            places.append(("tool", "setuptools", "license-files"))
        stated = next((keys for keys in places if self.document.has(*keys)), None)
        if stated is not None:
            return self.document.texts(*stated)
        if self._is_in_setup_files("license_files"):
            return setup_licenses(read_setup_files(self.sources))
        return None

    def fields(self) -> Iterator[tuple[str, str]]:
        """Give the fields of METADATA that do not matter to a resolver."""
        table, texts = self.document.table("project"), self.document.texts
        summary = table.get("description") or self._summary()
        if isinstance(summary, str):
            yield "Summary", one_line(summary)
        if table.get("keywords"):
            yield "Keywords", ",".join(one_line(one) for one in texts("project", "keywords"))
        yield from self._people("authors", "Author")
        yield from self._people("maintainers", "Maintainer")
        license_ = table.get("license")
        if isinstance(license_, str):
            yield "License-Expression", one_line(license_)
        elif isinstance(license_, dict) and isinstance(license_.get("text"), str):
            yield "License", one_line(license_["text"])
        yield from (("Classifier", one_line(one)) for one in texts("project", "classifiers"))
        yield from self._requires_python()
        urls = self.document.text_table("project", "urls").items()
        yield from (("Project-URL", one_line(f"{label}, {url}")) for label, url in urls)

    def _summary(self) -> str | None:
        """Give what poetry takes from its own table, or flit from the module's docstring."""
        if self.backend == "poetry":
            return self.document.text("tool", "poetry", "description")
        if self.backend != "flit" or "description" not in self.dynamic:
            return None
        module = flit_module(self.document).replace(".", "/")
        for start in ("", "src/"):
            for file in (f"{start}{module}.py", f"{start}{module}/__init__.py"):
                text = docstring(self.sources, file) if self.sources.is_file(file) else None
                if text:
                    return text.lstrip().splitlines()[0]
        return None

    def _requires_python(self) -> Iterator[tuple[str, str]]:
        stated = self.document.text("project", "requires-python")
        if stated:
            yield "Requires-Python", one_line(stated)
        elif self.backend == "poetry":
            yield from poetry_requires_python(self.document)

    def _people(self, key: str, field: str) -> Iterator[tuple[str, str]]:
        people = self.document.table("project").get(key)
        names, addresses = [], []
        for person in people if isinstance(people, list) else ():
            name, address = (
                (person.get("name"), person.get("email")) if _is_table(person) else ("", "")
            )
            if address:
                addresses.append(one_line(f"{name} <{address}>" if name else address))
            elif name:
                names.append(one_line(name))
        yield from ((field, ", ".join(names)),) if names else ()
        yield from ((f"{field}-email", ", ".join(addresses)),) if addresses else ()

    def _lines(self, *keys: str) -> tuple[Requirement, ...]:
        return tuple(
            checked_requirement(self._expanded(text), self.document.where(*keys, index))
            for index, text in enumerate(self.document.texts(*keys))
        )

    def _expanded(self, text: str) -> str:
        """Put in the project's own address, for which two backends have a word."""
        address = self.sources.folder.resolve().as_uri()
        if self.backend == "hatchling":
            return text.replace("{root:uri}", address)
        if self.backend == "pdm":
            return text.replace("file:///${PROJECT_ROOT}", address)
        return text

    def _setuptools_lines(self, *keys: str) -> tuple[Requirement, ...] | None:
        """Read the files that `[tool.setuptools.dynamic]` names; None where it names none."""
        path = ("tool", "setuptools", "dynamic", *keys)
        if self.backend != "setuptools" or not self.document.has(*path, "file"):
            return None
        names = self.document.value(*path, "file")
        listed = [names] if isinstance(names, str) else list(self.document.texts(*path, "file"))
        where = self.document.where(*path)
        lines = map(without_comment, self.sources.texts_below(listed).splitlines())
        return tuple(checked_requirement(line, where) for line in lines if line)

    def _is_dynamic(self, *keys: str) -> bool:
        return bool(set(keys) & set(self.dynamic))

    def _is_in_setup_files(self, keyword: str) -> bool:
        if self.backend != "setuptools":
            return False
        setup = read_setup_files(self.sources)
        return keyword in setup.values or (keyword in _KEYWORDS and setup.get(keyword) is DYNAMIC)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
