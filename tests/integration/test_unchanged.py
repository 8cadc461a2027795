"""Nothing changed costs nothing; anything that changed is noticed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.building import APP, Forge, copy, locked_project, published, sha256, wheels_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.building import Done

NOTED = 8
REPLAYED = 0
"""A build that only repeats its answer changes nothing on the disk."""
EXTRA = """
[tool.lpack]
policies = ["team.json"]

[tool.lpack.functions.api.environment]
STAGE = "test"

[[tool.lpack.functions.api.tests]]
name = "one"
event = "events/one.json"

[tool.lpack.functions.second]
handler = "app.handler"
source = "second"
runtime = "python3.13"
requirements = "requirements.txt"
"""


@pytest.fixture(scope="module")
def template(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a locked project with a bit of everything that a build reads."""
    project = locked_project(forge, tmp_path_factory.mktemp("template") / "project")
    pyproject = project / "pyproject.toml"
    settings = 'runtime = "python3.13"\nrequirements = "requirements.txt"\n'
    text = pyproject.read_text().replace('runtime = "python3.13"\n', settings)
    pyproject.write_text(text + EXTRA)
    (project / "second").mkdir()
    (project / "second" / "app.py").write_text(APP)
    (project / "requirements.txt").write_text("-r nested/more.txt\nalpha\n")
    (project / "nested").mkdir()
    (project / "nested" / "more.txt").write_text("beta>=1\n-c limits.txt\n")
    (project / "nested" / "limits.txt").write_text("gamma<9\n")
    (project / "events").mkdir()
    (project / "events" / "one.json").write_text("{}")
    (project / "team.json").write_text('{"properties": {"sizes": {"type": "object"}}}')
    (project / "src" / "pkg" / "deep").mkdir(parents=True)
    (project / "src" / "pkg" / "deep" / "one.py").write_text("ONE = 1\n")
    (project / "shared.py").write_text("SHARED = 1\n")
    (project / "src" / "linked.py").symlink_to("../shared.py")
    (project / "common").mkdir()
    (project / "common" / "c.py").write_text("C = 1\n")
    (project / "src" / "folder").symlink_to("../common")
    done = forge.run(project, "lock", environ=wheels_of(project))
    assert done.status == 0, done.talk
    return project


@pytest.fixture
def project(forge: Forge, template: Path, tmp_path: Path) -> Path:
    """Build it, so that a build would only repeat its answer."""
    project = tmp_path / "project"
    shutil.copytree(template, project, symlinks=True)
    # A file that is younger than the build is one that may still change.
    time.sleep(0.03)
    first = forge.run(project)
    again = forge.run(project)
    assert (first.status, again.status) == (0, 0), first.talk + again.talk
    assert again.changes == REPLAYED
    return project


def test_the_second_build_repeats_the_answer(forge: Forge, project: Path) -> None:
    """It says the same again, but for what was new."""
    before = published(project)

    done = forge.run(project)

    assert done.changes == REPLAYED
    assert "unchanged" in done.talk
    assert published(project) == before


