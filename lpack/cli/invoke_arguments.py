"""What may be typed after `lpack invoke`, and what `--help` says of it."""

from __future__ import annotations

import argparse


def add_invoke(command: argparse.ArgumentParser) -> None:
    """Add what a call is made of."""
    command.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="a function, needed if there are several; or a zip, whoever made it",
    )
    command.add_argument(
        "-e",
        "--event",
        action="append",
        default=[],
        metavar="EVENT",
        help="a JSON file, a folder of them, `-` for standard input, JSON, or the name of a test or"
        " sample; may be repeated, for calls of the same process (default: {})",
    )
    command.add_argument(
        "--type",
        choices=("RequestResponse", "Event", "DryRun"),
        default="RequestResponse",
        help="Event prints no response and makes two retries; DryRun looks at the request only",
    )
    command.add_argument(
        "--context",
        metavar="CONTEXT",
        help="JSON, or a file of it: account, region, qualifier, client_context, identity, tenant…",
    )
    command.add_argument(
        "--tail", action="store_true", help="print the last 4 KB of the log, as Invoke gives them"
    )
    command.add_argument(
        "--profile",
        metavar="FILE",
        help="show where the time of the start goes, and write it as a flame graph to"
        " .lpack/profiles, or to `--profile=FILE`: .html, or .json for speedscope",
    )


def with_profile(words: list[str]) -> list[str]:
    """Give `--profile` a value, which may be left out: what follows it is none."""
    return [f"{word}=" if word == "--profile" else word for word in words]


def add_surroundings(command: argparse.ArgumentParser) -> None:
    """Add what there is around the function."""
    around = command.add_argument_group("surroundings")
    around.add_argument(
        "--env",
        action="append",
        default=[],
        type=assignment,
        metavar="NAME=VALUE",
        help="set an environment variable of the handler",
    )
    around.add_argument(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="set those of a file of lines NAME=VALUE",
    )
    around.add_argument(
        "--pass-credentials",
        action="store_true",
        help="let the function have the AWS credentials of this shell",
    )
    around.add_argument(
        "--no-network", action="store_true", help="let it reach nothing but the runtime"
    )
    around.add_argument(
        "--isolation",
        choices=("auto", "namespace", "process"),
        default="auto",
        help="namespaces with Lambda's own paths, or processes only (auto: what is allowed here)",
    )
    around.add_argument(
        "--exact",
        action="store_true",
        help="fail where Python or architecture are not the runtime's",
    )


def assignment(text: str) -> str:
    """Take NAME=VALUE as it is typed."""
    if text.partition("=")[1] and not text.startswith("="):
        return text
    raise argparse.ArgumentTypeError(f"`{text}` is not NAME=VALUE")


def add_logs(command: argparse.ArgumentParser) -> None:
    """Add what `lpack logs` takes."""
    command.add_argument("name", nargs="?", metavar="NAME", help="a function (default: all)")
    command.add_argument("--follow", action="store_true", help="go on with what is written")
    command.add_argument("--request-id", metavar="ID", help="of one request only")


def add_package(command: argparse.ArgumentParser) -> None:
    """Add what is said of a zip, as nothing declares it."""
    package = command.add_argument_group("a package that is there already")
    package.add_argument("--handler", metavar="HANDLER", help="such as app.handler")
    package.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="ZIP",
        help="a layer; may be repeated, in the order in which Lambda merges them",
    )
    package.add_argument("--memory", type=_number, metavar="MB", help="of functions, too")
    package.add_argument("--timeout", type=_number, metavar="SECONDS", help="of functions, too")


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and text.strip("0"):  # noqa: PLR2004
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is not a whole number that is more than none")
