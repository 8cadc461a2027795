"""A parser of the command line that says what is wrong as all of lpack does."""

from __future__ import annotations

import argparse
import contextlib
import os
from typing import Any, NoReturn

from lpack.errors import UsageError

# The look for translations of its few words, of which there are none, loads `locale`.
argparse._ = str  # type: ignore[attr-defined]
_USUAL_WIDTH = 80
_STDOUT = 1


class _Formatter(argparse.HelpFormatter):
    """Knows how wide the terminal is without `shutil`: one is made for every option."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


class Parser(argparse.ArgumentParser):
    """Raises instead of printing, so that usage errors look as all others do."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **options})

    def error(self, message: str) -> NoReturn:
        """Refuse the command line; raises UsageError LP001."""
        raise UsageError("LP001", _improved(message), hint=f"see `{self.prog} --help`")


class Output(argparse.Action):
    """Takes `FORM`, which is printed, and any number of `FORM=FILE`, which are written."""

    def __init__(self, *, forms: tuple[str, ...], **options: Any) -> None:
        super().__init__(**options)
        self.forms = forms

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Take one; refuse what is no form, and two reports in one file."""
        del option_string
        form, equals, file = str(values).partition("=")
        if form not in self.forms:
            listed = ", ".join(map(repr, self.forms))
            parser.error(f"argument --output: invalid choice: {form!r} (choose from {listed})")
        if not equals:
            namespace.output = form
        elif not file or file in (name for _, name in namespace.reports):
            parser.error(f"`--output {values}` names {'two reports' if file else 'no file'}")
        else:
            namespace.reports = (*namespace.reports, (form, file))


def _width() -> int:
    """Give the columns of the terminal, as `shutil.get_terminal_size` does."""
    with contextlib.suppress(KeyError, ValueError):
        return int(os.environ["COLUMNS"]) or _USUAL_WIDTH
    with contextlib.suppress(OSError):
        return os.get_terminal_size(_STDOUT).columns or _USUAL_WIDTH
    return _USUAL_WIDTH


def unknown_word(word: str, command: argparse.ArgumentParser) -> UsageError:
    """Give the error for a word that a command does not take."""
    kind = "option" if word.startswith("-") else "argument"
    known = [name for action in command._actions for name in action.option_strings]  # noqa: SLF001 - argparse has no public list
    from difflib import get_close_matches  # noqa: PLC0415 - only on failure

    close = get_close_matches(word.partition("=")[0], known, 1)
    suggestion = f"; did you mean `{close[0]}`?" if close else ""
    return UsageError(
        "LP001", f"unknown {kind} `{word}`{suggestion}", hint=f"see `{command.prog} --help`"
    )


def _improved(message: str) -> str:
    """Add "did you mean" where argparse lists the choices."""
    if "invalid choice: '" not in message:
        return message
    typed = message.split("invalid choice: '", 1)[1].split("'", 1)[0]
    choices = message.split("choose from ", 1)[-1].rstrip(")").replace("'", "").split(", ")
    from difflib import get_close_matches  # noqa: PLC0415 - only on failure

    close = get_close_matches(typed, choices, 1)
    suggestion = f"; did you mean `{close[0]}`?" if close else f"; choose from {', '.join(choices)}"
    return f"`{typed}` is not one of the choices{suggestion}"
