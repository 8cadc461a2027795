"""The table of standard modules is held against the Python that runs the tests."""

from __future__ import annotations

import sys

import pytest

from lpack.facts.standard_modules import Standing, distribution_of, standard_modules

HERE = sys.version_info[:2]


def test_what_this_python_has_is_standard_for_it() -> None:
    """Nothing is missing from the table that an interpreter names itself."""
    table = standard_modules()
    standings = {name: table.standing(name, HERE) for name in sys.stdlib_module_names}

    strange = {name for name, standing in standings.items() if standing != "standard"}
    assert strange <= table.elsewhere


def test_what_this_python_does_not_have_is_not_standard_for_it() -> None:
    """Names that come and go are given for the versions that have them alone."""
    table = standard_modules()
    bounded = {name for name in (*table.first, *table.last) if "." not in name}

    standard = {name for name in bounded if table.standing(name, HERE) == "standard"}

    assert standard == bounded & sys.stdlib_module_names


@pytest.mark.parametrize(
    ("name", "python", "standing"),
    [
        ("json", (3, 13), "standard"),
        ("os.path", (3, 13), "standard"),
        ("distutils.core", (3, 11), "standard"),
        ("distutils.core", (3, 12), "removed"),
        ("asyncore", (3, 12), "removed"),
        ("telnetlib", (3, 12), "standard"),
        ("telnetlib", (3, 13), "removed"),
        ("sre_parse", (3, 15), "removed"),
        ("tomllib", (3, 10), "not-yet"),
        ("tomllib", (3, 11), "standard"),
        ("importlib.resources.abc", (3, 10), "not-yet"),
        ("importlib.resources", (3, 10), "standard"),
        ("compression.zstd", (3, 13), "not-yet"),
        ("winreg", (3, 13), "other-system"),
        ("boto3", (3, 13), "runtime"),
        ("dateutil.parser", (3, 13), "runtime"),
        ("pkg_resources", (3, 11), "runtime"),
        ("pkg_resources", (3, 12), "unknown"),
        ("requests", (3, 13), "unknown"),
    ],
)
def test_how_a_module_stands(name: str, python: tuple[int, int], standing: Standing) -> None:
    """The versions are those of the release notes."""
    assert standard_modules().standing(name, python) == standing


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("yaml", "pyyaml"),
        ("PIL.Image", "pillow"),
        ("google.cloud.storage.blob", "google-cloud-storage"),
        ("google.cloud", ""),
        ("never_heard_of_it", ""),
    ],
)
def test_which_distribution_brings_a_module(module: str, distribution: str) -> None:
    """The longest name that is known decides; nothing is guessed."""
    assert distribution_of(module) == distribution
