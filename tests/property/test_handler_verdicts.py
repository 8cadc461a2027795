"""No handler that works is reported, whatever order its module binds names in."""

from __future__ import annotations

import textwrap
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from lpack.facts.contents import Contents
from lpack.facts.handlers import inspect_handler
from tests.function_builder import bundle_of, handler_of, target_of

STATEMENTS = st.sampled_from(
    [
        "handler = 3",
        "other = lambda e, c: e",
        "handler = other",
        "handler = (lambda e, c: e)",
        "handler, other = other, handler",
        "other = handler = None",
        "def handler(event, context): return event",
        "def handler(): ...",
        "def handler(event, *more): return event",
        "async def handler(event, context): ...",
        "class handler:\n    def __init__(self, *args): ...",
        "del handler",
        "for handler in (3, other): pass",
        "with open(__file__) as handler: pass",
        "handler: object",
        "(handler := other)",
        "[handler := item for item in (3, other)]",
        "import handler",
        "from os import path as handler",
        "global handler",
        "def late():\n    global handler\n    handler = other",
        "late()",
        "assert True",
    ]
)
WRAPPERS = st.sampled_from(
    [
        "{}",
        "if True:\n    {}",
        "if flag:\n    {}",
        "if not flag:\n    {}\nelse:\n    pass",
        "if __name__ == '__main__':\n    {}",
        "try:\n    {}\n    raise ValueError\nexcept ValueError:\n    pass",
        "try:\n    raise ValueError\n    {}\nexcept ValueError:\n    pass",
        "try:\n    raise ValueError\nexcept ValueError:\n    {}",
        "try:\n    pass\nfinally:\n    {}",
        "while flag:\n    {}\n    break",
        "match flag:\n    case True:\n        {}",
    ]
)


def wrapped(wrapper: str, statement: str) -> str:
    """Put a statement into a compound one."""
    head, _, tail = wrapper.partition("{}")
    indent = " " * (len(head) - len(head.rstrip(" ")))
    return head.rstrip(" ") + textwrap.indent(statement, indent) + tail


MODULES = st.lists(st.builds(wrapped, WRAPPERS, STATEMENTS), max_size=7).map("\n".join)


def works(source: str) -> bool | None:
    """Import the module and call its handler; None when the import fails."""
    names: dict[str, Any] = {"__name__": "app", "__file__": __file__}
    try:
        exec(source, names)  # noqa: S102 - put together from the statements above
    except (NameError, TypeError, ImportError):
        return None
    try:
        answer = names["handler"]({}, None)
    except (KeyError, TypeError):
        return False
    is_coroutine = hasattr(answer, "close")
    if is_coroutine:
        answer.close()
    return not is_coroutine


@example("def handler(): ...\nif flag:\n    def handler(event, context): return event")
@given(MODULES)
def test_no_false_alarm(body: str) -> None:
    """A handler that can be called and whose answer can be written is found or unknown."""
    source = f"flag = True\nother = handler = lambda e, c: e\n{body}\n"
    try:
        truth = works(source)
    except SyntaxError:  # `global` after a use
        truth = None
    assume(truth is not None)

    finding = inspect_handler(
        handler_of("app.handler"), Contents.of(bundle_of({"app.py": source})), target_of()
    )

    assert not (truth and finding.outcome not in ("found", "unknown")), finding


@given(st.lists(STATEMENTS.filter(lambda text: "other" not in text), max_size=5).map("\n".join))
def test_straight_code_is_judged_exactly(body: str) -> None:
    """Without conditions and second-hand names the verdict is right in both directions."""
    source = f"{body}\n"
    try:
        truth = works(source)
    except SyntaxError:
        truth = None
    assume(truth is not None)

    finding = inspect_handler(
        handler_of("app.handler"), Contents.of(bundle_of({"app.py": source})), target_of()
    )

    certain = finding.outcome != "unknown" and "with open" not in body and "os import" not in body
    assert not certain or (finding.outcome == "found") == truth
