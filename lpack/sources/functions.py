"""Completes what is declared of a function with what its project implies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.config.reading import resolved
from lpack.model import (
    ARCHITECTURES,
    Architecture,
    Compress,
    Format,
    Function,
    Handler,
    RequirementsInput,
    Runtime,
    Target,
)
from lpack.sources.dependencies import declared_requirements, guess_requirements
from lpack.sources.folders import declared_folders, folder_with, guess_folder
from lpack.sources.runtimes import (
    declared_runtime,
    guess_runtime,
    refuse_for_own,
    settled_python,
)
from lpack.sources.tests import read_tests
from lpack.validation.wording import did_you_mean
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.config.reading import Reading
    from lpack.config.settings import FunctionSettings
    from lpack.model import Where
    from lpack.sources.handlers import Candidate

_MOST_SUGGESTED = 5
_NO_SOURCE = "no source: the layer holds dependencies alone"
UNREAD = "handler `bootstrap`, which Lambda does not read"
BOOTSTRAP = "bootstrap"
"""The executable that is an own runtime, at the root of the package or of a layer.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html"""
_PROVIDED = "provided"
_EXAMPLE = '`handler = "module.function"`'


@dataclass(frozen=True, slots=True)
class Choices:
    """What is decided for all functions of the project before any is looked at."""

    output: Path | None
    """None when it was refused."""
    runtime: Runtime | None
    """Of the command line or the environment; None when neither says."""
    architecture: Architecture | None
    compress: Compress | None
    format: Format | None
    policies: tuple[Path, ...]
    account: str | None
    region: str | None
    origins: Mapping[str, Where]
    """Where the command line or the environment says so."""

    @property
    def place(self) -> dict[str, str]:
        """What the project says of the region and the account of its functions."""
        said = {"region": self.region, "account": self.account}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Place:
    """A function's handler and the folders that hold it."""

    handler: Handler | None
    """None for a layer that declares none."""
    sources: tuple[Path, ...]
    assumed: tuple[str, ...] = ()


def parse_handler(text: str) -> Handler:
    """Split a handler at its last dot, as Lambda's runtime client does.

    One without a dot is all module and no attribute, which a rule reports.
    """
    module, dot, attribute = text.rpartition(".")
    return Handler(text, module, attribute) if dot else Handler(text, text, "")


def settle(reading: Reading, settings: FunctionSettings, choices: Choices) -> Function | None:
    """Make the function of its settings; None when a mistake was reported on the way."""
    wanted = _runtime_named(reading, settings, choices)
    place = _place(reading, settings, choices, wanted)
    folders = tuple(dict.fromkeys((*(place.sources if place else ()), reading.root)))
    runtime = _runtime(reading, settings, choices, folders, wanted)
    handler = place.handler if place else None
    requirements = _requirements(reading, settings, folders, handler)
    tests = read_tests(reading, settings.tests, choices.place)
    if runtime is not None and runtime[0].is_own:
        refuse_for_own(reading, settings, runtime[0])
    if settings.layer_path == "root" and (choices.format or settings.format) == "zip+layer":
        message = (
            "the modules of `zip+layer` would lie at the layer's root, where Python finds none"
        )
        where, hint = settings.where("layer-path"), "set `layer-path` to `python`"
        reading.report("LP006", message, where, hint)
    if place is None or runtime is None or reading.mistakes:
        return None
    chosen, sentence = _format(settings, choices, place)
    assumed = (*settings.assumed, *place.assumed, sentence, runtime[1], requirements[1])
    made = as_given(settings, Target(runtime[0], _architecture(settings, choices)))
    return replace(
        made,
        handler=place.handler,
        sources=place.sources,
        requirements=requirements[0],
        prefixes=_prefixes(reading, settings),
        compress=choices.compress or settings.compress,
        format=chosen,
        policies=choices.policies,
        account=choices.account,
        region=choices.region,
        tests=tests,
        assumed=tuple(sentence for sentence in assumed if sentence),
        origins={**settings.origins, **choices.origins},
    )


def as_given(settings: FunctionSettings, target: Target) -> Function:
    """Make a function of what is declared of it, and of nothing that would have to be found."""
    return Function(
        name=settings.name,
        handler=None if settings.handler is None else parse_handler(settings.handler),
        target=target,
        sources=(),
        include=settings.include,
        exclude=settings.exclude,
        requirements=RequirementsInput(),
        build_from_source=settings.build_from_source,
        slim=settings.slim,
        memory=settings.memory,
        timeout=settings.timeout,
        ephemeral_storage=settings.ephemeral_storage,
        upload=settings.upload,
        compress=settings.compress,
        bytecode=settings.bytecode,
        strip=settings.strip,
        format=settings.format,
        layer_path=settings.layer_path,
        environment=settings.environment,
        layers=settings.layers,
        settings=settings.settings,
        limits=settings.limits,
        strict=settings.strict,
        ignore=settings.ignore,
        budget=settings.budget,
        layer_sizes=settings.layer_sizes,
        reserved_concurrency=settings.reserved_concurrency,
        account_concurrency=settings.account_concurrency,
        description=settings.description,
        triggers=settings.triggers,
        tests=(),
        assumed=settings.assumed,
        other_layers=settings.other_layers,
        project_layers=settings.project_layers,
        spelling=settings.spelling,
        origins=settings.origins,
    )


def _format(settings: FunctionSettings, choices: Choices, place: _Place) -> tuple[Format, str]:
    """Choose the format, and say so where a layer that nothing can call stays one."""
    chosen = choices.format or settings.format
    if place.handler is None and chosen in ("zip", "zip+layer"):
        return "layer", "still a layer: it has no handler"
    return chosen, ""


