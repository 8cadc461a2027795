"""When a lock is used, when it is made anew, and that both ways of reading it agree."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpack.errors import BuildError
from lpack.lockfile import LockFile, packages_for, render
from lpack.model import (
    BuiltFrom,
    LockedPackage,
    LockedWheel,
    Project,
    Requirement,
    RequirementSet,
    Resolution,
    Where,
)
from lpack.platforms import RUNTIMES
from lpack.requirements.staleness import stale_reasons
from lpack.resolvers.base import Question
from lpack.resolvers.fitting import resolution
from lpack.steps.lock import LockOptions, Wanted, lock
from lpack.system import System
from tests.function_builder import builder_of, target_of
from tests.wheelhouse import escaped, make_wheel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Lock, Target
    from lpack.steps.lock import Mode

TARGET = target_of()
WHERE = Where("requirements.txt", 1)


def asked(*texts: str, constraints: tuple[str, ...] = ()) -> RequirementSet:
    """Ask for requirements."""
    return RequirementSet(
        tuple(Requirement(text, WHERE) for text in texts),
        tuple(Requirement(text, WHERE) for text in constraints),
    )


def wheel(name: str, version: str, tag: str = "py3-none-any") -> LockedWheel:
    """Name a wheel that need not exist."""
    filename = f"{escaped(name)}-{version}-{tag}.whl"
    digest = hashlib.sha256(filename.encode()).hexdigest()
    return LockedWheel(filename, f"https://files.example.org/{filename}", digest, 1000)


def package(name: str, version: str, *tags: str) -> LockedPackage:
    """Name a package with its wheels."""
    chosen = tuple(wheel(name, version, tag) for tag in tags or ("py3-none-any",))
    return LockedPackage(name, version, chosen)


def lock_file(
    folder: Path,
    requirements: RequirementSet,
    *packages: LockedPackage,
    target: Target = TARGET,
) -> LockFile:
    """Write the lock that lpack would."""
    path = folder / "pylock.toml"
    text = render({target: Resolution(packages, "uv")}, {target: requirements}, folder)
    path.write_text(text, encoding="utf-8")
    return LockFile(path, "pylock.toml")


def edited(lock: LockFile, old: str, new: str) -> LockFile:
    """Edit the lock by hand."""
    text = lock.path.read_text(encoding="utf-8")
    assert old in text
    lock.path.write_text(text.replace(old, new), encoding="utf-8")
    return LockFile(lock.path, lock.shown)


BEFORE = asked("alpha>=1", "beta[fast]; python_version > '3'")
PACKAGES = (package("alpha", "1.5"), package("beta", "2.0"))


def test_a_lock_fits_what_it_was_made_from(tmp_path: Path) -> None:
    """The same requirements for the same target."""
    made = lock_file(tmp_path, BEFORE, *PACKAGES)

    assert stale_reasons(made, BEFORE, TARGET) == ()


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (asked("alpha>=1.2", "beta[fast]; python_version > '3'"), ""),
        (asked("beta[fast]; python_version > '3'", "alpha>=1"), ""),
        (asked("Alpha >= 1.0", "beta[fast] ; python_version>'3'"), ""),
        (asked("alpha<1.5", "beta[fast]; python_version > '3'"), "it has alpha 1.5"),
        (asked("alpha>=1", "beta[fast]; python_version > '3'", "gamma"), "`gamma` is not in it"),
        (asked("alpha>=1"), "`beta` is no longer asked for"),
        (asked("alpha>=1", "beta"), "`beta` is asked for in another way"),
        (asked("alpha>=1", "beta[fast]"), "`beta` is asked for in another way"),
        (asked("alpha>=1", "beta[fast,slow]; python_version > '3'"), "in another way"),
        (
            asked("alpha>=1", "beta[fast]; python_version > '3'", constraints=("alpha<1.2",)),
            "it has alpha 1.5, and `alpha<1.2` is asked for",
        ),
        (asked("alpha>=1", "beta[fast]; python_version > '3'", constraints=("zeta<1",)), ""),
        (asked("alpha @ https://x.org/alpha-1.5-py3-none-any.whl"), "alpha"),
    ],
)
def test_a_lock_is_stale_for_a_reason(tmp_path: Path, now: RequirementSet, reason: str) -> None:
    """What the versions satisfy is no reason; what they do not, or what is gone, is named."""
    made = lock_file(tmp_path, BEFORE, *PACKAGES)

    told = "; ".join(stale_reasons(made, now, TARGET))

    assert reason in told
    assert bool(told) == bool(reason)


def test_a_lock_for_another_target_is_stale(tmp_path: Path) -> None:
    """It names both."""
    made = lock_file(tmp_path, BEFORE, *PACKAGES)

    told = stale_reasons(made, BEFORE, target_of("python3.12", "arm64"))

    assert told == ("it was made for python3.13 x86_64, not for python3.12 arm64",)


def test_other_hashes_make_a_lock_stale(tmp_path: Path) -> None:
    """Hashes that are stated now bind the lock as well."""
    made = lock_file(tmp_path, asked("alpha"), package("alpha", "1.5"))
    right = {"alpha": (f"sha256:{wheel('alpha', '1.5').sha256}",)}
    wrong = {"alpha": (f"sha256:{'0' * 64}",)}

    def reasons(hashes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        asked_for = RequirementSet(asked("alpha").requirements, hashes=hashes)
        return stale_reasons(made, asked_for, TARGET)

    assert reasons(right) == ()
    assert "alpha-1.5-py3-none-any.whl" in reasons(wrong)[0]
    assert "alpha-1.5-py3-none-any.whl" in reasons({"beta": right["alpha"]})[0]


def read_both_ways(made: LockFile, old: str, new: str) -> None:
    """Edit a lock and read it."""
    broken = edited(made, old, new)
    broken.packages_as_written(TARGET)
    packages_for(broken, TARGET)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('[[packages]]\nname = "beta"', '[[packages]]\nname = "alpha"', "LP110"),
        (wheel("alpha", "1.5").sha256, "abc", "LP112"),
        ("sha256 =", "md5 =", "LP112"),
        ('version = "1.5"', "version = 15", "LP110"),
        ('name = "alpha"', "", "LP110"),
        ("size = 1000", 'size = "1000"', "LP110"),
        ("https://files", "ftp://files", "LP110"),
        ("https://files.example.org", "file://evil.example.org", "LP110"),
        ("[[packages.wheels]]", "[[packages.sdists]]", "LP110"),
        ("[[packages]]", "packages = 3\n[[other]]", "LP110"),
        ("lock-version", "[broken", "LP110"),
    ],
)
def test_a_lock_that_was_edited_into_nonsense_is_refused(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    """Each is one clear error with its place, never a wrong package."""
    made = lock_file(tmp_path, BEFORE, *PACKAGES)

    with pytest.raises(BuildError) as caught:
        read_both_ways(made, old, new)

    assert caught.value.code == code
    assert caught.value.diagnostics[0].where is not None


def row(filename: str, sha256: str) -> str:
    """Write a wheel of a lock as other tools do."""
    url = f"https://x.org/{filename}"
    return f'{{ name = "{filename}", url = "{url}", hashes = {{ sha256 = "{sha256 * 64}" }} }}'


FOREIGN = f"""\
lock-version = "1.0"
created-by = "somebody"

