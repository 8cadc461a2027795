"""`lpack verify`: whether a package is the one of its manifest."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cli.terminal import print_failures
from lpack.comparing.manifests import MANIFEST_BYTES
from lpack.comparing.names import brief
from lpack.comparing.sides import manifest_of, open_zip
from lpack.comparing.verifying import verify_package
from lpack.data import read_bytes
from lpack.errors import UsageError
from lpack.model import Diagnostic, Where
from lpack.printed import count, megabytes, path_from_here, safe
from lpack.values import asdict

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.comparing.findings import Finding, Verified

_DIFFERS = 1
_SHOWN = 10
_HINT = "`lpack build` writes both anew, and `lpack diff` compares two packages"


def verify(context: Context) -> int:
    """Hold a package against its manifest; exit status 1 if anything differs."""
    options = context.options
    path = Path(options.zip)
    record = Path(options.manifest) if options.manifest else manifest_of(path)
    with ExitStack() as stack:
        data = open_zip(path, stack)
        content = _manifest(record, is_stated=bool(options.manifest))
        name = None if options.manifest else path.name
        verified = verify_package(data, content, str(record), name, called=path.name)
    if options.output == "json":
        document = {"file": str(path), "manifest": str(record), "whole": not verified.findings}
        document |= asdict(verified)
        sys.stdout.write(json.dumps({"verified": document}, indent=2) + "\n")
    elif verified.findings:
        print_failures(_diagnostics(verified, path, record), context.style)
    elif not context.style.quiet:
        sys.stdout.write(safe(_told(verified, path, record)))
    return _DIFFERS if verified.findings else 0


def _manifest(path: Path, *, is_stated: bool) -> bytes:
    if not is_stated and not path.exists():
        raise UsageError(
            "LP403",
            f"`{brief(path.name)}` is not beside the package",
            where=Where(str(path)),
            hint="name the manifest with `--manifest FILE`",
        )
    return read_bytes(path, str(path), MANIFEST_BYTES)


def _told(verified: Verified, path: Path, record: Path) -> str:
    lines = [
        f"{path_from_here(path)}  is what {path_from_here(record)} says",
        f"  sha256    {verified.sha256}",
        f"  files     {count(verified.files, 'file')}, {_sizes(verified)}",
    ]
    if not verified.sealed:
        lines.append("  no seal   what the manifest says beside the zip is taken on trust")
    return "\n".join(lines) + "\n"


def _sizes(verified: Verified) -> str:
    return f"{megabytes(verified.size)}, {megabytes(verified.unzipped)} unzipped"


def _diagnostics(verified: Verified, path: Path, record: Path) -> tuple[Diagnostic, ...]:
    """Turn the first findings into failures; the last one says how many more there are."""
    found = verified.findings
    told = [_diagnostic(one, path, record) for one in found[:_SHOWN]]
    if len(found) > _SHOWN:
        more = f"and {count(len(found) - _SHOWN, 'more difference')}; `--output json` lists all"
        told.append(Diagnostic("LP402", "error", more))
    last = told.pop()
    return (*told, Diagnostic(last.code, last.severity, last.message, last.where, _HINT))


def _diagnostic(finding: Finding, path: Path, record: Path) -> Diagnostic:
    subject = f"`{brief(finding.path)}` " if finding.path else ""
    place = path if finding.place == "zip" else record
    return Diagnostic("LP402", "error", subject + finding.message, Where(str(place)))
