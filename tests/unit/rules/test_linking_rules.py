"""Rules about what native code is linked to: only what nobody has is reported, once an owner."""

from __future__ import annotations

from typing import Any

import pytest

from tests.elf_builder import linked
from tests.function_builder import APP, check, codes, facts_of

TAG = ".cpython-313-x86_64-linux-gnu.so"
WHEEL = "num-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"
NEUTRAL = "num-1.0-py3-none-any.whl"
IMPORTING = {"app.py": "import num\ndef handler(event, context): ...\n"}
NEW = linked(["libc.so.6"], {"libc.so.6": ["GLIBC_2.5", "GLIBC_2.38"]})
NEWER_CXX = linked(["libstdc++.so.6"], {"libstdc++.so.6": ["GLIBCXX_3.4.32"]})
LOST = linked(["libc.so.6", "libGL.so.1"])
FINE = linked(["libc.so.6"], {"libc.so.6": ["GLIBC_2.34"]}, runpath="$ORIGIN")


def using(library: str, **settings: Any) -> bytes:
    return linked(["libc.so.6", library], **settings)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"m.so": FINE}, []),
        ({"m.so": NEW}, ["LP330-error"]),
        ({"m.so": LOST}, ["LP331-error"]),
        ({"lib/libm2.so": NEW}, ["LP330-warning"]),
        ({"lib/libm2.so": LOST}, ["LP331-warning"]),
        ({"m.so": NEWER_CXX}, ["LP330-warning"]),
        ({"m.so": using("libx.so.1"), "lib/libx.so.1": FINE}, []),
        ({"m.so": using("libx.so.1"), "libx.so.1": FINE}, []),
        ({"m.so": using("libx.so.1"), "deep/libx.so.1": FINE}, ["LP331-warning"]),
        ({"m.so": using("libx.so.1", runpath="$ORIGIN/deep"), "deep/libx.so.1": FINE}, []),
        ({"m.so": using("libx.so.1"), "lib/x.so": linked(soname="libx.so.1")}, ["LP331-warning"]),
        ({"m.so": using("libx.so.1"), "lib/libx.so.1": LOST}, ["LP331-error"]),
        ({"m.so": NEW, "lib/libc.so.6": FINE}, ["LP330-warning"]),
        ({"m.so": using("libcrypt.so.2")}, ["LP331-warning"]),
        ({"m.so": using("libpython3.13.so.1.0")}, []),
        ({"m.so": linked(runpath="/home/me/lib")}, ["LP332-warning"]),
        ({"m.so": linked(runpath="$ORIGIN/../../x")}, ["LP332-warning"]),
        ({"m.so": linked(rpath="/opt/lib:/var/task/lib")}, []),
    ],
    ids=lambda value: str(list(value))[:60],
)
def test_own_native_code_is_judged(files: dict[str, bytes], expected: list[str]) -> None:
    """A module that cannot be loaded is an error; what an import may not load is a warning."""
    assert codes({**APP, **files}) == expected


@pytest.mark.parametrize(
    ("app", "files", "expected"),
    [
        (IMPORTING, {"num/__init__.py": "from num import m\n", f"num/m{TAG}": LOST}, "error"),
        (APP, {"num/__init__.py": "from num import m\n", f"num/m{TAG}": LOST}, "warning"),
        (IMPORTING, {"num/__init__.py": "", f"num/m{TAG}": LOST}, "warning"),
        (
            IMPORTING,
            {"num/__init__.py": "", f"num/m{TAG}": LOST, f"num/n{TAG}": FINE},
            "info",
        ),
        (
            IMPORTING,
            {"num/__init__.py": "if x:\n    import num.m\n", f"num/m{TAG}": LOST},
            "warning",
        ),
        (IMPORTING, {"num/__init__.py": "boot()\n", "num/num.abi3.so": LOST}, "error"),
        (
            IMPORTING,
            {
                "num/__init__.py": "try:\n    from . import m\nexcept ImportError: ...\n",
                f"num/m{TAG}": LOST,
            },
            "info",
        ),
        (
            {"app.py": "def handler(event, context):\n    import num.m\n"},
            {
                "num/__init__.py": "",
                f"num/m{TAG}": using("libx-1f.so.1"),
                "num.libs/libx-1f.so.1": LOST,
            },
            "error",
        ),
        (IMPORTING, {"num/__init__.py": "", "num/libplugin.so": LOST}, "warning"),
    ],
)
def test_a_distribution_is_judged_by_what_is_imported(
    app: dict[str, str], files: dict[str, str | bytes], expected: str
) -> None:
    """Only a module that the handler imports for certain makes the first call fail."""
    found = codes({**app, **files}, wheels=(WHEEL,), owners=dict.fromkeys(files, "num"))

    assert found == [f"LP331-{expected}"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"layers": ("arn:aws:lambda:eu-west-1:123456789012:layer:gl:1",)}, ["LP331-warning"]),
        ({"environment": {"LD_LIBRARY_PATH": "/opt/gl"}}, ["LP331-warning"]),
        ({"runtime": "python3.7"}, []),
    ],
)
def test_what_may_lie_elsewhere_is_no_error(settings: dict[str, Any], expected: list[str]) -> None:
    """A layer may have the library; and nobody wrote down what the oldest system holds."""
    found = codes({**APP, "m.so": LOST}, **settings)

    assert [one for one in found if one.startswith("LP33")] == expected


