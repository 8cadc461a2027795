"""Test packages inside distributions: `pandas/tests/`, `numpy/ma/tests/`, a top-level `tests/`.

Why: they are a fifth of pandas, and no function tests its dependencies in Lambda.

Why it cannot hurt: a folder goes only if it is named `test` or `tests` and looks like tests to a
test runner: a file in it is named `test_….py`, `…_test.py` or `conftest.py`, or it is a package
named `tests`. That nothing which the handler imports lies in it is checked by LP328.

Never touched: packages that help to test, such as `numpy/testing`; modules such as
`werkzeug/test.py`; folders named `test` without a test, such as `django/test`; data without code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.slimming.base import Shipped, folders_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Target

_NAMES = frozenset({"test", "tests"})
# What pytest collects, https://docs.pytest.org/en/stable/explanation/goodpractices.html
_TEST_FILE = re.compile(r"(?:.*/)?(?:test_[^/]*|[^/]*_test|conftest)\.py")


def left_out(shipped: tuple[Shipped, ...], target: Target) -> Iterator[str]:  # noqa: ARG001 - any
    """Give every file of every test package."""
    for one in shipped:
        for folder in sorted(folders_named(one.files, _NAMES)):
            if _holds_tests(one, folder):
                yield from one.below(folder)


def _holds_tests(one: Shipped, folder: str) -> bool:
    is_package = folder.rpartition("/")[2] == "tests" and f"{folder}/__init__.py" in one.files
    return is_package or any(_TEST_FILE.fullmatch(path) for path in one.below(folder))
