"""Runs what Lambda was recorded to do, on each Python, and writes what lpack does beside it.

The table is CONFORMANCE.md (`--write`); a slow test holds it against a new run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conforming.behaviours import BEHAVIOURS
from conforming.sources import LINKS
from lpack.deploying.folders import remove
from tests.integration.test_sandbox_pythons import found_python

if TYPE_CHECKING:
    from conforming.behaviour import Behaviour
    from lpack.model import InstalledPython

TABLE = Path(__file__).with_name("CONFORMANCE.md")
MINORS = (10, 11, 12, 13)
_LONGEST = 160
"""Characters of what is another than on Lambda."""
_HEAD = """# What Lambda does, and what lpack does

Written by `benchmarks/conformance.py --write`, which runs every line below on each Python, in
namespaces where there are any; a slow test runs it again and compares.
Lambda's side was recorded from Lambda or its own sources by others, whose records are linked; lpack
has never been run beside an account of AWS.
`same` says that lpack did exactly that; anything else is what it did instead.
Requests are `ID`, and figures of time and memory `N`; the type of an error is followed by its
message, by the request, if its body names one, and by the number of its frames in the package.

Not to be had here: IAM, the share of a processor, the freezing between calls, layers by their ARN.
"""


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write CONFORMANCE.md")
    parser.add_argument("--minor", type=int, metavar="N", help="run on Python 3.N only, as JSON")
    parser.add_argument("-k", metavar="TEXT", default="", help="only what has this in its name")
    options = parser.parse_args()
    if options.minor:
        found = column(found_python((3, options.minor)), options.k)
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    text = table()
    if options.write:
        TABLE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def table() -> str:
    """Run all behaviours on all Pythons, each Python in a process of its own; give the document."""
    with ThreadPoolExecutor() as pool:
        columns = list(pool.map(_column_of, MINORS))
    lines, section = [_HEAD], ""
    for number, one in enumerate(BEHAVIOURS):
        if one.section != section:
            section = one.section
            lines.append(f"\n## {section}\n\n| behaviour | Lambda | source | {_versions()} |")
            lines.append("|---|---|---|" + "---|" * len(MINORS))
        line = one.line
        cells = [cells[number] for cells in columns]
        lines.append(
            f"| {line.name} | {_shown(line.expected)} | {line.source} | {' | '.join(cells)} |"
        )
    targets = (f"[{name}]: {address}" for name, address in sorted(LINKS.items()))
    return "\n".join([*lines, "", *targets]) + "\n"


def column(python: InstalledPython, wanted: str = "") -> list[str]:
    """Run all behaviours on one Python, or those whose names hold a text; give their cells."""
    return [_cell(one, python) for one in BEHAVIOURS if wanted in f"{one.section}: {one.line.name}"]


def _column_of(minor: int) -> list[str]:
    words = [sys.executable, str(Path(__file__).resolve()), "--minor", str(minor)]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    return list(json.loads(done.stdout))


def _versions() -> str:
    return " | ".join(f"3.{minor}" for minor in MINORS)


def _cell(one: Behaviour, python: InstalledPython) -> str:
    folder = Path(tempfile.mkdtemp(prefix="lpack-conform-"))
    folder.chmod(0o755)
    try:
        found = one.line.run(folder, python)
    finally:
        remove(folder)
    wanted = one.line.expected.replace("VERSION", ".".join(python.version.split(".")[:2]))
    return "same" if found == wanted else _shown(found[:_LONGEST])


def _shown(text: str) -> str:
    """Write a text into a cell, which has one line."""
    found = text.replace("|", "\\|").replace("\n", " / ").replace("\r", "\\r")
    marks = "``" if "`" in found else "`"
    return f"{marks}{found}{marks}" if found else "nothing"


if __name__ == "__main__":
    main()
