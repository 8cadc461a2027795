"""Runs what Lambda was recorded to do, on each Python, and writes what lpack does beside it.

The table is CONFORMANCE.md (`--write`); a slow test holds it against a new run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conforming.behaviours import BEHAVIOURS
from tests.integration.test_sandbox_pythons import found_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conforming.behaviours import Behaviour
    from lpack.model import InstalledPython

TABLE = Path(__file__).with_name("CONFORMANCE.md")
MINORS = (10, 11, 12, 13)
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
    options = parser.parse_args()
    text = table({minor: found_python((3, minor)) for minor in MINORS})
    if options.write:
        TABLE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def table(pythons: Mapping[int, InstalledPython]) -> str:
    """Run all behaviours on all Pythons and give the document."""
    lines, section = [_HEAD], ""
    for one in BEHAVIOURS:
        if one.section != section:
            section = one.section
            lines.append(f"\n## {section}\n\n| behaviour | Lambda | source | {_versions()} |")
            lines.append("|---|---|---|" + "---|" * len(MINORS))
        cells = [_cell(one, pythons[minor]) for minor in MINORS]
        what = one.expected.replace("|", "\\|")
        lines.append(f"| {one.name} | `{what}` | {one.source} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _versions() -> str:
    return " | ".join(f"3.{minor}" for minor in MINORS)


def _cell(one: Behaviour, python: InstalledPython) -> str:
    with tempfile.TemporaryDirectory(prefix="lpack-conform-") as folder:
        Path(folder).chmod(0o755)
        found = one.run(Path(folder), python)
    wanted = one.expected.replace("VERSION", ".".join(python.version.split(".")[:2]))
    return "same" if found == wanted else f"`{found[:160]}`".replace("|", "\\|")


if __name__ == "__main__":
    main()
