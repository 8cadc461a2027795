"""Configure: from files, environment and command line to a `Project`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.cache import cache_folder
from lpack.config import DEFAULT_OUTPUT, DEFAULT_RESOLVER, RESOLVERS, Overrides, read_settings
from lpack.config.reading import Reading, is_file, is_folder, resolved
from lpack.errors import UsageError
from lpack.model import ARCHITECTURES, COMPRESS, FORMATS, Project, Where
from lpack.sources import DECLARED, FOUND, IN_TEMPLATE
from lpack.sources.accounts import sharing
from lpack.sources.additions import joined, with_template
from lpack.sources.functions import Choices, settle
from lpack.sources.runtimes import declared_runtime, declared_target
from lpack.validation import Verdicts
from lpack.validation.wording import shown, worded
from lpack.values import asdict, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lpack.config.settings import Declaration, Settings
    from lpack.model import Target

Overriding = dict[str, tuple[str, Where]]
"""By key, the value of the command line or of the environment, and which of them it was."""


def read_project(
    root: Path, overrides: Overrides, environ: Mapping[str, str], template: Path | None = None
) -> Project:
    """Read the project in `root`, and report all that is wrong in its configuration at once.

    A value is taken from the command line, else from `LPACK_RUNTIME`, `LPACK_ARCHITECTURE`,
    `LPACK_FORMAT`, `LPACK_OUTPUT_DIR`, `LPACK_RESOLVER` or `LPACK_COMPRESS`, else from the file,
    else it is the default. Of an AWS SAM `template`, the functions are those that it declares.

    Raises UsageError LP003 to LP014, or LP027 to LP038.
    """
    folder = resolved(root)
    if folder is None or not is_folder(folder):
        raise UsageError("LP008", f"project `{shown(root)}` is not a folder")
    reading = Reading(folder)
    declaration = _declaration(reading, template)
    settings = read_settings(declaration, Verdicts(cache_folder(environ)))
    reading.add(settings.mistakes)
    project = _project(reading, settings, declaration, _overriding(overrides, environ))
    if reading.mistakes:
        raise UsageError.of(reading.mistakes)
    return project


def policies_for(folder: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Give the policies of the project that a folder lies in, if that is one that has any.

    That is the nearest folder with a configuration of lpack, in the same repository. Raises
    UsageError LP004 to LP006, LP011 or LP020.
    """
    for one in (folder, *folder.parents):
        reading = Reading(one)
        declared = _declared(reading)
        if declared is not None:
            found = replace(declared, table={"policies": declared.table.get("policies", [])})
            settings = read_settings(found, Verdicts(cache_folder(environ)))
            reading.add(settings.mistakes)
            policies = _policies(reading, settings, declared)
            if reading.mistakes:
                raise UsageError.of(reading.mistakes)
            return policies
        if (one / ".git").exists():
            break
    return ()


def _declared(reading: Reading) -> Declaration | None:
    """Take what the user declared; raises UsageError LP011 where that is in two places."""
    found = [said for said in (source(reading) for source in DECLARED) if said]
    if len(found) > 1:
        raise UsageError(
            "LP011",
            f"both {found[0].file} and {found[1].file} configure lpack",
            where=found[0].where(()),
            hint=f"move everything into one of them, and delete `{found[1].file}`",
        )
    return found[0] if found else None


def _declaration(reading: Reading, template: Path | None) -> Declaration:
    """Take what the user declared; without functions, add those that are found."""
    declared = _declared(reading)
    if template is not None:
        return joined(declared, _of_template(reading, template))
    if declared and "functions" in declared.table and declared.table["functions"] != {}:
        return with_template(declared, reading, IN_TEMPLATE)
    implied = next(filter(None, (source(reading) for source in FOUND)), None)
    if implied is None:
        raise _nothing_found(reading, declared)
    return joined(declared, implied)


def _of_template(reading: Reading, template: Path) -> Declaration:
    from lpack.sources.sam import read_sam  # noqa: PLC0415 - few projects have one

    found = read_sam(reading, resolved(template) or template)
    if not found.table["functions"] and not reading.mistakes:
        others = ", ".join(f"{name} ({what})" for name, what in found.others)
        message = f"`{shown(found.file)}` declares no function that lpack builds"
        where, hint = Where(found.file), f"it declares {others}" if others else None
        raise UsageError("LP034", message, where=where, hint=hint)
    return found


