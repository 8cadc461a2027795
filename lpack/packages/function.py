"""The function that a package is for, made of what is said of it and what the package tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.config.reading import Reading
from lpack.errors import UsageError
from lpack.facts.contents import Contents
from lpack.model import (
    ARCHITECTURES,
    LIMITS,
    Diagnostic,
    Function,
    RequirementsInput,
    Target,
    Where,
)
from lpack.packages.guessing import (
    function_name,
    guess_architecture,
    guess_handlers,
    guess_python,
    guess_runtime,
)
from lpack.platforms import with_python
from lpack.sources.functions import BOOTSTRAP, UNREAD, parse_handler
from lpack.sources.runtimes import declared_runtime
from lpack.validation.wording import worded

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Architecture, Bundle, Format, Runtime, Upload
    from lpack.packages.said import Said

_DEFAULTS: dict[str, Any] = {"memory": 128, "timeout": 3, "ephemeral_storage": 512}
"""Those of CreateFunction: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""
_MOST_NAMED = 4


def function_of(
    bundle: Bundle, stem: str, given: str, said: Said, *, root: Path
) -> tuple[Function, tuple[Diagnostic, ...]]:
    """Make the function of a package, and tell what nobody can judge without knowing more.

    `stem` names the function where nobody does, `given` is how the user wrote the package. A
    package that is a layer has the format `layer` among what is said. Raises UsageError LP006 or
    LP010 for a target that does not exist.
    """
    reading, where = Reading(root), Where(given)
    runtime, of_runtime = _runtime(reading, bundle, said)
    architecture, of_architecture = _architecture(reading, bundle, said)
    if reading.mistakes or runtime is None:
        raise UsageError.of(reading.mistakes)
    form: Format = said["format"][0] if "format" in said else _form(bundle)
    text, of_handler, told = _handler(bundle, said, where, form)
    if text is None and runtime.is_own and form != "layer" and not bundle.is_broken:
        text, of_handler, told = BOOTSTRAP, UNREAD, ()
    values = {key: said[key][0] if key in said else value for key, value in _DEFAULTS.items()}
    upload: Upload = said["upload"][0] if "upload" in said else "direct"
    function = Function(
        name=said["name"][0] if "name" in said else function_name(stem),
        handler=None if text is None else parse_handler(text),
        target=Target(runtime, architecture),
        sources=(),
        include=(),
        exclude=(),
        requirements=RequirementsInput(),
        environment=tuple(said["environment"][0].items()) if "environment" in said else (),
        layers=said["layers"][0] if "layers" in said else (),
        description=said["description"][0] if "description" in said else "",
        triggers=(),
        tests=(),
        settings=said["settings"][0] if "settings" in said else {},
        limits=said["limits"][0] if "limits" in said else LIMITS[0],
        policies=said["policies"][0] if "policies" in said else (),
        upload=upload,
        format=form,
        assumed=()
        if bundle.is_broken
        else tuple(filter(None, (of_runtime, of_architecture, of_handler))),
        origins={"": where, **_origins(said)},
        **values,
    )
    return function, told


def _origins(said: Said) -> dict[str, Where]:
    places = {key: place for key, (_, place) in said.items()}
    variables, place = said.get("environment", ({}, Where("")))
    return {**places, **{f"environment.{name}": place for name in variables}}


def _form(bundle: Bundle) -> Format:
    return "zip" if bundle.archives or bundle.is_broken else "folder"


def _runtime(reading: Reading, bundle: Bundle, said: Said) -> tuple[Runtime | None, str]:
    if "runtime" not in said:
        return guess_runtime(bundle)
    runtime = declared_runtime(reading, *said["runtime"])
    if runtime is None or not runtime.is_own:
        return runtime, ""
    # Which Python comes with an own runtime, its manifest says, or what is compiled for it.
    version, why = (said["python"][0], "") if "python" in said else guess_python(bundle)
    return with_python(runtime, version) or runtime, why


def _architecture(reading: Reading, bundle: Bundle, said: Said) -> tuple[Architecture, str]:
    if "architecture" not in said:
        return guess_architecture(bundle)
    value, where = said["architecture"]
    known = next((one for one in ARCHITECTURES if one == value), None)
    if known is None:
        message, hint = worded("enum", f"`{where.key or 'architecture'}`", value, [*ARCHITECTURES])
        reading.report("LP006", message, where, hint)
    return known or ARCHITECTURES[0], ""


def _handler(
    bundle: Bundle, said: Said, where: Where, form: Format
) -> tuple[str | None, str, tuple[Diagnostic, ...]]:
    """Give the handler, what was assumed of it, and what to tell where there is none."""
    if form == "layer" or bundle.is_broken:
        return None, "", ()
    if "handler" in said:
        return said["handler"][0], "", ()
    found = guess_handlers(Contents.of(bundle))
    if len(found) == 1:
        return found[0], f"handler `{found[0]}` found in the package", ()
    named = ", ".join(f"`{one}`" for one in found[:_MOST_NAMED])
    message = f"there are several handlers: {named}" if found else "no handler is known"
    hint = f"name it: `--handler {found[0] if found else 'app.handler'}`"
    text = f"{message}, so nothing is asked about it"
    return None, "", (Diagnostic("LP026", "info", text, where, hint),)
