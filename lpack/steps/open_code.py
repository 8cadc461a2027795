"""Find the code of a function that a template declares, and list it as a package."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lpack.config.reading import is_file, is_folder, resolved
from lpack.errors import LpackError
from lpack.exclusion import Exclusion
from lpack.model import Bundle, Diagnostic, Entry
from lpack.own_files import walk
from lpack.packages import read_package, with_layers
from lpack.templates.own_runtime import made_elsewhere
from lpack.validation.wording import shown
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.templates.declared import Code, Declared, Template

INLINE = "index.py"
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html"""
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/cfn-lambda-function-code-cfnresponsemodule.html
_RESPONSE = "cfnresponse"
"""A module that CloudFormation adds to code in a template, where that imports it."""
_MADE = frozenset(
    {".aws-sam", ".build", ".serverless", "build", "cdk.out", "dist", "out", "package", "target"}
)
"""Folders that another tool fills before the template is deployed."""
_REQUIREMENTS = ("requirements.txt", "pyproject.toml", "Pipfile", "poetry.lock", "uv.lock")
_INSTALLED = "its dependencies are not installed yet"
_NOTHING = Bundle((), (), (), awaits="the code is not here")


@dataclass(frozen=True, slots=True)
class Opened:
    """The code of a function, as far as it is at hand."""

    bundle: Bundle
    """Empty, and marked as such, where only the settings can be judged."""
    told: str
    """What it is, in words to print."""
    problems: tuple[Diagnostic, ...] = ()


def open_code(declared: Declared, template: Template, *, is_ours: bool = True) -> Opened:
    """List a function's code, as far as it is here.

    What is a source folder only is marked as such: installing will add to it.
    """
    code, folder = declared.code, template.folder
    if code.inline is not None and is_ours:
        return Opened(_inline(code.inline, folder), "in the template")
    if code.path is None or not is_ours:
        why = code.maker if is_ours else "it may not be Python"
        return Opened(_NOTHING, f"not judged: {why}" if why else "not here")
    path = resolved(folder / code.path)
    if path is None or not (is_file(path) or is_folder(path)):
        return _missing(code, path, declared)
    is_source = not code.is_built and is_folder(path)
    maker = code.maker or (made_elsewhere(declared, path) if is_source else "")
    if maker:
        return Opened(_NOTHING, f"{shown(code.path)}, not judged: {maker}")
    try:
        found = _found(code, path, template)
        return replace(found, bundle=_with_layers(found.bundle, declared, template))
    except LpackError as error:
        return Opened(_NOTHING, f"{shown(code.path)}, not judged", error.diagnostics)


def _found(code: Code, path: Path, template: Template) -> Opened:
    given, folder = str(code.path), template.folder
    if code.is_built or _is_built(path) or (is_file(path) and path.suffix == ".zip"):
        return Opened(read_package(path, given), f"{shown(given)}, as it is")
    if is_file(path):
        entry = Entry(path.name, "", path.stat().st_size, 0o644, path)
        return Opened(Bundle((entry,), (), ()), shown(given))
    root = _common(path, folder)
    own = walk(path, root, Exclusion((), (), path / "dist"))
    names = _chosen(sorted(own.entries, key=str.encode), code.patterns)
    entries = tuple(own.entries[name] for name in names)
    bundle = Bundle(entries, (), tuple(own.excluded), folders=tuple(own.folders))
    places = (path, folder) if template.is_service else (path,)
    if any(is_file(place / name) for place in places for name in _REQUIREMENTS):
        return Opened(replace(bundle, awaits=_INSTALLED), f"{shown(given)}, {_INSTALLED}")
    return Opened(bundle, shown(given))


def _with_layers(bundle: Bundle, declared: Declared, template: Template) -> Bundle:
    """Put the layers of the same template under a package that is built, as far as they are."""
    if not bundle.is_given:
        return bundle
    layers = []
    for one in (one for name in declared.own_layers for one in template.layers if one.name == name):
        path = None if one.code.path is None else resolved(template.folder / one.code.path)
        if path is not None and path.exists() and (one.code.is_built or _is_built(path)):
            layers.append((one.name, read_package(path, str(one.code.path))))
    return with_layers(bundle, layers)


def _chosen(names: list[str], patterns: tuple[str, ...]) -> list[str]:
    """Leave out what patterns say, the last one that fits a file decides."""
    if not patterns:
        return names
    from pathspec import PathSpec  # noqa: PLC0415 - for one kind of template

    anchored = [_anchored(one) for one in patterns]
    left_out = PathSpec.from_lines("gitignore", anchored)
    return [name for name in names if not left_out.match_file(name)]


def _anchored(pattern: str) -> str:
    """Write a pattern of the Serverless Framework as Git would, which says what to leave out."""
    is_out = pattern.startswith("!")
    path = pattern.removeprefix("!").removeprefix("./")
    return ("" if is_out else "!") + (path if path.startswith("**") else f"/{path}")


def _is_built(path: Path) -> bool:
    """Tell whether `sam build` made a folder."""
    return ".aws-sam" in path.parts


def _common(path: Path, folder: Path) -> Path:
    """Give the folder that holds both the template and the code: links may lead through it."""
    top = resolved(folder) or folder
    return type(path)(os.path.commonpath((path, top)))


def _inline(code: str, folder: Path) -> Bundle:
    """Make the package that CloudFormation makes of code in a template."""
    files = {INLINE: code.encode("utf-8", "surrogatepass")}
    if _RESPONSE in code:
        files[f"{_RESPONSE}.py"] = b"def send(*values, **named):\n    return None\n"
    entries = (
        Entry(name, "", len(content), 0o644, folder / name) for name, content in files.items()
    )
    return Bundle(tuple(entries), (), (), files)


def _missing(code: Code, path: Path | None, declared: Declared) -> Opened:
    """Report a path that is wrong; what is only not built yet is not."""
    given = shown(code.path)
    parts = () if path is None else path.parts
    if code.is_built or code.maker or not _MADE.isdisjoint(parts):
        return Opened(_NOTHING, f"{given}, which is not built yet")
    message = f"the code's folder `{given}` does not exist"
    where = code.where or declared.where
    hint = "paths start at the template's folder"
    return Opened(_NOTHING, given, (Diagnostic("LP037", "error", message, where, hint),))
