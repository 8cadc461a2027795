"""Options that commands share which build something."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_target(command: argparse.ArgumentParser) -> None:
    """Add what the package is for."""
    target = command.add_argument_group("target")
    target.add_argument("-r", "--runtime", metavar="RUNTIME", help="such as python3.13")
    architecture = target.add_mutually_exclusive_group()
    architecture.add_argument("--architecture", metavar="ARCH", help="x86_64 or arm64")
    architecture.add_argument(
        "--arm64",
        action="store_const",
        const="arm64",
        dest="architecture",
        help="short for --architecture arm64",
    )
    target.add_argument(
        "--template", metavar="FILE", help="take the functions from a template of AWS SAM"
    )
    target.add_argument("--output-dir", metavar="FOLDER", help="where artifacts go (default: dist)")


def add_compress(command: argparse.ArgumentParser) -> None:
    """Add how hard to try."""
    command.add_argument(
        "--compress",
        choices=("fast", "default", "max"),
        help="how hard to try: max deflates what the wheels hold again, which takes long, once",
    )


def add_resolver(command: argparse.ArgumentParser) -> None:
    """Add what finds versions."""
    command.add_argument(
        "--resolver",
        choices=("auto", "uv", "pip-tools"),
        help="what resolves dependencies (auto: uv if it is installed)",
    )
    command.add_argument("--offline", action="store_true", help="use no network")
    command.add_argument(
        "--no-cache",
        action="store_true",
        help="use a cache of its own for this run, then remove it",
    )


def add_lock_use(command: argparse.ArgumentParser) -> None:
    """Add how the lock is used."""
    add_resolver(command)
    command.add_argument(
        "--locked",
        "--frozen",
        action="store_true",
        help="fail if the lock is missing or does not fit, instead of writing it",
    )
