"""`lpack check PATH` and `lpack facts PATH`: packages that are there already, whoever made them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.cache import known_cache_folder
from lpack.errors import UsageError
from lpack.facts import gather
from lpack.model import Where
from lpack.outcome import Report
from lpack.packages import as_layer, looks_like_layer, read_package, with_layers
from lpack.packages.digests import with_digests
from lpack.packages.function import function_of
from lpack.packages.record import recorded
from lpack.packages.said import CODE_SHA256, read_environment, read_settings
from lpack.pipeline import check_package
from lpack.values import dataclass, replace
from lpack.wheels.opened import OpenFile, sha256_of

if TYPE_CHECKING:
    import argparse

    from lpack.cli.context import Context
    from lpack.facts import Facts
    from lpack.facts.proofs import Proof
    from lpack.model import Bundle, Diagnostic, Function
    from lpack.outcome import Outcome
    from lpack.packages.said import Said


@dataclass(frozen=True, slots=True)
class Given:
    """A package, and the function that it is for."""

    function: Function
    bundle: Bundle
    told: tuple[Diagnostic, ...]
    """What cannot be judged."""


def check_packages(context: Context, paths: list[str], note: str = "") -> Report:
    """Judge each package; exit status 1 if a rule finds an error in any.

    `note` is what was assumed when these words were taken for paths.
    """
    said = _said(context.options)
    layers = [(word, read_package(Path(word), word)) for word in context.options.layer]
    outcomes = tuple(_checked(context, word, layers, said, note) for word in paths)
    failed = any(one.failed for one in outcomes)
    names = tuple(one.name for one in outcomes)
    status = 1 if failed else 0
    return Report(outcomes, exit_status=status, names=names, root=Path.cwd())


def facts_of_package(context: Context, word: str) -> Facts:
    """Find out what the rules would judge of a package."""
    layers = [(one, read_package(Path(one), one)) for one in context.options.layer]
    given = _given(word, layers, _said(context.options))
    return gather(
        given.function,
        given.bundle,
        archives=given.bundle.archives,
        today=context.system.today(),
        cache=_cache(context),
    )


def _cache(context: Context) -> Path | None:
    found = known_cache_folder(context.system.environ)
    return None if found is None else Path(found)


def _checked(
    context: Context, word: str, layers: list[tuple[str, Bundle]], said: Said, note: str
) -> Outcome:
    context.progress.step(word, "checking")
    given = _given(word, layers, said)
    outcome = check_package(
        given.function,
        given.bundle,
        Path.cwd(),
        today=context.system.today(),
        cache=_cache(context),
        proof=_proof(context, given) if context.options.proves_imports else None,
    )
    return replace(
        outcome,
        assumed=(*filter(None, (note,)), *outcome.assumed),
        strict=context.options.strict,
        diagnostics=(*outcome.diagnostics, *given.told),
    )


def _proof(context: Context, given: Given) -> Proof | None:
    """Import the handler of a package, which runs its code."""
    from lpack.proving import prove  # noqa: PLC0415 - only where it is asked for

    return None if given.bundle.is_broken else prove(given.function, given.bundle, context.system)


def _given(word: str, layers: list[tuple[str, Bundle]], said: Said) -> Given:
    path = Path(word)
    bundle = read_package(path, word)
    record = recorded(bundle, path, word)
    notes = [] if record is None else [record.note]
    if record is not None:
        bundle, said = record.bundle, {**record.said, **said}
        if not layers:
            layers = [_layer(word, one) for one in record.layers if one.is_file()]
    recorded_layer = record is not None and record.is_layer
    if "format" not in said and (recorded_layer or _is_layer(bundle, said)):
        said = {**said, "format": ("layer", Where(word))}
        if not recorded_layer:
            notes.append("taken for a layer: all of it lies in the folders of one")
    is_layer = "format" in said
    bundle = as_layer(bundle) if is_layer else with_layers(bundle, layers)
    notes += _deployed(path, said)
    stem = path.resolve().name.removesuffix(".zip")
    bundle = with_digests(bundle)
    function, told = function_of(bundle, stem, word, said, root=Path.cwd())
    function = replace(function, other_layers=0 if record is None else len(record.layers))
    return Given(function, replace(bundle, notes=tuple(notes)), told)


def _layer(word: str, path: Path) -> tuple[str, Bundle]:
    """Read a layer beside a package, and name it as the user did that."""
    name = f"{word.removesuffix(Path(word).name)}{path.name}"
    return name, read_package(path, name)


def _is_layer(bundle: Bundle, said: Said) -> bool:
    """Tell whether nothing calls a package; one with a handler is a function's."""
    return "handler" not in said and looks_like_layer(bundle)


def _deployed(path: Path, said: Said) -> list[str]:
    """Tell whether the code that the settings are of is this very package."""
    if CODE_SHA256 not in said or not path.is_file():
        return []
    import base64  # noqa: PLC0415 - for answers of Lambda only

    with OpenFile(str(path)) as data:
        digest = base64.b64encode(bytes.fromhex(sha256_of(data))).decode()
    same = digest == said[CODE_SHA256][0]
    what = "this very package" if same else "another package than this one"
    return [f"the settings are of a function with {what} (CodeSha256)"]


def _said(options: argparse.Namespace) -> Said:
    """Give what the command line says; its options go before the settings that it names."""
    said = read_settings(options.settings, Path(options.settings)) if options.settings else {}
    typed = {
        "runtime": options.runtime,
        "architecture": options.architecture,
        "handler": options.handler,
        "memory": options.memory,
        "timeout": options.timeout,
        "upload": options.upload,
        "limits": options.limits,
        "policies": tuple(map(_policy, options.policy)) or None,
        "format": "layer" if options.as_layer else None,
    }
    found = {key: (value, _option(key)) for key, value in typed.items() if value is not None}
    return {**said, **found, **_environment(options, said)}


def _environment(options: argparse.Namespace, said: Said) -> Said:
    file = options.env_file
    variables: dict[str, Any] = read_environment(Path(file), file) if file else {}
    variables.update(one.partition("=")[::2] for one in options.env)
    if not variables:
        return {}
    before = said["environment"][0] if "environment" in said else {}
    return {"environment": ({**before, **variables}, _option("env"))}


def _policy(word: str) -> Path:
    path = Path(word)
    if not path.is_file():
        raise UsageError("LP020", f"policy `{word}` does not exist", where=_option("policy"))
    return path.resolve()


def _option(key: str) -> Where:
    names = {"policies": "policy", "format": "as-layer"}
    return Where("command line", key=f"--{names.get(key, key)}")
