"""What a system holds, and where the loader looks for the rest."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from lpack.data import own_json
from lpack.facts.contents import Contents
from lpack.facts.imports_reached import Imported
from lpack.facts.linking import folder_of, leaves_package
from lpack.facts.native_files import code_of, native_files
from lpack.facts.systems import newest_of_each, system_of
from lpack.platforms import RUNTIMES, runtime_named
from tests.elf_builder import linked
from tests.function_builder import APP, MACH_O, bundle_of, elf, target_of


@pytest.mark.parametrize(
    ("runtime", "version", "expected"),
    [
        ("python3.11", "GLIBC_2.26", "yes"),
        ("python3.11", "GLIBC_2.27", "no"),
        ("python3.11", "GLIBCXX_3.4.25", "no"),
        ("python3.11", "ZLIB_1.2.9", "no"),
        ("python3.13", "ZLIB_1.2.9", "yes"),
        ("python3.13", "GLIBC_2.34", "yes"),
        ("python3.13", "GLIBC_2.35", "no"),
        ("python3.13", "GLIBC_ABI_DT_RELR", "no"),
        ("python3.13", "GLIBCXX_3.4.29", "yes"),
        ("python3.13", "GLIBCXX_3.4.30", "perhaps"),
        ("python3.13", "GLIBCXX_3.4.34", "no"),
        ("python3.13", "GLIBC_PRIVATE", "yes"),
        ("python3.13", "LIBTIFF_4.0", "yes"),
        ("python3.13", "GLIBC_" + "9" * 5000, "yes"),
    ],
)
def test_versions_are_compared_by_their_numbers(runtime: str, version: str, expected: str) -> None:
    """What is newer than the system's is missing; what has no known number is not judged."""
    found = runtime_named(runtime)
    assert found is not None
    system = system_of(found, "x86_64")
    assert system is not None

    assert system.has_version(version) == expected


@pytest.mark.parametrize(
    ("runtime", "library", "expected"),
    [
        ("python3.13", "libstdc++.so.6", "yes"),
        ("python3.13", "libexpat.so.1", "no"),  # github.com/developmentseed/eoapi-cdk/issues/181
        ("python3.9", "libexpat.so.1", "no"),  # github.com/Toblerity/Fiona/issues/1078
        ("python3.13", "libcrypt.so.1", "no"),
        ("python3.11", "libcrypt.so.1", "yes"),
        ("python3.13", "libpython3.13.so.1.0", "yes"),
        ("python3.13", "libpython3.12.so.1.0", "no"),
    ],
)
def test_libraries_are_those_of_the_image(runtime: str, library: str, expected: str) -> None:
    """Each system has its own, and the Python of the runtime."""
    found = runtime_named(runtime)
    assert found is not None
    system = system_of(found, "x86_64")
    assert system is not None

    assert system.has_library(library) == expected


def test_every_number_has_its_source() -> None:
    """The glibc of a system is that of the table of runtimes, and each row names a page."""
    document = own_json("schemas", "systems.json")

    for name, row in document["systems"].items():
        glibc = {runtime.glibc for runtime in RUNTIMES if runtime.system == name}
        assert glibc == {tuple(map(int, row["symbols"]["GLIBC"]["newest"].split(".")))}
        pages = [one["source"] for one in (*row["symbols"].values(), row["libraries"])]
        assert all(re.match("https://", page) for page in pages)
        assert row["uncertain"]["reason"]
        names = row["libraries"]["all"]
        assert all(before < after for before, after in pairwise(names))


def test_only_the_newest_of_a_family_is_told() -> None:
    """Numbers are compared as numbers."""
    versions = ("GLIBC_2.4", "GLIBC_2.28", "GLIBCXX_3.4.9", "GLIBCXX_3.4.21", "OTHER")

    assert newest_of_each(versions) == ("GLIBC_2.28", "GLIBCXX_3.4.21", "OTHER")


def test_what_was_found_out_once_is_the_same_again() -> None:
    """What the store keeps of a file is read as the file itself would be."""
    library = linked(["libx.so", "a b"], {"libx.so": ["V_1"]}, soname='"\\', rpath="/a:/b")
    files: dict[str, str | bytes] = {**APP, "m.so": library, "n.so": elf(), "o.dylib": MACH_O}
    bundle = bundle_of(files)
    contents = Contents.of(bundle)
    known = [
        entry._replace(code=code_of(entry.path, entry.mode, contents.parts(entry.path)))
        for entry in bundle.entries
    ]

    looked = native_files(bundle.entries, contents, target_of(), Imported)
    recalled = native_files(known, Contents({}, {}), target_of(), Imported)

    assert looked == recalled
    assert [(item.path, item.linking is not None) for item in looked] == [
        ("m.so", True),
        ("n.so", False),
        ("o.dylib", False),
    ]


@pytest.mark.parametrize(
    ("search", "folder", "leaves"),
    [
        ("$ORIGIN", "pkg/sub", False),
        ("${ORIGIN}/../../num.libs", "num.libs", False),
        ("$ORIGIN/../..", "", False),
        ("$ORIGIN/../../..", None, True),
        ("/var/task/lib", "lib", False),
        ("/opt/lib", "/opt/lib", False),
        ("/usr/lib64", None, False),
        ("/usr/local/lib", None, True),
        ("/tmp", None, True),  # noqa: S108 - that is what is to be found
        ("", "", False),
        ("lib", "lib", False),
    ],
)
def test_folders_of_an_rpath_are_found(search: str, folder: str | None, *, leaves: bool) -> None:
    """`$ORIGIN` is the folder of the file, and relative folders start at the package."""
    assert folder_of(search, "pkg/sub/m.so") == folder
    assert leaves_package(search, "pkg/sub/m.so") is leaves