def edit(path: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace text by other text of a file."""

    def change(project: Path) -> None:
        text = (project / path).read_text()
        assert old in text
        (project / path).write_text(text.replace(old, new))

    return change


def write(path: str, text: str = "NEW = 1\n") -> Callable[[Path], object]:
    """Write a file, in a new folder if need be."""

    def change(project: Path) -> None:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)

    return change


def edit_unnoticed(name: str) -> Callable[[Path], object]:
    """Edit a file without a change of its size or its time."""

    def change(project: Path) -> None:
        path = project / name
        before = path.stat()
        path.write_text(APP.replace("return 1", "return 2"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return change


def both(*changes: Callable[[Path], object]) -> Callable[[Path], object]:
    """Make several changes."""

    def change(project: Path) -> None:
        for one in changes:
            one(project)

    return change


def replace_by_copy(project: Path) -> None:
    """Move another file over one, as careful editors do."""
    path = project / "src" / "app.py"
    other = project / "other"
    other.write_text(APP.replace("return 1", "return 3"))
    shutil.copystat(path, other)
    other.replace(path)


def retarget(name: str, target: str) -> Callable[[Path], object]:
    """Let a link lead elsewhere."""

    def change(project: Path) -> None:
        (project / "other").mkdir()
        (project / "other" / "c.py").write_text("C = 9\n")
        (project / name).unlink()
        (project / name).symlink_to(target)

    return change


# What a build would make of it is another zip, manifest or script, or an error.
CAUSES: dict[str, Callable[[Path], object]] = {
    "an own file is edited": edit("src/app.py", "return 1", "return 22"),
    "an own file is edited in secret": edit_unnoticed("src/app.py"),
    "an own file is replaced": replace_by_copy,
    "an own file is added": write("src/new.py"),
    "an own file is added below": write("src/pkg/deep/new.py"),
    "a folder is added": write("src/a/b/c/new.py"),
    "an own file is removed": lambda project: (project / "src/pkg/deep/one.py").unlink(),
    "a folder is removed": lambda project: shutil.rmtree(project / "src" / "pkg"),
    "a file is renamed": lambda project: (project / "src/pkg/deep/one.py").rename(
        project / "src/pkg/deep/two.py"
    ),
    "the handler is removed": lambda project: (project / "src" / "app.py").unlink(),
    "a link's target is edited": edit("shared.py", "1", "2"),
    "a file in a linked folder is edited": edit("common/c.py", "1", "2"),
    "a file is added to a linked folder": write("common/d.py"),
    "a link leads elsewhere": retarget("src/linked.py", "../other/c.py"),
    "a folder's link leads elsewhere": retarget("src/folder", "../other"),
    "a file becomes unfit": lambda project: (project / "src" / "pkg" / "x").symlink_to("/etc"),
    "a setting is edited": edit("pyproject.toml", '"test"', '"production"'),
    "a setting is added": edit("pyproject.toml", 'source = "src"', 'source = "src"\nmemory = 512'),
    "the configuration is broken": edit("pyproject.toml", "[project]", "[project"),
    "a second configuration appears": write("lpack.toml", '[functions.x]\nhandler = "a.b"\n'),
    "an event is edited": edit("events/one.json", "{}", '{"a": 1}'),
    "a policy is edited": edit("team.json", "object", "array"),
    "an event is removed": lambda project: (project / "events" / "one.json").unlink(),
    "a requirement is added": edit("requirements.txt", "alpha", "alpha\ndelta"),
    "a nested requirement is edited": edit("nested/more.txt", "beta>=1", "beta>=7"),
    "a constraint is edited": edit("nested/limits.txt", "gamma<9", "gamma<2"),
    "a requirements file is removed": lambda project: (project / "nested/more.txt").unlink(),
    "the lock is edited": edit("pylock.toml", "beta-1.2", "beta-1.3"),
    "the lock is touched up": edit("pylock.toml", "do not edit", "edited"),
    "the package is edited": lambda project: (project / "dist/api.zip").write_bytes(b"PK"),
    "the package is removed": lambda project: (project / "dist/api.zip").unlink(),
    "the manifest is edited": edit("dist/api.manifest.json", "1", "2"),
    "the manifest is removed": lambda project: (project / "dist/api.manifest.json").unlink(),
    "another function is edited": edit("second/app.py", "return 1", "return 22"),
    "another function is edited in secret": edit_unnoticed("second/app.py"),
    "another function's package is removed": lambda project: (project / "dist/second.zip").unlink(),
    "another function's folder is removed": lambda project: shutil.rmtree(project / "second"),
    "both are edited": both(
        edit("src/app.py", "return 1", "return 22"), edit("second/app.py", "return 1", "return 2")
    ),
    "another setting is edited": edit("pyproject.toml", 'source = "second"', 'source = "src"'),
    "another function is declared": edit(
        "pyproject.toml",
        "[tool.lpack.functions.second]",
        '[tool.lpack.functions.third]\nhandler = "app.handler"\nsource = "second"\n'
        "[tool.lpack.functions.second]",
    ),
    "a project is declared above": edit(
        "pyproject.toml", "[project]", '[build-system]\nrequires = ["hatchling"]\n[project]'
    ),
    "a project appears in a source": write("second/setup.cfg", "[metadata]\nname = second\n"),
    "lines of the configuration move": edit("pyproject.toml", "[project]", "# Ours.\n[project]"),
    "the script is edited": edit("dist/api.invoke.py", "import", "import "),
    "the script is removed": lambda project: (project / "dist/api.invoke.py").unlink(),
    "the output is removed": lambda project: shutil.rmtree(project / "dist"),
}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_every_change_is_noticed(
    forge: Forge, project: Path, tmp_path: Path, cause: Callable[[Path], object]
) -> None:
    """After a change, a build answers as one would that remembers nothing."""
    cause(project)
    fresh = tmp_path / "fresh" / "project"
    shutil.copytree(project, fresh, symlinks=True)

    done = forge.run(project)

    expected = forge.run(fresh, environ={"LPACK_CACHE_DIR": str(tmp_path / "fresh" / "cache")})
    assert done.status == expected.status, done.talk + expected.talk
    assert done.talk == expected.talk.replace("fresh/", "")
    if done.status == 0:
        assert published(project) == published(fresh)


def touch(path: str) -> Callable[[Path], object]:
    """Give a file another time, and nothing else."""
    return lambda project: os.utime(project / path)


def rewrite(path: str) -> Callable[[Path], object]:
    """Replace a file by one of the same content, as a checkout does."""

    def change(project: Path) -> None:
        content = (project / path).read_bytes()
        (project / path).unlink()
        (project / path).write_bytes(content)

    return change


def touch_all(project: Path) -> None:
    """Give everything another time but what is published."""
    for path in project.rglob("*"):
        if "dist" not in path.parts:
            os.utime(path)


UNCHANGED: dict[str, Callable[[Path], object]] = {
    "an own file is touched": touch("src/app.py"),
    "an own file is written again": rewrite("src/pkg/deep/one.py"),
    "another function's file is touched": touch("second/app.py"),
    "the target of a link is touched": touch("common/c.py"),
    "the configuration is touched": touch("pyproject.toml"),
    "a requirements file is written again": rewrite("requirements.txt"),
    "the lock is touched": touch("pylock.toml"),
    "a file comes and goes": both(
        write("src/pkg/swap"), lambda project: (project / "src/pkg/swap").unlink()
    ),
    "the target of a linked file is written again": rewrite("shared.py"),
    "everything is touched": touch_all,
}


@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED)
def test_what_is_touched_and_the_same_is_not_built(
    forge: Forge, project: Path, change: Callable[[Path], object]
) -> None:
    """Where only a stamp has moved, the content decides; the new stamp is noted."""
    before = {path.name: path.stat() for path in (project / "dist").iterdir()}
    change(project)
    time.sleep(0.05)

    done = forge.run(project)

    again = forge.run(project)
    assert (done.status, again.status) == (0, 0), done.talk
    assert done.talk == again.talk
    # What is noted is one file, written aside and put in its place.
    assert done.changes <= NOTED
    assert again.changes == REPLAYED
    assert {path.name: path.stat() for path in (project / "dist").iterdir()} == before


def test_an_edit_right_after_a_touch_is_noticed(forge: Forge, project: Path) -> None:
    """A stamp that is too young is not noted, for another change could have the same."""
    path = project / "src" / "app.py"
    for text in (APP, APP.replace("return 1", "return 2"), APP.replace("return 1", "return 3")):
        path.write_text(text)
        assert forge.run(project).status == 0
        with zipfile.ZipFile(project / "dist" / "api.zip") as archive:
            assert archive.read("app.py").decode() == text


def test_a_lock_that_is_removed_is_made_anew(forge: Forge, project: Path) -> None:
    """Without a lock, versions have to be chosen again."""
    (project / "pylock.toml").unlink()

    done = forge.run(project, environ=wheels_of(project))

    assert done.status == 0, done.talk
    assert "written" in done.talk
    assert (project / "pylock.toml").is_file()


@pytest.mark.parametrize(
    "environ",
    [
        {"LPACK_RUNTIME": "python3.12"},
        {"LPACK_OUTPUT_DIR": "elsewhere"},
        {"LPACK_ARCHITECTURE": "arm64"},
        {"LPACK_RESOLVER": "nonsense"},
        {"SOURCE_DATE_EPOCH": "1"},
    ],
    ids=str,
)
def test_variables_that_count_are_noticed(
    forge: Forge, project: Path, environ: dict[str, str]
) -> None:
    """A variable of lpack asks for another build."""
    done = forge.run(project, environ={**environ, **wheels_of(project)})

    assert done.changes != REPLAYED or done.status != 0


@pytest.mark.parametrize(
    "environ",
    [
        {"PIP_INDEX_URL": "http://127.0.0.1:9/"},
        {"UV_INDEX_URL": "http://127.0.0.1:9/", "UV_OFFLINE": "1"},
        {"HOME": "/nowhere", "TZ": "Asia/Tokyo", "LANG": "C", "USER": "x"},
    ],
    ids=str,
)
def test_variables_that_do_not_count_cost_nothing(
    forge: Forge, project: Path, environ: dict[str, str]
) -> None:
    """With a lock, neither index settings nor the user's surroundings matter."""
    done = forge.run(project, environ=environ)

    assert done.changes == REPLAYED
    assert done.status == 0


def test_a_variable_in_a_requirement_is_noticed(
    forge: Forge, template: Path, tmp_path: Path
) -> None:
    """A requirements file may take its text from the environment, as pip allows."""
    project = tmp_path / "project"
    shutil.copytree(template, project, symlinks=True)
    (project / "requirements.txt").write_text("alpha\nbeta==${BETA}\n")
    environ = {**wheels_of(project), "BETA": "1.2"}
    time.sleep(0.03)
    for _ in range(2):
        assert forge.run(project, environ=environ).status == 0

    done = forge.run(project, environ={**environ, "BETA": "7"})

    assert done.status == 3, done.talk


def test_options_ask_for_an_answer_of_their_own(forge: Forge, project: Path) -> None:
    """Another command line is not answered with the words of this one."""
    others = [
        forge.run(project, "build", *words)
        for words in (["--output=json"], ["-q"], ["--locked"], ["--no-check"], ["api"])
    ]

    assert all(done.status == 0 and done.changes > REPLAYED for done in others)


def test_a_project_that_is_moved_is_built(forge: Forge, project: Path, tmp_path: Path) -> None:
    """Another folder of the same name is another project."""
    shutil.move(project, tmp_path / "away")
    (project / "src").mkdir(parents=True)
    (project / "src" / "app.py").write_text(APP)

    done = forge.run(project)

    assert done.changes > REPLAYED or done.status != 0


def test_another_version_of_lpack_builds(forge: Forge, project: Path, tmp_path: Path) -> None:
    """What one version has remembered, another does not repeat."""
    program = (
        "import sys, lpack\n"
        "lpack.__version__ = '99.0'\n"
        "from lpack.cli.main import main\n"
        "status = main(['build'])\n"
        "sys.exit(status if 'lpack.pipeline' in sys.modules else 99)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert '"lpack": "99.0"' in (project / "dist" / "api.manifest.json").read_text()


DURING = """
import sys, pathlib
from lpack.steps import check, pack
import lpack.pipeline as pipeline
original = pipeline.pack
def pack_and_change(*arguments):
    {change}
    return original(*arguments)
pipeline.pack = pack_and_change
from lpack.cli.run import run
sys.exit(run(["build"]))
"""


@pytest.mark.parametrize(
    "change",
    [
        "pathlib.Path('src/added.py').write_text('A = 1')",
        "pathlib.Path('src/pkg/deep/added.py').write_text('A = 1')",
        "pathlib.Path('src/pkg/deep/one.py').write_text('TWO = 22')",
        "pathlib.Path('src/pkg/deep/one.py').unlink()",
        "p = pathlib.Path('pyproject.toml'); p.write_text(p.read_text().replace('STAGE', 'PROD'))",
    ],
)
def test_a_change_during_the_build_is_not_lost(
    forge: Forge, template: Path, tmp_path: Path, change: str
) -> None:
    """Whatever is changed after it was read is built by the next build, not taken for built."""
    project = tmp_path / "project"
    shutil.copytree(template, project, symlinks=True)
    time.sleep(0.03)
    program = DURING.format(change=change)

    subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, check=False)
    after = forge.run(project)

    fresh = copy_with_links(project, tmp_path / "fresh")
    expected = forge.run(fresh, environ={"LPACK_CACHE_DIR": str(tmp_path / "cache")})
    assert (after.status, expected.status) == (0, 0), after.talk
    assert published(project) == published(fresh)


def copy_with_links(project: Path, to: Path) -> Path:
    shutil.copytree(project, to, symlinks=True, ignore=shutil.ignore_patterns("dist"))
    return to


def test_convention_notices_what_appears(forge: Forge, tmp_path: Path) -> None:
    """A project without configuration is judged anew when a file appears that would declare one."""
    for name, text in {
        "pyproject.toml": '[tool.lpack.functions.f]\nhandler = "nothing.here"\n',
        "lpack.toml": '[functions.f]\nhandler = "nothing.here"\n',
        "requirements.txt": "alpha\n",
        "Pipfile": '[packages]\nalpha = "*"\n',
        "setup.py": "setup(install_requires=['alpha'])\n",
        ".python-version": "3.12\n",
    }.items():
        project = tmp_path / name / "project"
        project.mkdir(parents=True)
        (project / "lambda_function.py").write_text(APP.replace("handler", "lambda_handler"))
        time.sleep(0.03)
        assert forge.run(project).status == 0
        again = forge.run(project)
        assert (again.status, again.changes) == (0, REPLAYED)

        (project / name).write_text(text)
        done = forge.run(project, environ={"PIP_NO_INDEX": "1"})

        assert done.changes > REPLAYED or done.status != 0, name


def test_a_declared_source_notices_what_appears_beside_it(forge: Forge, tmp_path: Path) -> None:
    """Files that declare dependencies count, also where the source is a folder below them."""
    for name, text in {
        "requirements.txt": "alpha\n",
        "Pipfile": '[packages]\nalpha = "*"\n',
        "setup.py": "setup(install_requires=['alpha'])\n",
        "src/requirements.txt": "alpha\n",
        ".python-version": "3.12\n",
    }.items():
        project = tmp_path / name.replace("/", "-") / "project"
        (project / "src").mkdir(parents=True)
        (project / "src" / "app.py").write_text(APP)
        (project / "lpack.toml").write_text(
            '[functions.f]\nhandler = "app.handler"\nsource = "src"\n'
        )
        time.sleep(0.03)
        assert forge.run(project).status == 0
        again = forge.run(project)
        assert (again.status, again.changes) == (0, REPLAYED)
        (project / name).write_text(text)
        fresh = copy(project, tmp_path / name.replace("/", "-") / "fresh" / "project")
        environ: dict[str, str | None] = {"PIP_NO_INDEX": "1"}

        done = forge.run(project, environ=environ)

        expected: Done = forge.run(
            fresh, environ={**environ, "LPACK_CACHE_DIR": str(tmp_path / "none")}
        )
        assert done.status == expected.status, (name, done.talk, expected.talk)
        if done.status == 0:
            assert published(project) == published(fresh)


def test_an_unchanged_check_repeats_its_verdict(forge: Forge, project: Path) -> None:
    """What judges costs as little as what builds, and is as fresh."""
    first = forge.run(project, "check")
    again = forge.run(project, "check")
    edit("src/app.py", "def handler", "def other")(project)

    done = forge.run(project, "check")

    assert (first.status, again.status, again.changes) == (0, 0, REPLAYED)
    assert first.talk == again.talk
    assert done.status == 1
    assert "LP308" in done.talk
    assert forge.run(project, "check").talk == done.talk


@pytest.mark.parametrize(
    "change",
    [
        edit("second/app.py", "return 1", "return 22"),
        edit("pyproject.toml", 'source = "second"', 'source = "second"\nmemory = 512'),
        lambda project: (project / "dist" / "second.zip").unlink(),
        lambda project: (project / "dist" / "second.manifest.json").write_text("{}"),
    ],
    ids=["source", "setting", "package", "manifest"],
)
def test_what_changed_for_one_function_builds_no_other(
    forge: Forge, project: Path, change: Callable[[Path], object]
) -> None:
    """The other one is known to be current, whatever its neighbour has lost."""
    before = {path.name: path.stat() for path in (project / "dist").glob("api.*")}
    change(project)

    done = forge.run(project, "build", "--verbose")

    assert done.status == 0, done.talk
    assert "second: packing" in done.talk
    assert "api: " not in done.talk
    assert {path.name: path.stat() for path in (project / "dist").glob("api.*")} == before


def test_a_lock_that_is_made_anew_for_one_is_that_of_all(forge: Forge, project: Path) -> None:
    """A function is built again when the lock that it shares is written for another target."""
    assert forge.run(project).status == 0
    edit(
        "pyproject.toml",
        "[tool.lpack.functions.second]",
        '[tool.lpack.functions.third]\nhandler = "app.handler"\nsource = "second"\n'
        'runtime = "python3.12"\nrequirements = "requirements.txt"\n'
        "[tool.lpack.functions.second]",
    )(project)

    done = forge.run(project, environ=wheels_of(project))

    assert done.status == 0, done.talk
    manifest = json.loads((project / "dist" / "api.manifest.json").read_text())
    assert manifest["lock"]["sha256"] == sha256(project / "pylock.toml")