def _place(
    reading: Reading, settings: FunctionSettings, choices: Choices, runtime: Runtime | None
) -> _Place | None:
    where = settings.where("source")
    sources = declared_folders(reading, settings.sources or (), choices.output, where)
    is_own = runtime.is_own if runtime else (settings.runtime or "").startswith(_PROVIDED)
    if is_own and settings.format != "layer" and not _is_misspelt(settings):
        return _own_place(reading, settings, sources)
    if settings.handler is not None:
        handler = parse_handler(settings.handler)
        if settings.sources is not None:
            return _Place(handler, sources)
        folder, sentence = guess_folder(reading, handler)
        return _Place(handler, (folder,), (sentence,))
    if _is_misspelt(settings) or (settings.sources and not sources):
        return None
    return _found(reading, settings, choices, sources)


def _own_place(reading: Reading, settings: FunctionSettings, sources: tuple[Path, ...]) -> _Place:
    """Take any handler, which only the package's own runtime reads, and the folder with that."""
    told = () if settings.handler else (UNREAD,)
    handler = parse_handler(settings.handler or BOOTSTRAP)
    if settings.sources is not None:
        return _Place(handler, sources, told)
    folder, sentence = folder_with(reading, BOOTSTRAP)
    return _Place(handler, (folder,), (*told, sentence))


def _found(
    reading: Reading, settings: FunctionSettings, choices: Choices, sources: tuple[Path, ...]
) -> _Place | None:
    """Look for a handler, which a layer can do without."""
    alone = _Place(None, sources, () if settings.sources is not None else (_NO_SOURCE,))
    if settings.format == "layer":
        return alone
    from lpack.sources.handlers import (  # noqa: PLC0415 - most projects name their handlers
        find_in_project,
        find_in_sources,
    )

    is_declared = settings.sources is not None
    found = find_in_sources(reading, sources) if is_declared else find_in_project(reading)
    if len(found) == 1:
        sources = sources or (found[0].source,)
        return _Place(parse_handler(found[0].text), sources, (found[0].sentence(reading),))
    if choices.format == "layer":
        return alone
    _report_handler(reading, settings, found, sources or (reading.root,))
    return None


def _prefixes(reading: Reading, settings: FunctionSettings) -> tuple[tuple[Path, str], ...]:
    """Give the folders that are not packed at the root, as `declared_folders` finds them."""
    pairs = zip(settings.sources or (), settings.prefixes, strict=True)
    found = ((resolved(reading.root / name), prefix) for name, prefix in pairs if prefix)
    return tuple((folder, prefix) for folder, prefix in found if folder)


def _is_misspelt(settings: FunctionSettings) -> bool:
    """Tell whether a key that was reported may be the missing one."""
    keys = ("handler", "source")
    return any(key in keys or did_you_mean(key, keys) for key in settings.broken)


def _report_handler(
    reading: Reading,
    settings: FunctionSettings,
    found: list[Candidate],
    folders: tuple[Path, ...],
) -> None:
    from lpack.sources.handlers import (  # noqa: PLC0415 - only on failure
        LOOKED_FOR,
        candidates_listed,
        find_elsewhere,
    )

    if found:
        message = f"function `{settings.name}` has several handlers: {candidates_listed(found)}"
    else:
        places = " and ".join(f"`{reading.shown(folder)}`" for folder in folders)
        message = f"function `{settings.name}` has no handler in {places}: looked for {LOOKED_FOR}"
        found = find_elsewhere(reading, folders)[:_MOST_SUGGESTED]
    choices = " or ".join(f'`handler = "{candidate.text}"`' for candidate in found)
    hint = f"set {choices or _EXAMPLE}"
    reading.report("LP009", message, settings.where(""), hint)


def _runtime_named(
    reading: Reading, settings: FunctionSettings, choices: Choices
) -> Runtime | None:
    """Give the runtime that somebody has named, or report LP010."""
    if "runtime" in choices.origins or settings.runtime is None:
        return choices.runtime
    where = settings.where("runtime")
    return declared_runtime(reading, settings.runtime, where, settings.spelling)


def _runtime(
    reading: Reading,
    settings: FunctionSettings,
    choices: Choices,
    folders: tuple[Path, ...],
    named: Runtime | None,
) -> tuple[Runtime, str] | None:
    """Give the runtime with its Python, and what was assumed of it."""
    if named is not None:
        return settled_python(reading, named, settings.python, settings.where("python"), folders)
    was_named = settings.runtime is not None or "runtime" in choices.origins
    if was_named or "runtime" in settings.broken:
        return None
    guessed = guess_runtime(reading, folders)
    if guessed is None:
        return None
    settled = settled_python(reading, guessed[0], settings.python, settings.where("python"), ())
    return settled and (settled[0], guessed[1])


def _requirements(
    reading: Reading,
    settings: FunctionSettings,
    folders: tuple[Path, ...],
    handler: Handler | None,
) -> tuple[RequirementsInput, str]:
    if settings.requirements is None:
        return guess_requirements(reading, folders, handler)
    where = settings.where("requirements")
    found = declared_requirements(reading, settings.requirements, folders, where)
    return replace(found, indexes=settings.requirements.indexes), ""


def _architecture(settings: FunctionSettings, choices: Choices) -> Architecture:
    wanted = choices.architecture or settings.architecture
    return next((known for known in ARCHITECTURES if known == wanted), ARCHITECTURES[0])
