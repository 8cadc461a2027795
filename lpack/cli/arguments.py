"""The command line: what may be typed, and what `--help` says of it."""

from __future__ import annotations

import argparse  # noqa: TC003 - as in every module that takes options

from lpack import __version__
from lpack.cli.argument_types import days, processes
from lpack.cli.building_arguments import add_compress, add_lock_use, add_resolver, add_target
from lpack.cli.event_arguments import add_event, add_event_options
from lpack.cli.invoke_arguments import (
    add_invoke,
    add_logs,
    add_package,
    add_surroundings,
    with_profile,
)
from lpack.cli.package_options import add_package_options
from lpack.cli.parser import Output, Parser, unknown_word
from lpack.cli.test_arguments import add_test
from lpack.model import FORMATS, LIMITS
from lpack.reporters import REPORTERS, TEST_REPORTERS

SHORT_FORMS = ("text", "json")
"""Forms of a result that is no report on functions."""
LIST = "list"
"""What a build can print instead of making it."""
_EPILOG = "`lpack COMMAND --help` tells more; `lpack explain CODE` explains a message."


def parse(words: list[str]) -> argparse.Namespace:
    """Parse the command line; raises UsageError LP001, and SystemExit for `--help`."""
    parser = Parser(
        prog="lpack",
        description="Turn a Python project into an AWS Lambda deployment package.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"lpack {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog="lpack")
    # The others are only needed to tell which there are.
    for name in words[:1] if words[:1] and words[0] in _COMMANDS else _COMMANDS:
        _COMMANDS[name](commands)
    if words[:1] == ["event"]:
        add_event_options(commands.choices["event"], words[1:])
    typed = with_profile(words) if words[:1] == ["invoke"] else words
    options, unknown = parser.parse_known_args(typed)
    if unknown:
        raise unknown_word(unknown[0], commands.choices[options.command])
    return options


def _add_build(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(
        commands, "build", "lock, fetch, stage, pack, check and publish", tuple(REPORTERS)
    )
    _add_names(command)
    _add_jobs(command)
    add_target(command)
    add_compress(command)
    add_lock_use(command)
    _add_strict(command)
    command.add_argument(
        "--no-check", action="store_true", help="publish even if a check finds an error"
    )
    command.add_argument(
        "--test",
        action="store_true",
        help="run the declared tests before publishing; publish nothing if one fails",
    )
    command.add_argument(
        "--record-imports",
        action="store_true",
        help='run functions with bytecode = "imported" again, to note what they import',
    )
    command.add_argument(
        "--format",
        choices=(*FORMATS, LIST),
        help="what to make (default: what the configuration says, or zip);"
        " `list` prints every file with size and owner, and writes nothing",
    )


def _add_lock(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "lock", "write pylock.toml for the target")
    add_target(command)
    add_resolver(command)
    way = command.add_mutually_exclusive_group()
    way.add_argument(
        "--check", action="store_true", help="say whether the lock fits; write nothing"
    )
    way.add_argument(
        "--upgrade", action="store_true", help="take the newest versions, not those of the lock"
    )
    way.add_argument(
        "-P",
        "--upgrade-package",
        action="append",
        default=[],
        metavar="NAME",
        help="take the newest version of this distribution; may be repeated",
    )


def _add_stage(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "stage", "write the package's files to a folder")
    _add_names(command)
    add_target(command)
    add_lock_use(command)
    command.add_argument(
        "--to", metavar="FOLDER", help="an empty or new folder (default: OUTPUT-DIR/NAME)"
    )


def _add_check(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(
        commands,
        "check",
        "judge what a build would make, a package, or a template; publish nothing",
        tuple(REPORTERS),
    )
    _add_names(command, "NAME|PATH")
    add_package_options(command)
    _add_jobs(command)
    add_target(command)
    add_compress(command)
    add_lock_use(command)
    _add_strict(command)
    way = command.add_mutually_exclusive_group()
    way.add_argument(
        "--import",
        action="store_true",
        dest="proves_imports",
        help="import each handler with its runtime's Python as well, which runs its code",
    )
    way.add_argument(
        "--no-dependencies",
        action="store_true",
        help="judge settings, environment, handler and own files only: lock and fetch nothing",
    )


def _add_invoke(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "invoke", "call a function of the project on this machine")
    add_invoke(command)
    add_package(command)
    add_surroundings(command)
    add_target(command)
    add_lock_use(command)


def _add_test(commands: argparse._SubParsersAction[Parser]) -> None:
    summary = "run the tests that functions declare, as on Lambda"
    command = _command(commands, "test", summary, tuple(TEST_REPORTERS))
    _add_names(command)
    _add_jobs(command)
    add_test(command)
    add_target(command)
    add_lock_use(command)


def _add_event(commands: argparse._SubParsersAction[Parser]) -> None:
    add_event(_command(commands, "event", "print a sample event as AWS would send it"))


def _add_logs(commands: argparse._SubParsersAction[Parser]) -> None:
    add_logs(_command(commands, "logs", "print what functions have logged when called here"))


def _add_facts(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "facts", "print what checks and policies judge, as JSON")
    command.add_argument(
        "name", nargs="?", metavar="NAME|PATH", help="needed if there are several functions"
    )
    add_package_options(command)
    add_target(command)
    add_lock_use(command)


def _add_limits(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "limits", "print Lambda's limits, each with its source")
    command.add_argument(
        "--limits",
        metavar="PROFILE",
        default=LIMITS[0],
        help=f"one of {', '.join(LIMITS)} (default: {LIMITS[0]})",
    )


def _add_diff(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "diff", "tell why the hash of a package changed")
    for name, metavar in (("before", "A"), ("after", "B")):
        command.add_argument(
            name,
            metavar=metavar,
            help="a zip, a manifest, or a git revision such as HEAD~1:dist/NAME.manifest.json",
        )
    command.add_argument(
        "--manifest", metavar="PATH", help="the manifest that a revision without a path means"
    )
    command.add_argument("--all", action="store_true", help="show every line")


def _add_verify(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "verify", "hold a package against its manifest")
    command.add_argument("zip", metavar="ZIP", help="the package")
    command.add_argument(
        "--manifest", metavar="FILE", help="its manifest (default: the one beside it)"
    )


def _add_cache(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "cache", "look after the wheels that are kept between builds")
    command.add_argument(
        "action",
        choices=("dir", "size", "prune", "verify", "clean"),
        help="print its folder or what is in it; remove what is not used, or is damaged, or all",
    )
    command.add_argument(
        "--days",
        type=days,
        metavar="NUMBER",
        help="prune what was not used for so many days (default: 30)",
    )


def _add_explain(commands: argparse._SubParsersAction[Parser]) -> None:
    command = _command(commands, "explain", "tell what a code means, why it matters, how to fix it")
    command.add_argument("code", nargs="?", metavar="CODE", help="such as LP301; none lists all")


def _command(
    commands: argparse._SubParsersAction[Parser],
    name: str,
    summary: str,
    forms: tuple[str, ...] = SHORT_FORMS,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        allow_abbrev=False,
    )
    common = command.add_argument_group("common options")
    common.add_argument(
        "-C", "--project", metavar="FOLDER", default=".", help="the project (default: here)"
    )
    _add_output(common, forms)
    loudness = common.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    loudness.add_argument("-v", "--verbose", action="store_true", help="print all that is known")
    common.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours; NO_COLOR is honoured",
    )
    return command


def _add_output(group: argparse._ArgumentGroup, forms: tuple[str, ...]) -> None:
    group.set_defaults(reports=())
    if forms == SHORT_FORMS:
        help_ = "form of the result"
        group.add_argument("--output", choices=forms, default="text", help=help_)
        return
    group.add_argument(
        "--output",
        action=Output,
        forms=forms,
        default="text",
        metavar="FORM[=FILE]",
        help=f"form of the result: {', '.join(forms)}; with a FILE it is written there,"
        " beside what is printed; may be repeated",
    )


def _add_strict(command: argparse.ArgumentParser) -> None:
    command.add_argument("--strict", action="store_true", help="let a warning count as an error")


def _add_names(command: argparse.ArgumentParser, metavar: str = "NAME") -> None:
    paths = "; or zips, folders and templates" if "PATH" in metavar else ""
    command.add_argument(
        "names",
        nargs="*",
        metavar=metavar,
        help=f"functions, or patterns such as 'api-*' (default: all of the project){paths}",
    )
    command.add_argument(
        "--changed-since",
        metavar="REVISION",
        help="of these, only functions that may have changed since a revision of git",
    )


def _add_jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-j",
        "--jobs",
        type=processes,
        metavar="N",
        help="functions to work on at a time (default: one a processor, at most 8)",
    )


_COMMANDS = {
    "build": _add_build,
    "lock": _add_lock,
    "stage": _add_stage,
    "check": _add_check,
    "invoke": _add_invoke,
    "test": _add_test,
    "event": _add_event,
    "logs": _add_logs,
    "facts": _add_facts,
    "limits": _add_limits,
    "diff": _add_diff,
    "verify": _add_verify,
    "cache": _add_cache,
    "explain": _add_explain,
}
