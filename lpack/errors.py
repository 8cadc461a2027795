"""The failures that lpack reports: what is wrong, where, and one thing to do about it."""

from __future__ import annotations

from typing import ClassVar

from lpack.lazily import pattern
from lpack.model import Diagnostic, Where

_USERINFO = pattern(r"(?<=://)[^/@\s`'\"]+@")


def without_credentials(text: str) -> str:
    """Take user and password out of every address in a text."""
    return _USERINFO.sub("", text)


class LpackError(Exception):
    """A failure that ends a command with one clear message and a documented exit status."""

    exit_status: ClassVar[int] = 70

    def __init__(
        self,
        code: str,
        message: str,
        *,
        where: Where | None = None,
        hint: str | None = None,
    ) -> None:
        shown = without_credentials(message)
        super().__init__(shown)
        self.diagnostics: tuple[Diagnostic, ...] = (Diagnostic(code, "error", shown, where, hint),)

    @classmethod
    def of(cls, diagnostics: tuple[Diagnostic, ...]) -> LpackError:
        """Make one failure of several diagnostics that were found together."""
        first = diagnostics[0]
        error = cls(first.code, first.message, where=first.where, hint=first.hint)
        error.diagnostics = diagnostics
        return error

    @property
    def code(self) -> str:
        """The stable code of the first diagnostic."""
        return self.diagnostics[0].code


class UsageError(LpackError):
    """The command line or the configuration is wrong."""

    exit_status = 2


class BuildError(LpackError):
    """Locking, fetching, staging or packing failed."""

    exit_status = 3