[[packages]]
name = "alpha"
version = "1.5"
wheels = [
  {row("alpha-1.5-cp313-cp313-win_amd64.whl", "1")},
  {row("alpha-1.5-cp313-cp313-manylinux_2_17_x86_64.whl", "2")},
  {row("alpha-1.5-py3-none-any.whl", "3")},
]

[[packages]]
name = "only-windows"
version = "1"
marker = "sys_platform == 'win32'"
wheels = [{row("only_windows-1-py3-none-any.whl", "4")}]
"""


def foreign(folder: Path, text: str = FOREIGN) -> LockFile:
    """Write the lock of another tool."""
    (folder / "pylock.toml").write_text(text)
    return LockFile(folder / "pylock.toml", "pylock.toml")


def test_the_lock_of_another_tool_is_read_for_the_target(tmp_path: Path) -> None:
    """Markers and tags are those of the target, and the best wheel is taken."""
    chosen = packages_for(foreign(tmp_path), TARGET)

    assert [(one.name, one.version) for one in chosen] == [("alpha", "1.5")]
    assert chosen[0].wheels[0].sha256 == "2" * 64


def test_the_lock_of_another_tool_is_judged_by_its_versions(tmp_path: Path) -> None:
    """It does not say what it was made from."""
    made = foreign(tmp_path)

    assert stale_reasons(made, asked("alpha>1"), TARGET) == ()
    assert stale_reasons(made, asked("alpha<1"), TARGET) != ()
    assert stale_reasons(made, asked("alpha", "only-windows"), TARGET) != ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('wheels = [{ name = "only', 'wheelz = [{ name = "only', "LP110"),
        ('lock-version = "1.0"', 'lock-version = "9.0"', "LP110"),
        ("cp313-manylinux_2_17_x86_64", "cp313-manylinux_2_99_x86_64", None),
        ("created-by", "requires-python = '<3.9'\ncreated-by", "LP111"),
    ],
)
def test_the_lock_of_another_tool_is_refused_for_a_reason(
    tmp_path: Path, old: str, new: str, code: str | None
) -> None:
    """What does not fit the target, or is no lock, is told apart."""
    lock = foreign(tmp_path, FOREIGN.replace(old, new))

    if code is None:
        assert packages_for(lock, TARGET)[0].wheels[0].sha256 == "3" * 64
        return
    with pytest.raises(BuildError) as caught:
        packages_for(lock, TARGET)
    assert caught.value.code == code


def test_a_lock_without_a_wheel(tmp_path: Path) -> None:
    """A target that no wheel fits is refused; a package may have only its source."""
    only_linux = FOREIGN.replace("py3-none-any.whl", "cp39-cp39-win32.whl", 2)
    sdist = f"sdist = {row('alpha-1.5.tar.gz', '5')}"
    start, _, rest = FOREIGN.partition("wheels = [")
    only_source = f"{start}{sdist}\n{rest.partition(chr(10) + ']' + chr(10))[2]}"

    target = target_of("python3.12", "arm64")

    with pytest.raises(BuildError) as caught:
        packages_for(foreign(tmp_path, only_linux), target)
    source = packages_for(foreign(tmp_path, only_source), target)[0].source

    assert caught.value.code == "LP107"
    assert source == BuiltFrom("sdist", "https://x.org/alpha-1.5.tar.gz", "5" * 64)


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
TAGS = (
    "py3-none-any",
    "py2.py3-none-any",
    "cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64",
    "cp313-cp313-manylinux_2_28_x86_64",
    "cp312-abi3-manylinux_2_17_x86_64",
    "cp312-cp312-manylinux_2_17_aarch64.manylinux2014_aarch64",
    "cp39-abi3-manylinux_2_26_aarch64",
    "cp313-cp313-musllinux_1_2_x86_64",
    "py3-none-manylinux_2_17_x86_64",
)


@st.composite
def locked_packages(draw: st.DrawFn) -> LockedPackage:
    """Give a package with any wheels, one of them for every machine."""
    name = draw(NAMES)
    version = draw(st.sampled_from(["1", "1.0.post1", "2.3.4", "0.1rc1", "2024.1+local.7"]))
    tags = draw(st.sets(st.sampled_from(TAGS[1:]), max_size=4))
    return package(name, version, "py3-none-any", *sorted(tags))


TARGETS = st.builds(
    lambda runtime, architecture: target_of(runtime.name, architecture),
    st.sampled_from(sorted(RUNTIMES, key=lambda one: one.name)),
    st.sampled_from(["x86_64", "arm64"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    packages=st.lists(locked_packages(), max_size=6, unique_by=lambda one: one.name),
    target=TARGETS,
)
def test_both_ways_of_reading_a_lock_agree(
    packages: list[LockedPackage], target: Target, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of a lock that lpack made, the fast reading is what every marker and tag would say."""
    folder = tmp_path_factory.mktemp("lock")
    requirements = asked(*(one.name for one in packages))
    resolved = resolution(Question(requirements, target, folder), packages, "uv")

    made = lock_file(folder, requirements, *resolved.packages, target=target)

    assert made.was_made_for(requirements, target)
    assert made.packages_as_written(target) == packages_for(made, target)
    assert [(one.name, one.version, one.wheels[0]) for one in made.packages_as_written(target)] == [
        (one.name, one.version, one.wheels[0]) for one in resolved.packages
    ]


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """Give a project folder, whose wheels lie in it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    make_wheel(folder, "alpha", "1.0", {"alpha.py": ""})
    make_wheel(folder, "alpha", "2.0", {"alpha.py": ""})
    return tmp_path


def locked(root: Path, mode: Mode, text: str = "alpha", *, upgrade: bool = False) -> Lock:
    """Run the step in a folder."""
    environ = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(root / "wheels"), **ENVIRON}
    project = Project(root, root / "dist", (), (), "auto")
    options = LockOptions(mode, upgrade=upgrade)
    wanted = Wanted(root / "pylock.toml", {TARGET: asked(text)})
    system = System(environ)
    return lock(wanted, TARGET, project, options, system, builder_of(root, system))


ENVIRON = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PIP_CONFIG_FILE": "/dev/null"}


def test_a_function_without_needs_has_no_lock(tmp_path: Path) -> None:
    """Nothing is written, and nothing is asked."""
    project = Project(tmp_path, tmp_path / "dist", (), (), "auto")

    wanted, system = Wanted(None, {TARGET: asked()}), System({})

    result = lock(
        wanted, TARGET, project, LockOptions("locked"), system, builder_of(tmp_path, system)
    )

    assert (result.path, result.packages, result.fresh) == (None, (), False)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_keeps_its_versions_until_they_do_not_fit(wheels: Path) -> None:
    """`build` uses it, `lock` keeps versions, `--upgrade` and a new requirement do not."""
    first = locked(wheels, "when-needed", "alpha<2")
    again = locked(wheels, "when-needed", "alpha<2")
    wider = locked(wheels, "when-needed", "alpha")
    anew = locked(wheels, "always", "alpha")
    upgraded = locked(wheels, "always", "alpha", upgrade=True)
    other = locked(wheels, "when-needed", "alpha<2")

    results = [first, again, wider, anew, upgraded, other]
    assert [one.packages[0].version for one in results] == [
        "1.0",
        "1.0",
        "1.0",
        "1.0",
        "2.0",
        "1.0",
    ]
    assert [one.fresh for one in results] == [True, False, False, True, True, True]


def test_a_locked_run_writes_nothing(wheels: Path) -> None:
    """It fails where there is no lock, or a stale one, and uses one that fits."""
    with pytest.raises(BuildError) as missing:
        locked(wheels, "locked")
    made = locked(wheels, "when-needed", "alpha<2")
    before = (wheels / "pylock.toml").stat()
    with pytest.raises(BuildError) as stale:
        locked(wheels, "locked", "alpha>=2")
    used = locked(wheels, "locked", "alpha<2")

    assert (missing.value.code, stale.value.code) == ("LP109", "LP108")
    assert used.packages == made.packages
    assert (wheels / "pylock.toml").stat() == before


def test_the_lock_is_the_same_bytes_each_time(wheels: Path) -> None:
    """Written, deleted, written."""
    first = locked(wheels, "always")
    content = (wheels / "pylock.toml").read_bytes()
    (wheels / "pylock.toml").unlink()
    second = locked(wheels, "always")

    assert first.digest == second.digest == hashlib.sha256(content).hexdigest()
    assert b"/" not in content.split(b"path = ")[1].splitlines()[0].replace(b"wheels/", b"")


def test_malformed_requirements_are_told_together(tmp_path: Path) -> None:
    """All lines of a file that are wrong are in one report, each with its place."""
    project = Project(tmp_path, tmp_path / "dist", (), (), "auto")
    requirements = asked("alpha", "b c d", "=1", "x @")

    with pytest.raises(BuildError) as caught:
        lock(
            Wanted(tmp_path / "pylock.toml", {TARGET: requirements}),
            TARGET,
            project,
            LockOptions(),
            System({}),
            builder_of(tmp_path, System({})),
        )

    assert [one.code for one in caught.value.diagnostics] == ["LP101"] * 3
    assert all(one.where == WHERE for one in caught.value.diagnostics)
    assert not (tmp_path / "pylock.toml").exists()
