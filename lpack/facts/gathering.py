"""What is known about a function and its package: the one thing that rules judge."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from lpack.facts.contents import Contents
from lpack.facts.environment import Environment, measure_environment
from lpack.facts.handler_finding import HandlerFinding
from lpack.facts.handler_owners import with_owner
from lpack.facts.handlers import any_handler, inspect_handler
from lpack.facts.import_path import handler_beside, import_path
from lpack.facts.native_files import NativeFile, described, libraries_of, native_files
from lpack.facts.part_findings import Parts
from lpack.facts.parts import parts_of
from lpack.facts.sizes import Sizes, WaysOut, sizes_of
from lpack.facts.wheel_fit import Fit, wheel_fit
from lpack.lazily import lazily
from lpack.values import dataclass, field, replace

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from lpack.facts.bootstrap import Bootstrap
    from lpack.facts.imports_removed import RemovedImport
    from lpack.facts.linking import Libraries
    from lpack.facts.proofs import Proof
    from lpack.facts.requirements_met import Unmet
    from lpack.model import Bundle, Flaw, Function, Measured, Saved, StoredWheel, Target


# Most packages are judged without a look at what they import.
_imported_files = lazily("lpack.facts.imports_reached:imported_files")
_SEARCH_VARIABLES = frozenset({"LD_LIBRARY_PATH", "LD_PRELOAD"})


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution in the package, and whether its wheel is for the target."""

    name: str
    version: str
    filename: str
    fit: Fit


@dataclass(frozen=True)
class Facts:
    """A function, its package, and the day on which it is judged."""

    function: Function
    environment: Environment
    sizes: Sizes
    distributions: tuple[Distribution, ...]
    handler: HandlerFinding
    native: tuple[NativeFile, ...]
    paths: frozenset[str]
    """Every path in the package."""
    today: date
    """For rules about deadlines; no part of the document, which is the same on every day."""
    awaits: str = ""
    """What else will be in the package, in words; no part of the document."""
    slimmed: tuple[Saved, ...] = ()
    removed_imports: tuple[RemovedImport, ...] = ()
    """Imports of what slimming left out; the certain ones first."""
    left_to_runtime: tuple[str, ...] = ()
    """Distributions that slimming left to the runtime, sorted."""
    parts: Parts = field(default_factory=Parts)
    proof: Proof | None = None
    """What came of importing the handler, where that was done; no part of the document."""
    ways_out: WaysOut | None = None
    """Looked for where something is too large for a direct upload; no part of the document."""
    flaws: tuple[Flaw, ...] = ()
    """What is odd about the archives that were read; none of what lpack writes."""
    given_layers: tuple[str, ...] = ()
    """The layers that are at hand, as the user wrote them."""
    built_layers: int = 0
    """The layers that are made by the same build."""
    is_given: bool = False
    """Whether the package was made by somebody else, or before."""
    unmet: tuple[Unmet, ...] = ()
    """What distributions ask for and do not get; only asked of packages of others."""
    is_broken: bool = False
    """Whether it cannot be unpacked, so that nothing is known of what is in it."""
    bootstrap: Bootstrap | None = None
    """What is started for a function that brings its own runtime; None for any other."""

    @cached_property
    def libraries(self) -> Libraries:
        """The shared libraries in the package."""
        return libraries_of(self.native)

    @property
    def own_search(self) -> bool:
        """Whether variables of the function change where libraries are looked for."""
        return not _SEARCH_VARIABLES.isdisjoint(dict(self.function.environment))

    @property
    def has_unknown_layers(self) -> bool:
        """Whether the function has layers that are not at hand, and may hold what is missing."""
        named = len(self.function.layers) + self.function.other_layers - self.built_layers
        return named > len(self.given_layers)

    @property
    def platform_neutral(self) -> frozenset[str]:
        """The distributions whose wheel claims to run everywhere."""
        return frozenset(item.name for item in self.distributions if item.fit == "any")

    @property
    def misfits(self) -> frozenset[str]:
        """The distributions whose wheel is for another target."""
        return frozenset(item.name for item in self.distributions if item.fit == "misfit")