@pytest.mark.parametrize("wheel", [NEUTRAL, "num-1.0-cp313-cp313-musllinux_1_2_x86_64.whl"])
def test_wheels_that_are_reported_or_run_everywhere_are_no_errors(wheel: str) -> None:
    """A wheel for another system is told as one; one for all brings what it may not need."""
    files = {"num/__init__.py": "from num import m\n", "num/m.abi3.so": LOST}

    found = codes({**IMPORTING, **files}, wheels=(wheel,), owners=dict.fromkeys(files, "num"))

    assert found == (["LP331-warning"] if wheel == NEUTRAL else ["LP317-error"])


def test_an_owner_is_told_once_with_the_worst_first() -> None:
    """What an import loads comes before what it may load, and all of it counts."""
    files = {"num/__init__.py": "import num.z\n", f"num/z{TAG}": LOST, "num/liba.so": LOST}
    spare = {f"num/{name}{TAG}": LOST for name in "bcd"}

    (found,) = check(
        {**IMPORTING, **files, **spare},
        wheels=(WHEEL,),
        owners=dict.fromkeys([*files, *spare], "num"),
    )

    assert found.severity == "error"
    assert found.message.endswith(f": `num/z{TAG}`, `num/b{TAG}`, `num/c{TAG}` and 2 others")


def test_a_wheel_that_promises_an_older_system_is_an_error() -> None:
    """All modules of a distribution are built alike, so one under a condition fails as well."""
    files = {"num/__init__.py": "if x:\n    import num.m\n", f"num/m{TAG}": NEW}

    found = codes({**IMPORTING, **files}, wheels=(WHEEL,), owners=dict.fromkeys(files, "num"))

    assert found == ["LP330-error"]


def test_the_verdict_names_the_runtimes_that_can_load_the_code() -> None:
    """What the newer system has is told with the first runtime on it."""
    content = linked(["libc.so.6"], {"libc.so.6": ["GLIBC_2.4", "GLIBC_2.28"]})

    (found,) = check({**APP, "m.so": content, "n.so": content}, runtime="python3.11")

    assert found.message == (
        "native code needs GLIBC_2.28, which Amazon Linux 2 of python3.11 does not have, and works"
        " on python3.12 and later: `m.so`, `n.so`"
    )


def test_names_of_hostile_files_are_escaped() -> None:
    """A name cannot write a line of its own, and of many names the first are told."""
    names = ["lib\n\x1b[31merror.so", *(f"libx{number}.so" for number in range(9))]

    (found,) = check({**APP, "m.so": linked(names)})

    assert (
        "needs lib\\n\\x1b[31merror.so, libx0.so, libx1.so, libx2.so and 6 others," in found.message
    )
    assert "\n" not in found.message


def test_facts_tell_what_each_file_needs() -> None:
    """The document has libraries with their versions, what is missing, and the runtimes."""
    native = facts_of({**APP, "m.so": NEW, "libfoo.so": LOST}).native

    assert [(one.path, one.lack.versions, one.lack.libraries) for one in native] == [
        ("libfoo.so", (), ("libGL.so.1",)),
        ("m.so", ("GLIBC_2.38",), ()),
    ]
