"""All or nothing: whatever ends a build, the artifact is the whole old one or the whole new one."""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.building import APP, Forge, locked_project, published, sha256, wheels_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.building import Done

NEW_APP = APP + "CHANGED = True\n"
ZIP = "api.zip"


@dataclass(frozen=True)
class Scene:
    """A project whose artifact is older than its source, and what a build should make of it."""

    template: Path
    old: dict[str, str]
    new: dict[str, str]

    def set_up(self, folder: Path, *, warm: bool) -> Stage:
        """Copy project and cache to an empty folder."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, folder)
        if not warm:
            shutil.rmtree(folder / "cache")
        return Stage(self, folder / "project", folder / "cache")


@dataclass(frozen=True)
class Stage:
    """A copy of the scene."""

    scene: Scene
    project: Path
    cache: Path

    def run(self, forge: Forge, *words: str, **circumstances: int | bool | None) -> Done:
        """Run lpack there."""
        # What a killed run leaves in the folder for temporary files goes with the test.
        temporary = self.cache.with_name("temporary")
        temporary.mkdir(exist_ok=True)
        environ = {
            "LPACK_CACHE_DIR": str(self.cache),
            "TMPDIR": str(temporary),
            **wheels_of(self.project),
        }
        return forge.run(self.project, *words, environ=environ, **circumstances)  # type: ignore[arg-type]  # the circumstances are Forge's

    def assert_whole(self) -> None:
        """The zip is the old or the new one, and what stands beside it describes it."""
        found = published(self.project)
        versions = [one for one in (self.scene.old, self.scene.new) if one[ZIP] == found[ZIP]]
        assert versions, "the zip is neither the old nor the new one"
        for name, digest in found.items():
            if not name.startswith("."):
                assert digest == versions[0][name], f"{name} describes another zip"

    def assert_recovers(self, forge: Forge) -> None:
        """The next build makes what it should, and clears away what was left."""
        done = self.run(forge)
        assert done.status == 0, done.talk
        assert published(self.project) == self.scene.new
        assert self.leftovers() == []

    def leftovers(self) -> list[str]:
        """Name the temporary files, which nobody needs any more."""
        places = [*self.project.rglob("*"), *self.cache.rglob("*")]
        return [
            str(one)
            for one in places
            if one.name.startswith(".lpack-") or one.name.endswith(".tmp")
        ]


@pytest.fixture(scope="module")
def scene(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Build two versions of a project, and go back to the first with the source of the second."""
    folder = tmp_path_factory.mktemp("scene")
    template = folder / "template"
    project = locked_project(forge, template / "project")
    environ: dict[str, str | None] = {"LPACK_CACHE_DIR": str(template / "cache")}
    versions = []
    for app in (NEW_APP, APP):
        (project / "src" / "app.py").write_text(app)
        done = forge.run(project, environ=environ)
        assert done.status == 0, done.talk
        versions.append(published(project))
    (project / "src" / "app.py").write_text(NEW_APP)
    new, old = versions
    assert all(new[name] != old[name] for name in new)
    return Scene(template, old, new)


