"""Tells each function what the others of its project take of the account that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import replace

if TYPE_CHECKING:
    from lpack.model import Function


def sharing(functions: list[Function]) -> list[Function]:
    """Add what is reserved elsewhere; accounts with another limit are other accounts."""
    if not any(function.reserved_concurrency for function in functions):
        return functions
    reserved: dict[int | None, int] = {}
    for function in functions:
        account = function.account_concurrency
        reserved[account] = reserved.get(account, 0) + (function.reserved_concurrency or 0)
    return [
        replace(
            function,
            reserved_elsewhere=reserved[function.account_concurrency]
            - (function.reserved_concurrency or 0),
        )
        for function in functions
    ]
