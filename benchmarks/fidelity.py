"""Runs the same packages in AWS's own emulator and in lpack, and tells where they differ.

The table is FIDELITY.md (`--write`); a slow test holds it against a new run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from emulating import asking, calls
from emulating.departures import CALLS, REQUESTS, UNEXPLAINED
from emulating.emulator import VERSION, NoEmulator, fetched
from emulating.steps import STEPS
from lpack.runtime import NoIsolation
from tests.integration.test_sandbox_pythons import found_python

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.model import InstalledPython

TABLE = Path(__file__).with_name("FIDELITY.md")
MINORS = (10, 11, 12, 13)
CANNOT = 3
"""The status where the emulator cannot be had, or there are no namespaces."""
_HEAD = f"""# AWS's emulator, and lpack

Written by `benchmarks/fidelity.py --write`; a slow test runs it again and compares.
The [emulator](https://github.com/aws/aws-lambda-runtime-interface-emulator) is the program within
aws-sam-cli {VERSION}, made of the code that serves functions on Lambda; it runs with lpack's own
copy of AWS's client, in the namespaces that lpack makes.
`same` says that the two did exactly the same, byte for byte; the names of respects, that they
differ in these, which the table below it explains.
Requests, streams of logs and times are masked, and the account is the emulator's.

Compared of a call are its body; whether the function's process is lost with it; and the log.
Of the log are left out: INIT_START, INIT_REPORT and EXTENSION, which the emulator does not write;
the figures of REPORT, which it makes up; and, of a call whose process is lost, all of Lambda's own
lines, of which it writes none but START. It starts once what Lambda starts again within the first
call.
It has no limit of memory, no log of its own for how a runtime ended, and no extensions' telemetry.
"""


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write FIDELITY.md")
    parser.add_argument("--minor", type=int, metavar="N", help="calls on Python 3.N only, as JSON")
    parser.add_argument("--cache", type=Path, help="a folder that keeps the emulator")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lpack-fidelity-") as folder:
        Path(folder).chmod(0o755)
        try:
            program = fetched(options.cache or Path(folder))
            if options.minor:
                python = found_python((3, options.minor))
                cells = [_cell(case, program, python)[0] for case in calls.CASES.values()]
                sys.stdout.write(json.dumps(cells, indent=2) + "\n")
                return
            text = table(program, {minor: found_python((3, minor)) for minor in MINORS})
        except (NoEmulator, NoIsolation) as error:
            print(f"nothing to compare with: {error}", file=sys.stderr)
            sys.exit(CANNOT)
    if options.write:
        TABLE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def table(program: Path, pythons: Mapping[int, InstalledPython]) -> str:
    """Run everything and give the document."""
    return "\n".join([_HEAD, *_calls(program, pythons), "", *_requests(program, pythons), ""])


def _calls(program: Path, pythons: Mapping[int, InstalledPython]) -> Iterator[str]:
    differences: dict[tuple[str, str], tuple[str, str]] = {}
    yield f"## Calls\n\n| package | {' | '.join(f'3.{minor}' for minor in pythons)} |"
    yield "|---|" + "---|" * len(pythons)
    for name, case in calls.CASES.items():
        cells = []
        for python in pythons.values():
            cell, found = _cell(case, program, python)
            cells.append(cell)
            for aspect, shown in found.items():
                differences.setdefault((name, aspect), shown)
        yield f"| {name} | {' | '.join(cells)} |"
    yield "\n### Where calls differ\n\n| package | in | the emulator | lpack | why |"
    yield "|---|---|---|---|---|"
    for (name, aspect), (theirs, ours) in differences.items():
        why = CALLS.get((name, aspect), UNEXPLAINED)
        yield f"| {name} | {aspect} | {_code(theirs)} | {_code(ours)} | {why} |"


def _cell(
    case: calls.Case, program: Path, python: InstalledPython
) -> tuple[str, dict[str, tuple[str, str]]]:
    """Call a package on both sides; give what differs, in a word and each side's own."""
    with _folders() as (one, other):
        emulated = calls.in_emulator(case, program, one, python)
        done = calls.in_lpack(case, other, python)
    found = calls.aspects(emulated, done)
    shown = {one: (calls.shown(one, emulated), calls.shown(one, done)) for one in found}
    return ", ".join(found) or "same", shown


def _requests(program: Path, pythons: Mapping[int, InstalledPython]) -> Iterator[str]:
    python = max(pythons.items())[1]
    differences = []
    yield "## Requests to the Runtime and Extensions APIs\n"
    yield "| requests | number | answers |\n|---|--:|---|"
    for name, steps in STEPS.items():
        with _folders() as (one, other):
            theirs = asking.in_emulator(steps, program, one, python)
            ours = asking.in_lpack(steps, other, python)
        different = [pair for pair in zip(theirs, ours, strict=False) if pair[0] != pair[1]]
        is_same = not different and len(theirs) == len(ours)
        differences += [] if is_same else [(name, *(different or [(str(theirs), str(ours))])[0])]
        yield f"| {name} | {len(theirs)} | {'same' if is_same else 'differ'} |"
    yield "\n### Where answers differ\n\n| requests | the emulator | lpack | why |"
    yield "|---|---|---|---|"
    for name, answer, own in differences:
        why = REQUESTS.get(name, UNEXPLAINED)
        yield f"| {name} | {_code(answer)} | {_code(own)} | {why} |"


@contextlib.contextmanager
def _folders() -> Iterator[tuple[Path, Path]]:
    """Give two new folders, which anybody may read."""
    with tempfile.TemporaryDirectory(prefix="lpack-beside-") as name:
        found = Path(name, "emulator"), Path(name, "lpack")
        for path in (Path(name), *found):
            path.mkdir(exist_ok=True)
            path.chmod(0o755)
        yield found


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else "nothing"


if __name__ == "__main__":
    main()