@pytest.mark.parametrize("warm", [True, False], ids=["warm cache", "cold cache"])
@pytest.mark.slow
def test_a_kill_at_any_change_of_the_disk_leaves_old_or_new(
    forge: Forge, scene: Scene, tmp_path: Path, *, warm: bool
) -> None:
    """SIGKILL before each change of the file system: one of two states, and the next run heals."""
    changes = scene.set_up(tmp_path / "count", warm=warm).run(forge).changes
    assert changes > 10

    seen = set()
    for change in range(1, changes + 1):
        stage = scene.set_up(tmp_path / "stage", warm=warm)
        done = stage.run(forge, change=change, number=signal.SIGKILL)
        # Downloads run side by side, so a build may make a few changes less than another.
        assert done.status == -signal.SIGKILL or change > changes - 9
        stage.assert_whole()
        seen.add((sha256(stage.project / "dist" / ZIP), bool(stage.leftovers())))
        stage.assert_recovers(forge)

    # Before and after the zip was replaced, and with something to clear away.
    assert {digest for digest, _ in seen} == {scene.old[ZIP], scene.new[ZIP]}
    assert any(left for _, left in seen)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_a_signal_ends_a_build_in_good_order(
    forge: Forge, scene: Scene, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    """Ctrl-C and a polite kill end with their status, without a traceback, old or new."""
    changes = scene.set_up(tmp_path / "count", warm=False).run(forge).changes

    for change in range(1, changes + 1, 3):
        stage = scene.set_up(tmp_path / "stage", warm=False)
        done = stage.run(forge, change=change, number=number)
        # What is written after the last word of the build can no longer fail it.
        assert done.status in {status, 0}
        assert "Traceback" not in done.talk
        stage.assert_whole()
        stage.assert_recovers(forge)


@pytest.mark.slow
@pytest.mark.parametrize("warm", [True, False], ids=["warm cache", "cold cache"])
def test_a_kill_within_a_write_leaves_old_or_new(
    forge: Forge, scene: Scene, tmp_path: Path, *, warm: bool
) -> None:
    """A process that dies with a file half written has not touched any that was there."""
    stage = scene.set_up(tmp_path / "sizes", warm=warm)
    files = [*(stage.project / "dist").iterdir(), *stage.cache.rglob("*.whl")]
    sizes = {file.stat().st_size for file in files}

    deaths = 0
    for size in sorted({0, 1, *(size // 2 for size in sizes), *(size - 1 for size in sizes)}):
        stage = scene.set_up(tmp_path / "stage", warm=warm)
        done = stage.run(forge, file_size=size, dies=True)
        deaths += done.status == -signal.SIGXFSZ
        stage.assert_whole()
        stage.assert_recovers(forge)

    assert deaths >= 6


@pytest.mark.parametrize("warm", [True, False], ids=["warm cache", "cold cache"])
def test_a_disk_that_takes_no_more_leaves_the_old_artifact(
    forge: Forge, scene: Scene, tmp_path: Path, *, warm: bool
) -> None:
    """A write that fails is one clear error, and nothing of the old artifact is gone."""
    stage = scene.set_up(tmp_path / "sizes", warm=True)
    largest = max(file.stat().st_size for file in (stage.project / "dist").iterdir())
    codes = set()

    for size in (0, 1, 300, 900, 2000, 3500, largest - 1):
        stage = scene.set_up(tmp_path / "stage", warm=warm)
        done = stage.run(forge, file_size=size)
        assert done.status == 3, (size, done)
        assert done.talk.count("error[") == 1
        codes.add(done.talk.partition("]")[0])
        assert published(stage.project) == scene.old
        assert stage.leftovers() == []
        stage.assert_recovers(forge)

    assert codes == ({"error[LP230"} if warm else {"error[LP230", "error[LP210"})


@pytest.mark.slow
def test_a_lock_is_replaced_at_once(forge: Forge, scene: Scene, tmp_path: Path) -> None:
    """However `lpack lock` dies, the lock is the old or the new one."""
    stage = scene.set_up(tmp_path / "count", warm=True)
    digests = {sha256(stage.project / "pylock.toml")}
    changes = 0
    for change in range(1, 100):
        stage = scene.set_up(tmp_path / "stage", warm=True)
        pyproject = stage.project / "pyproject.toml"
        pyproject.write_text(pyproject.read_text().replace("beta>=1", "beta>=1.1"))
        done = stage.run(forge, "lock", change=change, number=signal.SIGKILL)
        digests.add(sha256(stage.project / "pylock.toml"))
        if done.status == 0:
            changes = change - 1
            break
        assert done.status == -signal.SIGKILL
        again = stage.run(forge, "lock")
        assert again.status == 0, again.talk
        assert stage.leftovers() == []

    assert changes > 1
    assert len(digests) == 2


def test_a_leftover_beside_the_lock_is_not_packaged(
    forge: Forge, scene: Scene, tmp_path: Path
) -> None:
    """A file that a killed run has left in the source folder is none of the function's files."""
    stage = scene.set_up(tmp_path / "stage", warm=True)
    (stage.project / "src" / ".lpack-0123456789abcdef.tmp").write_bytes(b"half a lo")

    done = stage.run(forge)

    assert done.status == 0
    assert published(stage.project) == scene.new


@pytest.mark.slow
def test_a_staged_folder_appears_whole(forge: Forge, scene: Scene, tmp_path: Path) -> None:
    """However `lpack stage` dies, the folder is the old one, the new one, or not there."""
    stage = scene.set_up(tmp_path / "count", warm=True)
    assert stage.run(forge, "stage").status == 0  # what is remembered of the wheels is there now
    changes = stage.run(forge, "stage").changes
    new = tree(stage.project / "dist" / "api")
    assert changes > 10
    deaths = 0

    for change in range(1, changes + 1, 4):
        stage = scene.set_up(tmp_path / "stage", warm=True)
        folder = stage.project / "dist" / "api"
        app = stage.project / "src" / "app.py"
        app.write_text(APP)
        assert stage.run(forge, "stage").status == 0
        old = tree(folder)
        app.write_text(NEW_APP)
        done = stage.run(forge, "stage", change=change, number=signal.SIGKILL)
        deaths += done.status == -signal.SIGKILL
        assert done.status in (0, -signal.SIGKILL)
        assert tree(folder) in (old, new, {})
        assert stage.run(forge, "stage").status == 0
        assert tree(folder) == new
        assert stage.leftovers() == []

    assert deaths > changes // 8  # a cache that knows more by then has fewer changes to make


def tree(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
