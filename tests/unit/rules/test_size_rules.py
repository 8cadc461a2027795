"""Rules about the bytes of the package and of the environment."""

from __future__ import annotations

import pytest

from lpack.model import Budget
from lpack.templates.cloudformation import YAML
from tests.function_builder import APP, check, codes

ZIP = 52_428_800
UNZIPPED = 262_144_000
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:name:1"
OTHER = "arn:aws:lambda:eu-west-1:123456789012:layer:other:7"
MB = 1 << 20


def test_a_zip_at_the_limit_is_taken() -> None:
    """Lambda takes exactly 52,428,800 bytes, and an unknown size is no error."""
    assert codes(zipped=ZIP) == ["LP334-warning"]
    assert codes(zipped=None) == []


def test_a_zip_over_the_limit_is_refused() -> None:
    """The message has both numbers, and the hint says that S3 is a way out."""
    (found,) = check(zipped=ZIP + (1 << 20))

    assert (found.code, found.severity) == ("LP301", "error")
    assert "53,477,376" in found.message
    assert "52,428,800" in found.message
    assert found.hint == 'set `upload = "s3"` if it goes through S3, or remove 1.0 MB'


def test_a_large_zip_may_go_through_s3() -> None:
    """Lambda takes from a bucket what it refuses in a request."""
    assert codes(zipped=ZIP + 1, upload="s3") == []


def test_a_package_at_the_limit_is_taken() -> None:
    """Lambda takes exactly 262,144,000 bytes."""
    assert codes(sizes={"app.py": UNZIPPED}) == ["LP334-warning", "LP337-info"]


def test_a_package_over_the_limit_names_the_largest() -> None:
    """The three largest owners are named, own files among them, and layers are not forgotten."""
    files = {**APP, "a.py": "", "b.py": "", "c.py": ""}

    found, _ = check(
        {**files, "app.py": f"import a, b\n{APP['app.py']}"},
        owners={"a.py": "aaa", "b.py": "bbb", "c.py": "ccc"},
        sizes={"app.py": 90 << 20, "a.py": 80 << 20, "b.py": 70 << 20, "c.py": 60 << 20},
        layers=(LAYER,),
        layer_sizes=(),
    )

    assert found.code == "LP302"
    assert found.message.endswith("with the layers (not counted here: 1 layer)")
    assert found.hint == (
        "remove 50.0 MB; the largest are own files 90.0 MB (30 %), aaa 80.0 MB (27 %), "
        "bbb 70.0 MB (23 %)"
    )


def test_an_empty_package_is_refused() -> None:
    """Nothing but the emptiness is reported, least of all a missing module."""
    assert codes({}) == ["LP327-error"]


def test_a_large_environment_names_the_largest_variables() -> None:
    """Names and bytes are told, values never."""
    environment = {"SMALL": "1", "LARGE_ONE": "s3cret" * 500, "LARGE_TWO": "s3cret" * 300}

    (found,) = check(environment=environment)

    assert found.code == "LP303"
    assert "`LARGE_ONE` 3,015, `LARGE_TWO` 1,815, `SMALL` 12" in (found.hint or "")
    assert "s3cret" not in str(found)


def test_an_environment_at_the_limit_is_taken() -> None:
    """The compact JSON of one variable has seven bytes beside name and value."""
    assert codes(environment={"LARGE_VAR": "x" * (4_096 - 16)}) == ["LP334-warning"]
    assert codes(environment={"LARGE_VAR": "x" * (4_096 - 15)}) == ["LP303-error"]


def test_what_is_near_a_limit_is_told_with_shares() -> None:
    """From 80 % on, who takes most is named with the part of each."""
    (zipped,) = check(zipped=44 * MB, shares={"": 4 * MB, "numpy": 30 * MB, "six": 10 * MB})
    (environment,) = check(environment={"ONE": "x" * 3_000, "TWO": "y" * 400})

    assert zipped.message == (
        "the zip has 44.0 MB, 88 % of the 50.0 MB that Lambda takes in a direct upload: "
        "numpy 68 %, six 23 %, own files 9 %"
    )
    assert environment.message == (
        "the environment has 3,419 bytes as JSON, 83 % of the 4,096 that Lambda takes: "
        "`ONE` 88 %, `TWO` 12 %"
    )


