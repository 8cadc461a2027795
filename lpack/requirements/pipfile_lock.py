"""Pipfile.lock without its Pipfile: what it pins is then all that is declared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, read_text
from lpack.errors import BuildError
from lpack.model import RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project
from lpack.requirements.document import Document, normalised
from lpack.requirements.indexes import joined
from lpack.requirements.pipfile import Pipfile
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT = "default"


def read_pipfile_lock_alone(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the packages of the lock, and the categories that `groups` names, with their hashes.

    Raises BuildError LP102 (no such category), LP110 (malformed), LP104 or LP123.
    """
    name = path_in_project(path, root)
    document = Document(path, root, _content(path, name), {})
    pipfile = Pipfile(document, environ, ("_meta", "sources"))
    categories = (DEFAULT, *(one for one in wanted.groups if one != DEFAULT))
    for category in categories:
        if category not in document.content:
            raise BuildError(
                "LP102", f"category `{shown(category)}` does not exist", where=Where(name)
            )
    packages = [
        (key, value, category)
        for category in categories
        for key, value in document.table(category).items()
    ]
    found = [pipfile.one(*one) for one in packages]
    return RequirementSet(
        tuple(line for line, _ in found),
        hashes={normalised(key): _hashes(value) for key, value, _ in packages if _hashes(value)},
        index=joined((pipfile.indexes(), *(index for _, index in found))),
        origin=", ".join([name, *(f"category `{one}`" for one in categories[1:])]),
        files=(path,),
    )


def _content(path: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(read_text(path, name, LOCK_BYTES))
    except (ValueError, RecursionError) as error:
        raise _malformed(name, "it is no JSON") from error
    if not isinstance(content, dict):
        raise _malformed(name, "it is no table")
    return content


def _malformed(name: str, reason: str) -> BuildError:
    return BuildError(
        "LP110",
        f"`{name}` cannot be read as a lock: {reason}",
        where=Where(name),
        hint="write it anew with `pipenv lock`",
    )


def _hashes(package: object) -> tuple[str, ...]:
    found = package.get("hashes", []) if isinstance(package, dict) else []
    return tuple(str(one) for one in found) if isinstance(found, list) else ()
