"""`--changed-since` builds what may have changed since a revision, and no more."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.building import APP, Forge, wheels_of
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIGURATION = """\
[functions.api]
handler = "app.handler"
source = ["common", "api"]
exclude = ["notes"]
requirements = "api/requirements.txt"
runtime = "python3.13"

[functions.worker]
handler = "app.handler"
source = "worker"
requirements = "worker.txt"
runtime = "python3.13"

[functions.linked]
handler = "app.handler"
source = "linked"
requirements = false
runtime = "python3.13"
"""
FILES = {
    "lpack.toml": CONFIGURATION,
    "worker.txt": "alpha\n-c limits.txt\n",
    "limits.txt": "alpha<9\n",
    "api/requirements.txt": "beta\n",
    "api/app.py": APP,
    "api/deep/part.py": "PART = 1\n",
    "api/notes/ideas.md": "# Ideas\n",
    "common/shared.py": "SHARED = 1\n",
    "worker/app.py": APP,
    "worker/extra.py": "EXTRA = 1\n",
    "worker/tests/test_app.py": "",
    "linked/app.py": APP,
    "elsewhere/part.py": "PART = 2\n",
    "elsewhere/folder/one.py": "ONE = 1\n",
    "docs/index.md": "# Docs\n",
    "README.md": "# Project\n",
    ".gitignore": "*.generated\ndist\nwheels\n",
}


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def template(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit a project that is a folder of a larger repository."""
    root = tmp_path_factory.mktemp("template") / "repository"
    project = root / "services"
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    (project / "linked" / "part.py").symlink_to("../elsewhere/part.py")
    (project / "linked" / "folder").symlink_to("../elsewhere/folder")
    (project / "wheels").mkdir()
    for name in ("alpha", "beta"):
        make_wheel(project / "wheels", name, "1.0", {f"{name}.py": ""})
    (root / "other").mkdir()
    (root / "other" / "file.py").write_text("")
    assert forge.run(project, "lock", environ=wheels_of(project)).status == 0
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "all")
    return root


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """Give a copy of it."""
    return shutil.copytree(template, tmp_path / "repository", symlinks=True) / "services"


def write(path: str, text: str = "NEW = 1\n") -> Callable[[Path], object]:
    def change(project: Path) -> None:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)

    return change


def remove(path: str) -> Callable[[Path], object]:
    return lambda project: (project / path).unlink()


def committed(*changes: Callable[[Path], object]) -> Callable[[Path], object]:
    def change(project: Path) -> None:
        for one in changes:
            one(project)
        git(project, "add", "-A", ".")
        git(project, "commit", "-q", "-m", "more")

    return change


def retarget(project: Path) -> None:
    (project / "linked" / "part.py").unlink()
    (project / "linked" / "part.py").symlink_to("../elsewhere/folder/one.py")