def gather(  # noqa: PLR0913 - what is judged, and what helps to
    function: Function,
    bundle: Bundle,
    *,
    archives: tuple[Measured, ...],
    today: date,
    cache: Path | None = None,
    ways_out: WaysOut | None = None,
) -> Facts:
    """Find out all that rules ask about a function and its package.

    `archives` are what is uploaded of it, and `ways_out` what would make them smaller, where that
    was looked for. `cache` is where to keep what takes long to find out. Raises UsageError LP004
    when an own file cannot be read any more.
    """
    contents = Contents.of(bundle)
    roots, elsewhere = import_path(function, bundle, contents)
    bootstrap = _bootstrap(function, bundle, contents)
    # An own runtime may read the handler in any way, and have modules in any place.
    called = replace(function, handler=None) if function.target.runtime.is_own else function
    return Facts(
        function=function,
        environment=measure_environment(dict(function.environment)),
        sizes=sizes_of(function, bundle, archives),
        distributions=tuple(_distribution(wheel, function.target) for wheel in bundle.wheels),
        handler=HandlerFinding("not-needed")
        if bundle.is_broken
        else _handler(function, contents, roots, elsewhere or handler_beside(function, bundle)),
        native=native_files(
            bundle.entries,
            contents,
            function.target,
            lambda: _imported_files(called, bundle, contents, roots, cache),
            started=bootstrap.path if bootstrap else "",
        ),
        paths=contents.paths,
        awaits=bundle.awaits,
        today=today,
        slimmed=bundle.saved,
        removed_imports=_removed_imports(called, bundle, contents, roots, cache),
        left_to_runtime=_left_to_runtime(function, bundle),
        parts=parts_of(called, bundle, contents, roots, elsewhere, cache),
        ways_out=ways_out,
        flaws=bundle.flaws,
        given_layers=bundle.layers,
        built_layers=len(bundle.beside),
        is_given=bundle.is_given,
        unmet=_unmet(function, bundle, contents),
        is_broken=bundle.is_broken,
        bootstrap=bootstrap,
    )


def _bootstrap(function: Function, bundle: Bundle, contents: Contents) -> Bootstrap | None:
    if not function.target.runtime.is_own or bundle.is_broken:
        return None
    from lpack.facts.bootstrap import bootstrap_of  # noqa: PLC0415 - few bring a runtime

    named = len(function.layers) + function.other_layers
    unseen = named > len(bundle.layers) + len(bundle.beside)
    beside = frozenset(path for one in bundle.beside for path in one.paths)
    awaits = bool(bundle.awaits)
    return bootstrap_of(function, contents, unseen=unseen, awaits=awaits, beside=beside)


def _unmet(function: Function, bundle: Bundle, contents: Contents) -> tuple[Unmet, ...]:
    if not bundle.is_given:  # what is locked fits
        return ()
    from lpack.facts.requirements_met import unmet_requirements  # noqa: PLC0415 - builds need none

    return unmet_requirements(bundle, contents, function.target)


def _handler(
    function: Function, contents: Contents, roots: tuple[str, ...], elsewhere: str
) -> HandlerFinding:
    if function.handler is None or function.format == "layer":
        return HandlerFinding("not-needed")
    if function.target.runtime.is_own:
        return any_handler(function.handler)
    found = inspect_handler(
        function.handler, contents, function.target, roots=roots, elsewhere=elsewhere
    )
    return with_owner(found, contents, roots)