def test_the_share_that_is_near_begins_at_80() -> None:
    """A byte less than four fifths is nothing to tell, and S3 takes any zip."""
    share = 41_943_040

    assert codes(zipped=share - 1) == []
    assert codes(zipped=share) == ["LP334-warning"]
    assert codes(zipped=ZIP, upload="s3") == []


def test_layers_count_where_their_size_is_declared() -> None:
    """The limit is for all of them together."""
    sizes = {"app.py": 40 * MB}

    assert codes(sizes=sizes, layers=(LAYER,), layer_sizes=((LAYER, 160 * MB),)) == [
        "LP334-warning"
    ]
    (found,) = check(sizes=sizes, layers=(LAYER, OTHER), layer_sizes=((LAYER, 230 * MB),))
    assert found.message == (
        "the package has 283,115,520 bytes unzipped with 1 layer, and Lambda takes 262,144,000"
        " with the layers (not counted here: 1 layer)"
    )
    assert "layer name:1 230.0 MB (85 %)" in (found.hint or "")


def test_a_layer_of_unknown_size_is_told() -> None:
    """What is left for it is said."""
    (found,) = check(
        sizes={"app.py": 20 * MB},
        layers=(LAYER, OTHER),
        layer_sizes=((OTHER, 30 * MB),),
    )

    assert (found.code, found.severity) == ("LP336", "info")
    assert found.message == "the size of 1 layer is not known: it may have 200.0 MB unzipped"


def test_the_console_opens_what_is_small() -> None:
    """Beyond 50 MB its editor shows nothing, which is worth knowing and no more."""
    assert codes(sizes={"app.py": 50 * MB}) == []
    assert codes(sizes={"app.py": 50 * MB + 1}) == ["LP337-info"]


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (Budget(zipped=20 * MB), []),
        (Budget(zipped=10 * MB), ["LP335-warning"]),
        (Budget(zipped=10 * MB - 1), ["LP335-error"]),
        (Budget(unzipped=30 * MB), ["LP335-warning"]),
        (Budget(unzipped=29 * MB), ["LP335-error"]),
        (Budget(files=1), ["LP335-error"]),
        (Budget(files=2), ["LP335-warning"]),
        (Budget(files=3), []),
    ],
)
def test_a_budget_is_the_limit_of_the_project(budget: Budget, expected: list[str]) -> None:
    """More is an error, and 80 % a warning, of bytes and of files."""
    files, sizes = {**APP, "a.py": ""}, {"app.py": 20 * MB, "a.py": 10 * MB}

    assert codes(files, sizes=sizes, zipped=10 * MB, budget=budget) == expected


def test_the_budget_names_who_takes_most() -> None:
    """Sizes, the part of the budget, shares, and what to remove."""
    (found,) = check(
        zipped=25 * MB, shares={"": MB, "numpy": 24 * MB}, budget=Budget(zipped=20 * MB)
    )

    assert found.message == (
        "the package has 25.0 MB zipped, 125 % of its budget of 20.0 MB zipped: "
        "numpy 96 %, own files 4 %"
    )
    assert found.hint == "remove 5.0 MB zipped, or raise `budget`"


def test_the_size_of_a_layer_of_a_template_stands_beside_it() -> None:
    """A template has no place for it, and what is declared of its functions is added."""
    (found,) = check(layers=(LAYER,), layer_sizes=(), spelling=YAML)

    assert found.hint == (
        "repeat `Layers` in `[tool.lpack.functions.api]` with it:"
        ' `layers = [{ arn = "…", unzipped = "20 MB" }]`'
    )
