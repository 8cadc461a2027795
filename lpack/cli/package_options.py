"""What may be typed about a package that is there already."""

from __future__ import annotations

import argparse

from lpack.cli.invoke_arguments import assignment
from lpack.model import LIMITS

_TOUCHED = ("handler", "layer", "settings", "memory", "timeout", "env", "env_file", "as_layer")


def add_package_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say what a zip or a folder is for."""
    package = command.add_argument_group(
        "a package that is there already",
        "With a PATH, nothing of the project is read: the zip or folder is judged as it is.",
    )
    package.add_argument("--handler", metavar="HANDLER", help="such as app.handler")
    package.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="PATH",
        help="a layer, as zip or folder; may be repeated, in the order in which Lambda merges them",
    )
    package.add_argument(
        "--as-layer", action="store_true", help="the package itself is a layer, unpacked to /opt"
    )
    package.add_argument(
        "--settings",
        metavar="FILE|JSON",
        help="as CreateFunction takes them, or `aws lambda get-function-configuration` prints them",
    )
    package.add_argument("--memory", type=_number, metavar="MB", help="memory (default: 128)")
    package.add_argument("--timeout", type=_number, metavar="SECONDS", help="timeout (default: 3)")
    package.add_argument(
        "--env",
        action="append",
        default=[],
        type=assignment,
        metavar="NAME=VALUE",
        help="an environment variable; may be repeated",
    )
    package.add_argument("--env-file", metavar="FILE", help="a file of lines NAME=VALUE")
    package.add_argument(
        "--upload",
        choices=("direct", "s3"),
        help="how a zip gets to Lambda: in the request, or through a bucket, which takes larger"
        " ones (default: direct)",
    )
    package.add_argument(
        "--limits", metavar="PROFILE", choices=LIMITS, help=f"one of {', '.join(LIMITS)}"
    )
    package.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="FILE",
        help="a schema of your own over the facts; may be repeated",
    )


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - more than enough
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is not a whole number")


def touched(options: argparse.Namespace) -> str | None:
    """Name an option that only packages have, if one was typed."""
    names = (*_TOUCHED, "upload", "limits", "policy")
    found = next((name for name in names if getattr(options, name, None)), None)
    return None if found is None else f"--{found.replace('_', '-')}"