def document(facts: Facts) -> dict[str, Any]:
    """Write facts as the document that `schemas/facts.schema.json` describes."""
    from lpack.facts.calls import calls_of  # noqa: PLC0415 - builds write no document
    from lpack.facts.parts_document import parts_document  # noqa: PLC0415 - builds write none

    return {
        "settings": _settings(facts.function),
        "request": dict(facts.function.settings),
        "environment": {
            "names": [variable.name for variable in facts.environment.variables],
            "bytes": facts.environment.bytes,
        },
        "sizes": {
            "zipped": facts.sizes.zipped,
            "layer": facts.sizes.layer,
            "unzipped": facts.sizes.unzipped,
            "with_layers": facts.sizes.together,
            "files": facts.sizes.files,
            "by_owner": [
                {"owner": item.owner, "files": item.files, "unzipped": item.unzipped}
                for item in facts.sizes.by_owner
            ],
        },
        "distributions": [
            {
                "name": item.name,
                "version": item.version,
                "filename": item.filename,
                "fit": item.fit,
            }
            for item in facts.distributions
        ],
        "handler": {
            "outcome": facts.handler.outcome,
            "module": facts.handler.module,
            "attribute": facts.handler.attribute,
            "path": facts.handler.path,
            "line": facts.handler.line,
            "error": facts.handler.error,
        },
        "native": [
            described(item, facts.libraries, facts.function.target.architecture)
            for item in facts.native
        ],
        "bootstrap": _bootstrap_row(facts.bootstrap),
        **_slimming(facts),
        **calls_of(facts.function),
        "archive": _archive(facts) if facts.is_given else None,
        **parts_document(facts.parts),
    }


def _bootstrap_row(found: Bootstrap | None) -> dict[str, Any] | None:
    if found is None:
        return None
    faults = [{"kind": one.kind, "detail": one.detail} for one in found.faults]
    return {"path": found.path, "faults": faults}


def _archive(facts: Facts) -> dict[str, Any]:
    return {
        "layers": list(facts.given_layers),
        "flaws": [
            {
                "archive": one.archive,
                "kind": one.kind,
                "path": one.path,
                "message": one.what,
                "mild": one.mild,
            }
            for one in facts.flaws
        ],
    }


def _slimming(facts: Facts) -> dict[str, Any]:
    return {
        "slimmed": [
            {"rule": item.rule, "files": item.files, "bytes": item.bytes} for item in facts.slimmed
        ],
        "removed_imports": [
            {
                "module": item.name,
                "owner": item.owner,
                "rule": item.rule,
                "path": item.path,
                "line": item.line,
                "certain": item.certain,
            }
            for item in facts.removed_imports
        ],
        "left_to_runtime": list(facts.left_to_runtime),
    }


def _settings(function: Function) -> dict[str, Any]:
    return {
        "name": function.name,
        "handler": function.handler_text,
        "runtime": function.target.runtime.name,
        "python": _python(function),
        "architecture": function.target.architecture,
        "memory": function.memory,
        "timeout": function.timeout,
        "ephemeral_storage": function.ephemeral_storage,
        "description": function.description,
        "layers": list(function.layers),
        "triggers": [trigger.kind for trigger in function.triggers],
        "limits": function.limits,
        "ignored": [{"code": one.code, "reason": one.reason} for one in function.ignore],
    }


def _python(function: Function) -> str | None:
    runtime = function.target.runtime
    return "{}.{}".format(*runtime.python) if runtime.has_python else None


def _distribution(wheel: StoredWheel, target: Target) -> Distribution:
    fit = wheel_fit(wheel.filename, target)
    return Distribution(wheel.name, wheel.version, wheel.filename, fit)


def _removed_imports(
    function: Function,
    bundle: Bundle,
    contents: Contents,
    roots: tuple[str, ...],
    cache: Path | None,
) -> tuple[RemovedImport, ...]:
    if not function.slim:
        return ()
    from lpack.facts.imports_removed import removed_imports  # noqa: PLC0415 - few are slimmed

    return removed_imports(function, bundle, contents, roots, cache)


def _left_to_runtime(function: Function, bundle: Bundle) -> tuple[str, ...]:
    if not function.slim:
        return ()
    from lpack.facts.imports_removed import RUNTIME, slimmed_by  # noqa: PLC0415 - see above

    ruled = (one for one in bundle.excluded if one.rule == RUNTIME and slimmed_by(one, function))
    return tuple(sorted({one.owner for one in ruled}))
