"""Reads the templates and assets that `cdk synth` leaves in cdk.out.

https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cloud-assembly-schema/README.md
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.config.reading import is_file
from lpack.data import CONFIG_BYTES, LOCK_BYTES, read_text
from lpack.errors import UsageError
from lpack.model import Where
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.templates.declared import Declared, Template

_STACK = "aws:cloudformation:stack"
_ASSEMBLY = "cdk:cloud-assembly"
_DEEPEST = 5
_MOST = 200


def templates_in(folder: Path, given: str) -> Iterator[tuple[Path, str]]:
    """Give the templates of an assembly, those of nested assemblies too, as they are to be shown.

    Raises UsageError LP027 or LP029.
    """
    left = [_MOST]
    yield from _templates_in(folder, given.rstrip("/"), 0, left)


def _templates_in(folder: Path, given: str, depth: int, left: list[int]) -> Iterator[tuple[Path, str]]:
    artifacts = _json(folder / "manifest.json", f"{given}/manifest.json").get("artifacts")
    for one in artifacts.values() if isinstance(artifacts, dict) else ():
        kind = one.get("type") if isinstance(one, dict) else None
        properties = one.get("properties") if isinstance(one, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        left[0] -= 1
        if left[0] < 0 or depth > _DEEPEST:
            raise UsageError("LP029", f"`{given}` holds too many templates", where=Where(given))
        file, inner = properties.get("templateFile"), properties.get("directoryName")
        if kind == _STACK and isinstance(file, str) and is_file(folder / file):
            yield folder / file, f"{given}/{file}"
        elif kind == _ASSEMBLY and isinstance(inner, str) and inner not in ("", ".", ".."):
            yield from _templates_in(folder / inner, f"{given}/{inner}", depth + 1, left)


def with_assets(template: Template, path: Path) -> Template:
    """Find the code of functions among the assets that lie beside a template."""
    assets = _assets(path.parent)
    if not assets:
        return template
    functions = tuple(_with_asset(one, assets) for one in template.functions)
    layers = tuple(_with_asset(one, assets) for one in template.layers)
    return replace(template, kind="CDK", functions=functions, layers=layers)


def _with_asset(declared: Declared, assets: dict[str, str]) -> Declared:
    code = declared.code
    path = assets.get((code.key or "").partition(".")[0])
    if code.path is not None or path is None:
        return declared
    return replace(declared, code=replace(code, path=path, is_built=True, maker=""))


def _assets(folder: Path) -> dict[str, str]:
    """Give the paths of assets by their hashes."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.assets.json"))[:_MOST]:
        files = _json(path, path.name).get("files")
        for name, one in files.items() if isinstance(files, dict) else ():
            source = one.get("source") if isinstance(one, dict) else None
            where = source.get("path") if isinstance(source, dict) else None
            if isinstance(where, str):
                found[name] = where
    return found


def _json(path: Path, given: str) -> dict[str, Any]:
    text = read_text(path, given, LOCK_BYTES if path.name.startswith("manifest") else CONFIG_BYTES)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("LP027", f"`{given}` is not valid JSON", where=Where(given)) from error
    return found if isinstance(found, dict) else {}
