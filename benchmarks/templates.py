"""Holds `lpack check template.yaml` beside `sam validate --lint` and cfn-lint: who finds what.

Thirty mistakes are seeded into a sound SAM template, each in a function of its own, and once more
each alone where a tool has not found it among the others. A mistake counts as found where the tool
points to a line of its function, or names the function in what it says is wrong.

    python benchmarks/templates.py --sam PATH --cfn-lint PATH [--write]

`sam` and `cfn-lint` are not dependencies of lpack: install them into an environment of their own
(`pip install aws-sam-cli cfn-lint`) and name their programs.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

OUTPUT = Path(__file__).parent / "TEMPLATES.md"
TOOLS = ("lpack", "sam validate --lint", "cfn-lint")
HEADER = """\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage:
    Type: String
    Default: prod
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 180
"""
SOUND = """\
  {name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: {source}/
      Handler: app.handler
      Runtime: python3.13
      Timeout: 20
      Environment:
        Variables:
          STAGE: !Ref Stage
"""
GOOD = "def handler(event, context):\n    return event\n"
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:shared"


class Mistake(NamedTuple):
    """What is wrong, and how it is seeded."""

    what: str
    lines: str = ""
    """Properties that are added to the sound function, indented as in the template."""
    replaced: tuple[str, str] = ("", "")
    """A text of the sound function, and what stands in its place."""
    code: str = GOOD
    has_source: bool = True


def _property(text: str) -> str:
    return "".join(f"      {line}\n" for line in text.splitlines())


MISTAKES: tuple[Mistake, ...] = (
    Mistake("memory below 128 MB", _property("MemorySize: 64")),
    Mistake("timeout above 900 s", replaced=("Timeout: 20", "Timeout: 901")),
    Mistake("runtime that Lambda has retired", replaced=("python3.13", "python3.6")),
    Mistake("runtime that does not exist", replaced=("python3.13", "python3.31")),
    Mistake("handler without a function", replaced=("app.handler", "handler")),
    Mistake("handler whose module is not in the folder", replaced=("app.handler", "api.handler")),
    Mistake("handler whose function is not in the module", replaced=("app.handler", "app.main")),
    Mistake("handler without `context`", code="def handler(event):\n    return event\n"),
    Mistake("syntax that the runtime's Python refuses", code='print "hello"\n' + GOOD),
    Mistake(
        "variable that Lambda sets itself",
        replaced=("STAGE: !Ref Stage", "AWS_REGION: eu-west-1"),
    ),
    Mistake("variable with a malformed name", replaced=("STAGE: !Ref Stage", "MY-STAGE: prod")),
    Mistake("environment above 4 KB", replaced=("STAGE: !Ref Stage", f"STAGE: {'x' * 4_200}")),
    Mistake(
        "secret in the environment",
        replaced=("STAGE: !Ref Stage", f"KEY: AKIA{'ABCDEFGH' * 2}"),
    ),
    Mistake("ephemeral storage below 512 MB", _property("EphemeralStorage:\n  Size: 256")),
    Mistake(
        "six layers",
        _property("Layers:\n" + "\n".join(f"  - {LAYER}{n}:1" for n in range(6))),
    ),
    Mistake("two versions of a layer", _property(f"Layers:\n  - {LAYER}:1\n  - {LAYER}:2")),
    Mistake("layer without a version", _property(f"Layers:\n  - {LAYER}")),
    Mistake(
        "SnapStart with python3.11",
        _property("AutoPublishAlias: live\nSnapStart:\n  ApplyOn: PublishedVersions"),
        replaced=("python3.13", "python3.11"),
    ),
    Mistake("log level without JSON", _property("LoggingConfig:\n  ApplicationLogLevel: DEBUG")),
    Mistake(
        "VPC without security groups", _property("VpcConfig:\n  SubnetIds:\n    - subnet-0a1b2c3d")
    ),
    Mistake("tracing in lower case", _property("Tracing: active")),
    Mistake("misspelt property", _property("MemorySise: 256")),
    Mistake(
        "misspelt type of event",
        _property(
            "Events:\n  Jobs:\n    Type: Sqs\n    Properties:\n      Queue: !GetAtt Queue.Arn"
        ),
    ),
    Mistake(
        "queue that hides messages for less than the timeout",
        _property(
            "Events:\n  Jobs:\n    Type: SQS\n    Properties:\n      Queue: !GetAtt Queue.Arn"
        ),
        replaced=("Timeout: 20", "Timeout: 300"),
    ),
    Mistake(
        "malformed cron expression",
        _property(
            "Events:\n  Nightly:\n    Type: Schedule\n    Properties:\n"
            "      Schedule: cron(0 25 * * ? *)"
        ),
    ),
    Mistake("reference to nothing", replaced=("!Ref Stage", "!Ref Stages")),
    Mistake("malformed function name", _property("FunctionName: orders api")),
    Mistake("unknown kind of authorisation", _property("FunctionUrlConfig:\n  AuthType: PUBLIC")),
    Mistake("import that nobody ships", code="import requests\n\n\n" + GOOD),
    Mistake("folder of the code does not exist", has_source=False),
)
BEYOND: tuple[Mistake, ...] = (
    Mistake(
        "API event without a method",
        _property("Events:\n  Root:\n    Type: Api\n    Properties:\n      Path: /"),
    ),
    Mistake("policy template without its parameter", _property("Policies:\n  - S3ReadPolicy: {}")),
    Mistake(
        "bucket of an event outside of the template",
        _property(
            "Events:\n  New:\n    Type: S3\n    Properties:\n      Bucket: pictures\n"
            "      Events: s3:ObjectCreated:*"
        ),
    ),
    Mistake(
        "attribute that the resource does not have", replaced=("!Ref Stage", "!GetAtt Queue.Url")
    ),
    Mistake(
        "statement of a policy without an action",
        _property("Policies:\n  - Statement:\n      - Effect: Allow\n        Resource: '*'"),
    ),
    Mistake(
        "provisioned concurrency without an alias",
        _property("ProvisionedConcurrencyConfig:\n  ProvisionedConcurrentExecutions: 2"),
    ),
)
"""What is more about the template than about the function; not counted among the thirty."""


def write(folder: Path, mistakes: tuple[Mistake, ...]) -> Path:
    """Write a template with a function for each mistake, and one without any."""
    text = HEADER + SOUND.format(name="Sound", source="sound")
    _write_code(folder / "sound", GOOD)
    for number, one in enumerate(mistakes, 1):
        name = f"Wrong{number:02}"
        function = SOUND.format(name=name, source=name.lower()) + one.lines
        text += function.replace(*one.replaced) if one.replaced[0] else function
        if one.has_source:
            _write_code(folder / name.lower(), one.code)
    template = folder / "template.yaml"
    template.write_text(text, encoding="utf-8")
    return template


def _write_code(folder: Path, code: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.py").write_text(code, encoding="utf-8")


def commands(options: argparse.Namespace) -> dict[str, list[str]]:
    """Give the command of each tool."""
    return {
        TOOLS[0]: [sys.executable, "-m", "lpack", "check", "template.yaml"],
        TOOLS[1]: [options.sam, "validate", "--lint", "--template", "template.yaml"],
        TOOLS[2]: [options.cfn_lint, "template.yaml"],
    }


def run(command: list[str], folder: Path) -> tuple[str, float]:
    """Run a tool on a template; give what it says, and its seconds."""
    environ = {**os.environ, "AWS_DEFAULT_REGION": "eu-west-1", "SAM_CLI_TELEMETRY": "0"}
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=300
    )
    return done.stdout + done.stderr, time.perf_counter() - started


def lines_of(template: Path) -> dict[str, range]:
    """Give the lines of each function in a template."""
    starts: list[tuple[str, int]] = []
    lines = template.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        found = re.fullmatch(r"  (\w+):", line)
        if found:
            starts.append((found[1], number))
    ends = [*(start for _, start in starts[1:]), len(lines) + 1]
    return {name: range(start, end) for (name, start), end in zip(starts, ends, strict=True)}


def found(said: str, name: str, lines: range) -> bool:
    """Tell whether a tool says something is wrong with a function: at a line of it, or by its name.

    Names that are only listed, as choices of a reference are, do not count.
    """
    numbers = {int(one) for one in re.findall(r"(?:template\.yaml:|\bmatched )(\d+)", said)}
    names = set(re.findall(r"(?:\bid \[|\bResources\.)(\w+)", said))
    code = re.search(rf"-->\s+{name.lower()}/", said) is not None
    return code or name in names or any(number in lines for number in numbers)


def together(
    options: argparse.Namespace, mistakes: tuple[Mistake, ...]
) -> tuple[dict[str, set[int]], dict[str, float]]:
    """Run each tool once on all mistakes."""
    hits: dict[str, set[int]] = {}
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        template = write(Path(place), mistakes)
        places = lines_of(template)
        for tool, command in commands(options).items():
            said, seconds[tool] = run(command, Path(place))
            _, seconds[tool] = run(command, Path(place))  # with what it has remembered
            hits[tool] = {
                number
                for number in range(1, len(mistakes) + 1)
                if found(said, f"Wrong{number:02}", places[f"Wrong{number:02}"])
            }
            if found(said, "Sound", places["Sound"]):
                print(f"{tool} finds something in what is sound", file=sys.stderr)
    return hits, seconds


def alone(
    options: argparse.Namespace, mistakes: tuple[Mistake, ...], once: dict[str, set[int]]
) -> dict[str, set[int]]:
    """Run each tool on each mistake alone that it has not found among the others."""
    hits: dict[str, set[int]] = {tool: set() for tool in TOOLS}
    for number, one in enumerate(mistakes, 1):
        with tempfile.TemporaryDirectory() as place:
            template = write(Path(place), (one,))
            lines = lines_of(template)["Wrong01"]
            for tool, command in commands(options).items():
                if number not in once[tool]:
                    said, _ = run(command, Path(place))
                    hits[tool] |= {number} if found(said, "Wrong01", lines) else set()
        print(f"{number:2} {one.what}", file=sys.stderr)
    return hits


def table(
    mistakes: tuple[Mistake, ...], once: dict[str, set[int]], each: dict[str, set[int]]
) -> str:
    """Write who finds what: `yes`, `alone` where only a run of its own does, or nothing."""
    rows = ["| | mistake | " + " | ".join(TOOLS) + " |", "|---|---|" + "---|" * len(TOOLS)]
    for number, one in enumerate(mistakes, 1):
        cells = [
            "yes" if number in once[tool] else "alone" if number in each[tool] else ""
            for tool in TOOLS
        ]
        rows.append(f"| {number} | {one.what} | " + " | ".join(cells) + " |")
    totals = [f"{len(once[tool])} ({len(once[tool] | each[tool])})" for tool in TOOLS]
    rows.append(
        f"| | found in one run (one by one as well), of {len(mistakes)} | "
        + " | ".join(totals)
        + " |"
    )
    return "\n".join(rows) + "\n"


def main() -> None:
    """Print the tables, or write them with `--write`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sam", default=shutil.which("sam") or "sam")
    parser.add_argument("--cfn-lint", default=shutil.which("cfn-lint") or "cfn-lint")
    parser.add_argument("--write", action="store_true", help=f"write {OUTPUT.name}")
    options = parser.parse_args()
    versions = [
        run([options.sam, "--version"], Path.cwd())[0].strip(),
        run([options.cfn_lint, "--version"], Path.cwd())[0].strip(),
    ]
    once, seconds = together(options, MISTAKES)
    thirty = table(MISTAKES, once, alone(options, MISTAKES, once))
    once_beyond, _ = together(options, BEYOND)
    beyond = table(BEYOND, once_beyond, alone(options, BEYOND, once_beyond))
    times = "".join(f"| {tool} | {seconds[tool]:.1f} s |\n" for tool in TOOLS)
    text = (
        "# Thirty mistakes in a SAM template\n\n"
        "Written by `benchmarks/templates.py --write`, which seeds them.\n"
        f"Held against {' and '.join(versions)}.\n"
        "`yes` is found in one run over all of them, `alone` only where it is the only mistake.\n\n"
        f"{thirty}\n"
        "One run over all of them takes, the second time:\n\n"
        f"| tool | time |\n|---|---|\n{times}\n"
        "## Mistakes that are more about the template than about the function\n\n"
        f"{beyond}"
    )
    if options.write:
        OUTPUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
