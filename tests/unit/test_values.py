"""The fast dataclasses do what those of the standard library do."""

from __future__ import annotations

import dataclasses
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from lpack import values

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

KINDS: tuple[ModuleType, ...] = (dataclasses, values)


def made(kind: ModuleType) -> tuple[Any, Any]:
    """Declare a frozen class and a mutable one with all that lpack uses."""

    @kind.dataclass(frozen=True, slots=True)
    class Point:
        """A place."""

        x: int
        y: int = 2
        note: str = kind.field(default="", compare=False)
        secret: str = kind.field(default="s", repr=False)
        tags: dict[str, str] = kind.field(default_factory=dict, hash=False)

        @property
        def total(self) -> int:
            return self.x + self.y

    @kind.dataclass
    class Bag:
        point: Point
        items: list[int] = kind.field(default_factory=list)
        count: int = kind.field(init=False)

        def __post_init__(self) -> None:
            self.count = len(self.items)

    return Point, Bag


def said(do: Callable[[Any, Any], object], kind: ModuleType) -> object:
    """Give what comes out of it, or the kind of error."""
    try:
        return do(*made(kind))
    except (TypeError, AttributeError) as error:
        return AttributeError if isinstance(error, AttributeError) else TypeError


@pytest.mark.parametrize(
    "do",
    [
        lambda p, _: repr(p(1, tags={"a": "b"})).rpartition(".")[2],
        lambda p, _: repr(p(1, 5, note="n")).rpartition(".")[2],
        lambda p, _: p(),
        lambda p, _: p(1, 2, "", "", {}, 6),
        lambda p, _: p(1, x=1),
        lambda p, _: p(1, z=1),
        lambda p, _: p(1) == p(1),
        lambda p, _: p(1) == p(2),
        lambda p, _: p(1, note="a") == p(1, note="b"),
        lambda p, _: p(1) == 1,
        lambda p, _: p(1) != p(1, 3),
        lambda p, _: hash(p(1)) == hash(p(1, tags={"a": "b"})),
        lambda p, _: hash(p(1)) == hash(p(2)),
        lambda p, _: len({p(1), p(1), p(2)}),
        lambda p, _: p(1).total,
        lambda p, _: p(1).tags is p(1).tags,
        lambda p, _: p.__match_args__,
        lambda p, _: p.__doc__,
        lambda p, _: setattr(p(1), "x", 2),
        lambda p, _: delattr(p(1), "x"),
        lambda p, b: b(p(1), [1, 2]).count,
        lambda p, b: b(p(1), [1], count=3),
        lambda p, b: setattr(b(p(1)), "count", 9),
        lambda p, b: hash(b(p(1))),
        lambda p, b: b(p(1), [1]) == b(p(1), [1]),
    ],
)
def test_they_do_the_same(do: Callable[[Any, Any], object]) -> None:
    """Construction, text, comparison, hash, defaults and refusals are equal."""
    standard, fast = (said(do, kind) for kind in KINDS)

    assert fast == standard


@pytest.mark.parametrize("kind", KINDS, ids=["standard", "fast"])
def test_values_are_replaced_and_taken_apart(kind: ModuleType) -> None:
    """`replace` and `asdict` go through the fields, and into values inside."""
    point, bag = made(kind)

    assert kind.replace(point(1), y=9) == point(1, 9)
    assert kind.replace(bag(point(1), [1]), items=[1, 2]).count == 2
    assert kind.asdict(bag(point(1), [3])) == {
        "point": {"x": 1, "y": 2, "note": "", "secret": "s", "tags": {}},
        "items": [3],
        "count": 1,
    }
    with pytest.raises(TypeError):
        kind.replace(point(1), nothing=1)


def test_a_value_can_go_to_another_process() -> None:
    """Workers hand outcomes over as pickles."""
    from lpack.model import Where  # noqa: PLC0415 - a value of lpack's own

    assert pickle.loads(pickle.dumps(Where("a.toml", 3))) == Where("a.toml", 3)  # noqa: S301


def test_a_misspelt_option_of_a_field_is_refused() -> None:
    """What the fast ones do not know is an error and not forgotten."""
    with pytest.raises(TypeError, match="kw_only"):
        values.field(kw_only=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_method_reaches_that_of_the_class_above(kind: ModuleType) -> None:
    """`super()` knows the class that was made, not the one that was written."""

    @kind.dataclass
    class Above:
        number: int

        def told(self) -> str:
            return f"{self.number}"

    @kind.dataclass
    class Below(Above):
        def told(self) -> str:
            return f"<{super().told()}>"

    below: Any = Below
    assert below(1).told() == "<1>"
