"""Functions that an AWS SAM template declares, to be built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.config.reading import is_folder, resolved
from lpack.config.settings import Declaration
from lpack.errors import UsageError
from lpack.model import Diagnostic, Unknown, Where
from lpack.sources.additions import NO_DEPENDENCIES
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.config.reading import Reading
    from lpack.templates.declared import Declared, Template
    from lpack.toml_lines import KeyPath

USUAL = ("template.yaml", "template.yml")
_TYPES = ("AWS::Serverless::", "AWS::Lambda::Function")
_KINDS = ("AWS SAM", "CloudFormation")
_DECLARING = (
    *("requirements.txt", "requirements.in", "pyproject.toml", "Pipfile", "setup.cfg"),
    *("setup.py", "uv.lock", "poetry.lock", "pdm.lock"),
)


def find_sam(reading: Reading) -> Declaration | None:
    """Take the functions of the project's template.yaml, or give None where it declares none.

    Raises UsageError LP004 or LP027 to LP038.
    """
    for name in USUAL:
        text = reading.text(reading.root / name)
        if text is not None and any(kind in text for kind in _TYPES):
            found = read_sam(reading, reading.root / name, is_found=True)
            if found.table["functions"]:
                return found
    return None


def read_sam(reading: Reading, path: Path, *, is_found: bool = False) -> Declaration:
    """Take the functions of a template; what is wrong in it is reported.

    `is_found` says that nobody has named it.

    Raises UsageError LP004 or LP027 to LP038.
    """
    from lpack.templates.reading import read_template  # noqa: PLC0415 - few projects have one

    given = reading.shown(path)
    if reading.text(path) is None:
        where = Where("command line", key="--template")
        raise UsageError("LP004", f"there is no template `{shown(given)}`", where=where)
    template = read_template(path, given, {})
    if template.kind not in _KINDS:
        raise UsageError(
            "LP027",
            f"`{shown(given)}` is a template of another kind: {template.kind}",
            where=Where(given),
            hint="functions are built from templates of AWS SAM; `lpack check` reads others",
        )
    reading.add(tuple(one for one in template.problems if one.severity == "error"))
    return _Taken(reading, template, is_found=is_found).declaration()


class _Taken:
    """Takes the functions and layers of a template one by one."""

    def __init__(self, reading: Reading, template: Template, *, is_found: bool) -> None:
        self.reading = reading
        self.is_found = is_found
        self.template = template
        self.functions: dict[str, Any] = {}
        self.places: dict[KeyPath, Where] = {}
        self.more: dict[str, dict[str, Any]] = {}
        self.others = list(template.skipped)

    def declaration(self) -> Declaration:
        """Give all that can be built, and name the rest."""
        used = {name for one in self.template.functions for name in one.own_layers}
        for one in self.template.functions:
            self._take(one, self._source(one))
        for layer in self.template.layers:
            if layer.name in used or not self.template.functions:
                self._take(layer, self._layer_source(layer), _layer_path(layer, self.template))
        return Declaration(
            self.template.file,
            {"functions": self.functions},
            places=self.places,
            more=self.more,
            others=tuple(self.others),
        )

    def _take(self, one: Declared, source: Path | str, layer_path: str = "") -> None:
        if isinstance(source, str):
            self.others.append((one.name, source))
            return
        self.reading.add(tuple(found for found in one.problems if found.severity == "error"))
        table = {
            **{key: _known(value) for key, value in one.table.items()},
            "source": [self.reading.shown(source)],
            **({"layer-path": layer_path} if layer_path else {}),
        }
        variables = table.get("environment", {})
        if variables:
            known = {name: text for name, text in variables.items() if name not in one.later}
            table["environment"] = known
        where = ("functions", one.name)
        self.places.update({(*where, *path): place for path, place in one.places.items()})
        self.places[(*where, "source")] = one.code.where or one.where
        said = f"functions from {self.template.file} ({self.template.kind})"
        assumed = [said] if self.is_found else []
        assumed += [f"not known before it is deployed: {name} ({why})" for name, why in one.unknown]
        if not any(self.reading.has(source / name) for name in _DECLARING):
            table["requirements"] = False
            assumed.append(f"{NO_DEPENDENCIES}{self.reading.shown(source)} declares none")
        self.functions[one.name] = table
        self.more[one.name] = {
            "assumed": tuple(assumed),
            "other_layers": one.other_layers,
            "project_layers": self._layers(one),
            "spelling": self.template.spelling,
        }

    def _layers(self, one: Declared) -> tuple[str, ...]:
        names = {layer.name for layer in self.template.layers}
        return tuple(name for name in one.own_layers if name in names)

    def _source(self, one: Declared) -> Path | str:
        """Give the folder of a function's code, or why there is nothing to be built."""
        code = one.code
        if code.inline is not None:
            return "its code is in the template"
        if code.maker or code.path is None:
            return code.maker or "its code is not here"
        folder = resolved(self.template.folder / code.path)
        if folder is not None and is_folder(folder) and not code.is_built:
            from lpack.templates.own_runtime import made_elsewhere  # noqa: PLC0415 - see `read_sam`

            return made_elsewhere(one, folder) or folder
        if code.is_built:
            return f"{shown(code.path)} is built already"
        message = f"the code's folder `{shown(code.path)}` does not exist"
        where, hint = code.where or one.where, "paths start at the template's folder"
        self.reading.add((Diagnostic("LP037", "error", message, where, hint), *one.problems))
        return message

    def _layer_source(self, one: Declared) -> Path | str:
        """Give the folder whose content goes to `python/`: SAM does so where it builds a layer.

        Of a folder that it takes as it is, only what has no `python/` is taken as a whole.
        """
        code = one.code
        folder = None if code.path is None else resolved(self.template.folder / code.path)
        if code.maker or folder is None or not is_folder(folder):
            return code.maker or "a layer whose content is not here"
        if not code.is_built:
            return folder
        below = folder / "python"
        return below if is_folder(below) else folder


def _layer_path(one: Declared, template: Template) -> str:
    """Give where the content of a layer goes, if SAM takes it as it is and not as modules."""
    folder = None if one.code.path is None else resolved(template.folder / one.code.path)
    if not one.code.is_built or folder is None or is_folder(folder / "python"):
        return ""
    return "root"


def _known(value: Any) -> Any:
    """Leave out of a value what is not known."""
    if isinstance(value, dict):
        return {key: _known(one) for key, one in value.items() if not isinstance(one, Unknown)}
    if isinstance(value, list):
        return [_known(one) for one in value if not isinstance(one, Unknown)]
    return value