def _nothing_found(reading: Reading, declared: Declaration | None) -> UsageError:
    from lpack.sources.handlers import (  # noqa: PLC0415 - only on failure
        LOOKED_FOR,
        files_listed,
        find_anywhere,
        place_to_declare,
    )

    seen = find_anywhere(reading)
    table = place_to_declare(reading)
    hint = f"declare the function: `handler = …` in {table}"
    if seen:
        source = reading.shown(seen[0].source)
        place = "" if source == "." else f' and `source = "{source}"`'
        hint = f'declare {table} with `handler = "{seen[0].text}"`{place}'
    others = f"\n  handlers elsewhere: {files_listed(reading, seen)}" if len(seen) > 1 else ""
    return UsageError(
        "LP003",
        f"no Lambda function in `{shown(reading.root.name)}`: looked for {LOOKED_FOR}{others}",
        where=declared.where(()) if declared else None,
        hint=hint,
    )


def _overriding(overrides: Overrides, environ: Mapping[str, str]) -> Overriding:
    found: Overriding = {}
    for key, value in asdict(overrides).items():
        variable = f"LPACK_{key.upper()}"
        if value is not None:
            option = f"--{key.replace('_', '-')}"
            found[key] = (value, Where("command line", key=option))
        elif environ.get(variable):
            found[key] = (environ[variable], Where("environment", key=variable))
    return found


def _project(
    reading: Reading, settings: Settings, declaration: Declaration, overriding: Overriding
) -> Project:
    where = declaration.where(("output_dir",)) if settings.output_dir else None
    named = settings.output_dir or DEFAULT_OUTPUT, where
    output = _output(reading, *overriding.get("output_dir", named))
    resolver = _choice(reading, overriding, "resolver", RESOLVERS)
    policies = _policies(reading, settings, declaration)
    choices = _choices(reading, overriding, settings, output, policies)
    settled = (settle(reading, function, choices) for function in settings.functions)
    functions = sharing([function for function in settled if function])
    return Project(
        root=reading.root,
        output=output or reading.root / DEFAULT_OUTPUT,
        functions=tuple(functions),
        config_files=reading.files,
        resolver=resolver or settings.resolver or DEFAULT_RESOLVER,
        lock_targets=_lock_targets(reading, settings, declaration),
        others=declaration.others,
    )


def _lock_targets(
    reading: Reading, settings: Settings, declaration: Declaration
) -> tuple[Target, ...]:
    wanted = (
        declared_target(reading, text, declaration.where(("lock_targets", place)))
        for place, text in enumerate(settings.lock_targets)
    )
    return tuple(filter(None, wanted))


def _output(reading: Reading, name: str, where: Where | None) -> Path | None:
    """Find the output folder, or report LP012: it must not hold the project."""
    output = resolved(reading.root / name)
    if output and reading.holds(output):
        # On the command line it was typed relative to another folder.
        name = reading.shown(output)
    if output is None or is_file(output):
        hint = f'set `output_dir` to a folder, such as `"{DEFAULT_OUTPUT}"`'
        reading.report("LP012", f"output `{shown(name)}` cannot be a folder", where, hint)
    elif output in (reading.root, *reading.root.parents):
        hint = f'set `output_dir` to a folder of its own, such as `"{DEFAULT_OUTPUT}"`'
        reading.report("LP012", f"output `{shown(name)}` holds the project itself", where, hint)
    else:
        return output
    return None


def _policies(reading: Reading, settings: Settings, declaration: Declaration) -> tuple[Path, ...]:
    """Find the team's own schemas, or report LP020; what they say is read when they are asked."""
    found: list[Path] = []
    for place, name in enumerate(settings.policies):
        path = resolved(reading.root / name)
        if path is not None and reading.has(path):
            found.append(path)
            continue
        where = declaration.where(("policies", place))
        hint = f"paths start at `{shown(reading.root.name)}`"
        reading.report("LP020", f"policy `{shown(name)}` does not exist", where, hint)
    return tuple(found)


def _choices(
    reading: Reading,
    overriding: Overriding,
    settings: Settings,
    output: Path | None,
    policies: tuple[Path, ...],
) -> Choices:
    runtime = overriding.get("runtime")
    architecture = _choice(reading, overriding, "architecture", ARCHITECTURES)
    compress = _choice(reading, overriding, "compress", COMPRESS)
    chosen = _choice(reading, overriding, "format", FORMATS)
    return Choices(
        output=output,
        runtime=declared_runtime(reading, *runtime) if runtime else None,
        architecture=next((known for known in ARCHITECTURES if known == architecture), None),
        compress=next((known for known in COMPRESS if known == compress), None),
        format=next((known for known in FORMATS if known == chosen), None),
        policies=policies,
        account=settings.account,
        region=settings.region,
        origins={
            key: overriding[key][1]
            for key in ("runtime", "architecture", "compress", "format")
            if key in overriding
        },
    )


def _choice(reading: Reading, overriding: Overriding, key: str, known: Iterable[str]) -> str | None:
    """Give a value of the command line or environment; report LP006 when it is not known."""
    if key not in overriding:
        return None
    value, where = overriding[key]
    if value not in known:
        message, hint = worded("enum", f"`{where.key}`", value, list(known))
        reading.report("LP006", message, where, hint)
    return value