NOTHING: set[str] = set()
ALL = {"api", "worker", "linked"}
CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "nothing": (lambda _: None, NOTHING),
    "an own file": (write("api/app.py", APP + "\n"), {"api"}),
    "a file of a second source": (write("common/shared.py", "SHARED = 2\n"), {"api"}),
    "a committed file": (committed(write("worker/app.py", APP + "\n")), {"worker"}),
    "a new file": (write("worker/new.py"), {"worker"}),
    "a new file in a new folder": (write("api/deeper/and/deeper/new.py"), {"api"}),
    "a deleted file": (remove("api/deep/part.py"), {"api"}),
    "a deleted folder": (committed(lambda one: shutil.rmtree(one / "api" / "deep")), {"api"}),
    "a renamed file": (
        committed(lambda one: (one / "worker/extra.py").rename(one / "linked/more.py")),
        {"worker", "linked"},
    ),
    "a file moved away": (
        committed(lambda one: (one / "api/deep/part.py").rename(one / "docs/part.py")),
        {"api"},
    ),
    "what is excluded": (write("api/notes/more.md"), NOTHING),
    "what was excluded is gone": (remove("api/notes/ideas.md"), NOTHING),
    "tests": (write("worker/tests/test_app.py", "A = 1\n"), NOTHING),
    "bytecode": (write("worker/__pycache__/app.cpython-313.pyc"), NOTHING),
    "what belongs to nobody": (write("docs/index.md", "# More\n"), NOTHING),
    "another project": (
        lambda project: (project.parent / "other/file.py").write_text("1"),
        NOTHING,
    ),
    "a file that git ignores": (write("worker/data.generated"), {"worker"}),
    "a folder that git ignores": (write("dist/x.py"), NOTHING),
    "requirements": (write("api/requirements.txt", "beta>=1\n"), {"api"}),
    "nested requirements": (write("limits.txt", "alpha<8\n"), {"worker"}),
    "a lock": (
        lambda one: (one / "pylock.worker.toml").write_text(
            (one / "pylock.worker.toml").read_text() + "# more\n"
        ),
        {"worker"},
    ),
    "a lock that is gone": (remove("pylock.worker.toml"), {"worker"}),
    "the configuration of one": (
        committed(write("lpack.toml", CONFIGURATION + "memory = 256\n")),
        {"linked"},
    ),
    "a comment in the configuration": (write("lpack.toml", "# All\n" + CONFIGURATION), NOTHING),
    "one more function": (
        write("lpack.toml", CONFIGURATION + CONFIGURATION.replace("functions.", "functions.x-")),
        {"x-api", "x-worker", "x-linked"},
    ),
    "defaults": (write("lpack.toml", "[defaults]\nmemory = 256\n" + CONFIGURATION), ALL),
    "what all share": (write("lpack.toml", 'resolver = "uv"\n' + CONFIGURATION), ALL),
    "tools of developers": (
        committed(write("pyproject.toml", "[tool.ruff]\nline-length = 100\n")),
        NOTHING,
    ),
    "another table of the project": (
        write("pyproject.toml", '[project]\nname = "services"\nversion = "2"\n'),
        ALL,
    ),
    "the target of a link": (write("elsewhere/part.py", "PART = 3\n"), {"linked"}),
    "a file in a linked folder": (write("elsewhere/folder/two.py"), {"linked"}),
    "a file gone from a linked folder": (remove("elsewhere/folder/one.py"), {"linked"}),
    "a link": (retarget, {"linked"}),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_may_have_changed_is_built(
    forge: Forge, project: Path, change: Callable[[Path], object], expected: set[str]
) -> None:
    """Every kind of change selects the functions that it touches, and no others."""
    git(project, "tag", "before")
    change(project)

    done = forge.run(
        project,
        "build",
        "--changed-since",
        "before",
        "--output=json",
        environ=wheels_of(project),
    )

    report = json.loads(done.talk)
    assert done.status == 0, done.talk
    assert {one["name"] for one in report["functions"]} == expected
    assert set(report["skipped"]) == ALL - expected
    assert {path.stem for path in (project / "dist").glob("*.zip")} == expected


def test_a_folder_that_ships_as_a_distribution_counts(forge: Forge, project: Path) -> None:
    """A change of a library in the repository changes those that require it, as far as it ships."""
    library = project / "library"
    (library / "src" / "lib").mkdir(parents=True)
    (library / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "lib"\nversion = "1"\n'
    )
    (library / "src" / "lib" / "__init__.py").write_text("")
    (library / "src" / "lib" / "old.py").write_text("")
    (project / "worker.txt").write_text("./library\n")
    assert forge.run(project, "lock", environ=wheels_of(project)).status == 0
    committed()(project)
    words = ("build", "--changed-since", "HEAD", "--output=json")
    found = []
    for change in (
        write("other/new.py"),
        write("library/src/lib/new.py"),
        committed(),
        remove("library/src/lib/old.py"),
        committed(),
        write("library/pyproject.toml", (library / "pyproject.toml").read_text() + "\n"),
    ):
        change(project)
        done = forge.run(project, *words, environ=wheels_of(project))
        assert done.status == 0, done.talk
        found.append([one["name"] for one in json.loads(done.talk)["functions"]])

    assert found == [[], ["worker"], [], ["worker"], [], ["worker"]]


