"""Rules about wheels and native code: only what the target cannot load is reported."""

from __future__ import annotations

from typing import Any

import pytest

from tests.function_builder import APP, ARM64, MACH_O, WINDOWS, check, codes, elf

X86_TAG = ".cpython-313-x86_64-linux-gnu.so"
WHEEL = "num-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"
NEUTRAL = "num-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("wheel", "architecture", "expected"),
    [
        (NEUTRAL, "arm64", []),
        (WHEEL, "x86_64", []),
        (WHEEL, "arm64", ["LP317-error"]),
        ("num-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", "x86_64", ["LP317-error"]),
        ("num-1.0-cp39-abi3-manylinux2014_x86_64.whl", "x86_64", []),
        ("num-1.0-cp313-cp313-manylinux_2_39_x86_64.whl", "x86_64", ["LP317-error"]),
        ("num-1.0-cp313-cp313-musllinux_1_2_x86_64.whl", "x86_64", ["LP317-error"]),
        ("num-1.0-cp313-cp313-macosx_11_0_arm64.whl", "arm64", ["LP317-error"]),
        ("num-1.0-cp313-cp313-win_amd64.whl", "x86_64", ["LP317-error"]),
        ("num-1.0-cp313-cp313-linux_x86_64.whl", "x86_64", ["LP317-warning"]),
        ("num-1.0-cp313-cp313-linux_x86_64.whl", "arm64", ["LP317-error"]),
        ("num-1.0-py2-none-any.whl", "x86_64", ["LP317-error"]),
    ],
)
def test_wheels_are_judged_by_their_tags(
    wheel: str, architecture: str, expected: list[str]
) -> None:
    """A wheel is good when the target accepts one of its tags."""
    assert codes(wheels=(wheel,), architecture=architecture) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({f"m{X86_TAG}": elf()}, []),
        ({"m.abi3.so": elf(), "n.so": elf()}, []),
        ({f"m{X86_TAG}": elf(ARM64)}, ["LP318-error"]),
        ({"m.so": elf(3, bits=32)}, ["LP318-error"]),
        ({"m.so": elf(ARM64), "m.py": ""}, ["LP318-error"]),
        ({"m.cpython-313-darwin.so": MACH_O}, ["LP318-error"]),
        ({"m.cp313-win_amd64.pyd": WINDOWS}, ["LP318-error"]),
        ({"m.cpython-313-darwin.so": MACH_O, "m.py": ""}, ["LP318-info"]),
        ({"m.cpython-313-darwin.so": MACH_O, f"m{X86_TAG}": elf()}, ["LP318-info"]),
        ({"m.so": b"\x7fELF"}, ["LP318-error"]),
        ({"lib/libm.so.6": elf(ARM64)}, ["LP318-warning"]),
        ({"lib/libm.so": elf(ARM64)}, ["LP318-warning"]),
        ({"tool.exe": WINDOWS, "m.dylib": MACH_O}, ["LP318-error", "LP318-warning"]),
        ({"lib/m.dll": WINDOWS}, ["LP318-error"]),
        ({"lib/m.dll": WINDOWS, "lib/m.so.2": elf()}, ["LP318-info"]),
        ({"linker.so": b"INPUT(libm.so.6)"}, []),
        ({"m.cpython-312-x86_64-linux-gnu.so": elf()}, ["LP319-error"]),
        ({"m.cpython-313-x86_64-linux-musl.so": elf()}, ["LP319-error"]),
        ({"m.cpython-313t-x86_64-linux-gnu.so": elf()}, ["LP319-error"]),
        ({"m.cpython-312-x86_64-linux-gnu.so": elf(), "m.py": ""}, ["LP319-warning"]),
        ({"m.cpython-312-x86_64-linux-gnu.so": elf(), f"m{X86_TAG}": elf()}, ["LP319-warning"]),
        ({"m.cpython-312-aarch64-linux-gnu.so": elf(ARM64)}, ["LP318-error"]),
    ],
    ids=lambda value: str(list(value))[:60],
)
def test_own_native_code_is_judged(files: dict[str, bytes], expected: list[str]) -> None:
    """A module that cannot be imported is an error, other code a warning, foreign code a word."""
    assert codes({**APP, **files}) == expected


