"""Functions, bundles and facts built from a few words, for tests of what judges them."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.building.builder import Builder
from lpack.facts import Facts, gather
from lpack.facts.limits import read_limits
from lpack.model import (
    Bundle,
    Diagnostic,
    Entry,
    Function,
    Handler,
    Measured,
    RequirementsInput,
    StoredWheel,
    Target,
    Trigger,
    Where,
)
from lpack.platforms import runtime_named
from lpack.rules import REGISTRY, check_all
from lpack.rules.asked import always
from lpack.store import WheelStore
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.facts import Limits
    from lpack.facts.proofs import Proof
    from lpack.system import System

TODAY = date(2026, 11, 23)
APP = {"app.py": "def handler(event, context):\n    return event\n"}


def target_of(runtime: str = "python3.13", architecture: str = "x86_64") -> Target:
    """Make a target."""
    found = runtime_named(runtime)
    assert found is not None
    return Target(found, "arm64" if architecture == "arm64" else "x86_64")


def handler_of(text: str) -> Handler:
    """Split a handler at its last dot, whatever it is."""
    module, _, attribute = text.rpartition(".")
    return Handler(text, module, attribute)


def function_of(
    *,
    runtime: str = "python3.13",
    architecture: str = "x86_64",
    handler: str = "app.handler",
    environment: Mapping[str, str] | None = None,
    triggers: tuple[str | Trigger, ...] = (),
    **settings: Any,
) -> Function:
    """Make a function that Lambda takes, but for what is given."""
    values: dict[str, Any] = {
        "name": "api",
        "sources": (),
        "include": (),
        "exclude": (),
        "requirements": RequirementsInput(),
        "memory": 128,
        "timeout": 3,
        "ephemeral_storage": 512,
        "layers": (),
        "description": "",
        "tests": (),
        "origins": {"": Where("pyproject.toml", 1, "tool.lpack.functions.api")},
        # Known to be empty, where a test says nothing else.
        "layer_sizes": tuple((arn, 0) for arn in settings.get("layers", ())),
        **settings,
    }
    return Function(
        handler=handler_of(handler),
        target=target_of(runtime, architecture),
        environment=tuple((environment or {}).items()),
        triggers=tuple(Trigger(one) if isinstance(one, str) else one for one in triggers),
        **values,
    )


def bundle_of(  # noqa: PLR0913 - one argument for each thing that files have
    files: Mapping[str, str | bytes],
    *,
    owners: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
    wheels: tuple[str, ...] = (),
    modes: Mapping[str, int] | None = None,
    links: Mapping[str, str] | None = None,
) -> Bundle:
    """Make a bundle of files, some of them owned by a distribution or larger than they are."""
    content = {
        path: text.encode() if isinstance(text, str) else text for path, text in files.items()
    }
    entries = [
        Entry(
            path,
            (owners or {}).get(path, ""),
            (sizes or {}).get(path, len(data)),
            (modes or {}).get(path, 0o644),
            _NONE,
            link=(links or {}).get(path),
        )
        for path, data in sorted(content.items())
    ]
    return Bundle(tuple(entries), tuple(_wheel(name) for name in wheels), (), content)


def facts_of(  # noqa: PLR0913 - one argument for each thing that facts are made of
    files: Mapping[str, str | bytes] = APP,
    *,
    owners: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
    wheels: tuple[str, ...] = (),
    modes: Mapping[str, int] | None = None,
    links: Mapping[str, str] | None = None,
    zipped: int | None = None,
    shares: Mapping[str, int] | None = None,
    today: date = TODAY,
    proof: Proof | None = None,
    **settings: Any,
) -> Facts:
    """Gather the facts of a function and a bundle."""
    bundle = bundle_of(files, owners=owners, sizes=sizes, wheels=wheels, modes=modes, links=links)
    function = function_of(**settings)
    size = (
        None
        if zipped is None
        else Measured("api.zip", zipped, bundle.unzipped, len(files), shares or {})
    )
    facts = gather(function, bundle, archives=(size,) if size else (), today=today)
    return replace(facts, proof=proof)


def check(*arguments: Any, **settings: Any) -> tuple[Diagnostic, ...]:
    """Ask every rule about the facts that `facts_of` makes."""
    return judged(facts_of(*arguments, **settings), read_limits())


_ASKED_ALWAYS = tuple(replace(row, asked=always) for row in REGISTRY)


def judged(facts: Facts, limits: Limits) -> tuple[Diagnostic, ...]:
    """Ask the rules that concern the facts, and see that the others would have been silent."""
    found = check_all(facts, limits)
    assert found == check_all(facts, limits, _ASKED_ALWAYS)
    return found


def codes(*arguments: Any, **settings: Any) -> list[str]:
    """Give the codes of what the rules report, each with the first letter of its severity."""
    return [f"{item.code}-{item.severity}" for item in check(*arguments, **settings)]


def elf(machine: int = 62, bits: int = 64, kind: int = 3) -> bytes:
    """Make the first bytes of a little-endian ELF file; a shared object for x86_64 by default."""
    ident = b"\x7fELF" + bytes([1 if bits == 32 else 2, 1, 1]) + bytes(9)
    return ident + struct.pack("<HH", kind, machine) + bytes(44)


ARM64 = 183
MACH_O = b"\xcf\xfa\xed\xfe" + struct.pack("<I", 0x0100000C) + bytes(24)
WINDOWS = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", 0x8664)

_NONE = Path("nowhere")


def _wheel(filename: str) -> StoredWheel:
    name, version = filename.split("-")[:2]
    return StoredWheel(name, version, filename, _NONE, "0" * 64, 0)


def builder_of(root: Path, system: System) -> Builder:
    """Make what builds wheels of sources, with a cache inside `root`."""
    return Builder(system, WheelStore(root / "cache"), root, False, lambda _: None)  # noqa: FBT003