def test_what_has_no_lock_of_its_own_yet_is_built(forge: Forge, project: Path) -> None:
    """Two functions that shared a lock ask for different things now: both are locked anew."""
    shared = """
        [functions.NAME]
        handler = "app.handler"
        source = "worker"
        requirements = { packages = ["alpha"] }
        runtime = "python3.13"
    """
    text = "".join(shared.replace("NAME", name) for name in ("one", "two"))
    (project / "lpack.toml").write_text(text)
    for lock in project.glob("pylock*.toml"):
        lock.unlink()
    assert forge.run(project, "lock", environ=wheels_of(project)).status == 0
    committed()(project)
    (project / "lpack.toml").write_text(text[::-1].replace('"ahpla"', '"ateb"', 1)[::-1])

    words = ("build", "--changed-since", "HEAD", "--output", "json")
    done = forge.run(project, *words, environ=wheels_of(project))

    assert {one["name"] for one in json.loads(done.talk)["functions"]} == {"one", "two"}


def test_names_and_the_revision_both_count(forge: Forge, project: Path) -> None:
    """Of the functions that are named, those are built that have changed; the rest is told."""
    write("api/app.py", APP + "\n")(project)
    write("worker/app.py", APP + "\n")(project)

    done = forge.run(project, "build", "w*", "linked", "--changed-since=HEAD")

    assert done.status == 0, done.talk
    assert "skipped   1 function unchanged since HEAD: linked" in done.talk
    assert [path.stem for path in (project / "dist").glob("*.zip")] == ["worker"]


def test_a_revision_that_moves_is_looked_at_again(forge: Forge, project: Path) -> None:
    """What was answered for a branch is not repeated when the branch is elsewhere."""
    write("api/app.py", APP + "\n")(project)
    words = ("build", "--changed-since", "HEAD", "--output=json")
    first = forge.run(project, *words)
    git(project, "commit", "-q", "-a", "-m", "more")

    second = forge.run(project, *words)

    assert [len(json.loads(done.talk)["functions"]) for done in (first, second)] == [1, 0]


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x", "", "HEAD:services", "a\nb"])
def test_an_unknown_revision_is_refused(forge: Forge, project: Path, revision: str) -> None:
    """Without an answer of git, nothing is left out in silence."""
    done = forge.run(project, "build", f"--changed-since={revision}")

    assert done.status == 2
    assert "LP018" in done.talk


def test_a_broken_source_is_built_so_that_it_is_told(forge: Forge, project: Path) -> None:
    """What cannot be read may have changed."""
    (project / "worker" / "gone.py").symlink_to("nothing.py")
    committed()(project)

    done = forge.run(project, "build", "--changed-since", "HEAD")

    assert done.status == 3
    assert "LP222" in done.talk


def test_hooks_do_not_lead_astray(forge: Forge, project: Path, tmp_path: Path) -> None:
    """In a hook, git's variables name the repository that is being committed to."""
    write("api/app.py", APP + "\n")(project)
    environ = {"GIT_DIR": ".git", "GIT_INDEX_FILE": str(tmp_path / "index"), "GIT_PREFIX": "x"}

    done = forge.run(project, "build", "--changed-since", "HEAD", "--output=json", environ=environ)

    assert [one["name"] for one in json.loads(done.talk)["functions"]] == ["api"]


def test_check_and_stage_take_it_too(forge: Forge, project: Path) -> None:
    """What judges and what stages choose in the same way."""
    write("worker/app.py", APP + "\n")(project)

    checked = forge.run(project, "check", "--changed-since", "HEAD", "--output=json")
    staged = forge.run(project, "stage", "--changed-since", "HEAD", "--output=json")

    assert [one["name"] for one in json.loads(checked.talk)["functions"]] == ["worker"]
    assert [one["function"] for one in json.loads(staged.talk)["staged"]] == ["worker"]
