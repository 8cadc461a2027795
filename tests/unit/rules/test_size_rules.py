"""Rules about the bytes of the package and of the environment."""

from __future__ import annotations

from tests.function_builder import APP, check, codes

ZIP = 52_428_800
UNZIPPED = 262_144_000


def test_a_zip_at_the_limit_is_taken() -> None:
    """Lambda takes exactly 52,428,800 bytes, and an unknown size is no error."""
    assert codes(zipped=ZIP) == []
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
    assert codes(sizes={"app.py": UNZIPPED}) == []


def test_a_package_over_the_limit_names_the_largest() -> None:
    """The three largest owners are named, own files among them, and layers are not forgotten."""
    files = {**APP, "a.py": "", "b.py": "", "c.py": ""}

    (found,) = check(
        files,
        owners={"a.py": "aaa", "b.py": "bbb", "c.py": "ccc"},
        sizes={"app.py": 90 << 20, "a.py": 80 << 20, "b.py": 70 << 20, "c.py": 60 << 20},
        layers=("arn:aws:lambda:eu-west-1:123456789012:layer:name:1",),
    )

    assert found.code == "LP302"
    assert found.message.endswith("with the layers (not counted here: 1 layer)")
    assert found.hint == (
        "remove 50.0 MB; the largest are own files 90.0 MB, aaa 80.0 MB, bbb 70.0 MB"
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
    assert codes(environment={"LARGE_VAR": "x" * (4_096 - 16)}) == []
    assert codes(environment={"LARGE_VAR": "x" * (4_096 - 15)}) == ["LP303-error"]