FOREIGN = "num-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
TAG_312 = "num/m.cpython-312-x86_64-linux-gnu.so"


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({TAG_312: elf(), "num/m.py": ""}, "warning"),
        ({TAG_312: elf()}, "error"),
        (
            {
                TAG_312: elf(),
                "num/__init__.py": "try:\n    from . import m\nexcept ImportError: 0\n",
            },
            "warning",
        ),
        (
            {
                TAG_312: elf(),
                "num/cm.py": "from .m import x\n",
                "num/__init__.py": "try:\n    from .cm import x\nexcept ImportError: 0\n",
            },
            "warning",
        ),
        (
            {
                TAG_312: elf(),
                "num/cm.py": "from .m import x\nfrom . import other\n",
                "num/other.py": "from . import cm\n",
            },
            "error",
        ),
        ({"num/m.abi3.so": elf(), "num/m.py": ""}, "error"),
    ],
    ids=range(6),
)
def test_a_foreign_wheel_that_python_does_without(files: dict[str, Any], severity: str) -> None:
    """Where Python code stands in for what cannot be loaded, nothing fails."""
    owners = dict.fromkeys(files, "num")

    found = codes({**APP, **files}, owners=owners, wheels=(FOREIGN,))

    assert found == [f"LP317-{severity}"]


GUARDED = "try:\n    from . import m\nexcept ImportError:\n    m = None\n"


@pytest.mark.parametrize(
    ("source", "severity"),
    [
        (GUARDED, "warning"),
        ("from . import m\n", "error"),
        (GUARDED + "from .m import x\n", "error"),
        ("try:\n    from .m import x\nexcept OSError:\n    pass\n", "error"),
        ("try:\n    pass\nexcept ImportError:\n    from .m import x\n", "error"),
    ],
)
@pytest.mark.parametrize(
    ("file", "code"),
    [("m.cpython-313-darwin.so", "LP318"), ("m.cpython-312-x86_64-linux-gnu.so", "LP319")],
)
def test_a_module_that_is_done_without_is_no_error(
    source: str, severity: str, file: str, code: str
) -> None:
    """Where each import of the module beside it catches ImportError, the package works."""
    native = MACH_O if "darwin" in file else elf()

    found = codes({**APP, "speedy/__init__.py": source, f"speedy/{file}": native})

    assert found == [f"{code}-{severity}"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"wheels": (WHEEL,), "files": {f"num/m{X86_TAG}": elf()}}, []),
        ({"wheels": (WHEEL,), "files": {f"num/m{X86_TAG}": elf(ARM64)}}, ["LP318-error"]),
        ({"wheels": (NEUTRAL,), "files": {"num/attach.so": elf(ARM64)}}, ["LP318-warning"]),
        ({"wheels": (NEUTRAL,), "files": {"num/cli-arm64.exe": WINDOWS}}, []),
        ({"wheels": (NEUTRAL,), "files": {"num/attach.dll": WINDOWS}}, ["LP318-info"]),
        ({"wheels": (WHEEL,), "files": {"num.libs/libz-1f.so.1": elf()}}, []),
        (
            {
                "wheels": ("num-1.0-cp312-cp312-macosx_11_0_arm64.whl",),
                "files": {"num/m.cpython-312-darwin.so": MACH_O},
            },
            ["LP317-error"],
        ),
        (
            {
                "wheels": (NEUTRAL,),
                "files": {
                    f"num/m{X86_TAG}": elf(),
                    "num/m.cpython-312-x86_64-linux-gnu.so": elf(),
                },
            },
            [],
        ),
    ],
    ids=lambda value: str(value)[:70],
)
def test_native_code_of_a_distribution_is_judged(
    settings: dict[str, Any], expected: list[str]
) -> None:
    """What a distribution for every platform brings on purpose is no error."""
    files = {**APP, **settings["files"]}

    found = codes(files, wheels=settings["wheels"], owners=dict.fromkeys(settings["files"], "num"))

    assert found == expected


def test_what_mypyc_shares_is_no_error() -> None:
    """The module that only compiled modules import is not needed where Python finds none."""
    files = {"fast.cpython-312-x86_64-linux-gnu.so": elf(), "fast.py": ""}
    shared = {"81d243__mypyc.cpython-312-x86_64-linux-gnu.so": elf()}

    assert codes({**APP, **files, **shared}) == ["LP319-warning", "LP319-warning"]


def test_many_files_are_one_diagnostic() -> None:
    """Files of one owner are reported together, the first three by name."""
    files = {f"pkg/m{number}.so": elf(ARM64) for number in range(5)}

    (found,) = check({**APP, **files})

    assert found.message == (
        "native code for Linux arm64 cannot be loaded on python3.13 x86_64: "
        "`pkg/m0.so`, `pkg/m1.so`, `pkg/m2.so` and 2 others"
    )
