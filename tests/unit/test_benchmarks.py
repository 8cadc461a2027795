"""The benchmarks' own code works: registries, turns, ratios and report; no time is judged."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from compare import available, parse, plan
from comparison import programs as family
from comparison.install import COMMANDS, UnavailableError, find_python
from comparison.lab import Lab, change_a_line, plain, set_up
from comparison.machine import Machine, file_system
from comparison.programs import OWN, PEERS, PROGRAMS
from comparison.programs.base import Program
from comparison.report import Report, render
from comparison.results import Build, Cell, Results
from comparison.running import CommandFailedError, Spent, Step, run
from comparison.schedule import Course, measure, turns
from comparison.targets import AS_LONG, FASTER, MEGABYTES, TARGETS, Target
from comparison.versions import TOOLS
from comparison.workloads import COLD, LINE, NONE, SCENARIOS, WARM, WORKLOADS

MACHINE = Machine("A processor", 2, "Linux 6 x86_64", "tmpfs", "3.13.0", "2026-01-01")
NO_RECIPES = {"__init__", "base", "scripts", "zip_as_sam"}


def lab(folder: Path, workload: str, pinned: str = "a==1 --hash=sha256:00\n") -> Lab:
    return Lab(
        folder, WORKLOADS[workload], dict.fromkeys(WORKLOADS[workload].sets, pinned), COMMANDS
    )


def build(*seconds: float, peak: int = 50_000_000) -> Build:
    names = ("install", "zip") if len(seconds) > 1 else ("build",)
    return Build(tuple((name, Spent(one, peak)) for name, one in zip(names, seconds, strict=True)))


def results(**seconds: float) -> Results:
    """Give one warm build of w3 for each program."""
    found = Results()
    for program, one in seconds.items():
        found.add(Cell("w3", WARM, program.replace("_", "-")), build(one))
    return found


def test_every_file_of_a_program_is_in_the_registry() -> None:
    """A recipe that nobody runs would rot."""
    folder = Path(family.__file__).parent
    recipes = {path.stem for path in folder.glob("*.py")} - NO_RECIPES

    text = Path(family.__file__).read_text(encoding="utf-8")

    assert [name for name in recipes if f"comparison.programs.{name} import" not in text] == []
    assert [key for key, program in PROGRAMS.items() if program.key != key] == []


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_every_program_has_a_build_of_every_workload(program: Program, tmp_path: Path) -> None:
    """Its steps are commands, its tool has a version, and its scenarios are known."""
    for workload in WORKLOADS:
        steps = program.steps(lab(tmp_path, workload))

        assert steps
        assert all(step.name and step.command for step in steps)
    assert set(program.scenarios) <= set(SCENARIOS)
    assert not program.tool or program.tool in TOOLS


def test_every_tool_is_pinned() -> None:
    """A figure without versions says nothing."""
    packages = [package for tool in TOOLS.values() for package in tool.packages]

    assert [package for package in packages if "==" not in package] == []


def test_what_limits_the_peers_of_a_workload_names_peers() -> None:
    """A misspelt peer would silently not take part."""
    named = {
        peer
        for workload in WORKLOADS.values()
        for peer in (*(workload.peers or ()), *(workload.quick_peers or ()))
    }

    assert named <= set(PEERS)


@pytest.mark.parametrize("target", TARGETS, ids=lambda one: f"{one.workload}-{one.against}")
def test_every_target_rests_on_what_is_measured(target: Target, tmp_path: Path) -> None:
    """Its workload, scenario, program and step exist."""
    assert target.scenario in WORKLOADS[target.workload].scenarios
    if target.program:
        program = PROGRAMS[target.program]
        names = {step.name for step in program.steps(lab(tmp_path, target.workload))}
        assert target.scenario in program.scenarios
        assert not target.step or target.step in names


def test_a_ratio_is_of_medians() -> None:
    """One slow run does not decide."""
    found = Results()
    for one in (1.0, 2.0, 9.0):
        found.add(Cell("w3", WARM, "lpack"), build(one))
    found.add(Cell("w3", WARM, "uv"), build(4.0, 6.0))

    whole = found.ratio(Cell("w3", WARM, "lpack"), Cell("w3", WARM, "uv"))
    step = found.ratio(Cell("w3", WARM, "lpack"), Cell("w3", WARM, "uv"), "install")

    assert (whole, step) == (5.0, 2.0)


def test_a_program_without_incremental_mode_counts_as_warm() -> None:
    """For one changed line it does all its work again; cold is never guessed."""
    found = results(uv=4.0)

    assert found.seconds(Cell("w3", LINE, "uv")) == 4.0
    assert found.seconds(Cell("w3", COLD, "uv")) is None


def test_targets_are_reached_missed_or_not_measured() -> None:
    """More is better for a speed-up; less is for a duration and for memory."""
    found = results(lpack=0.1, uv=4.0, floor=0.04)
    faster = Target(FASTER, 30, "w3", WARM, "uv")
    as_long = Target(AS_LONG, 2, "w3", WARM, "floor")
    memory = Target(MEGABYTES, 60, "w3", WARM)
    elsewhere = Target(FASTER, 30, "w4", WARM, "uv")

    figures = [one.found(found) for one in (faster, as_long, memory, elsewhere)]

    assert figures == [pytest.approx(40), pytest.approx(2.5), pytest.approx(50), None]
    assert [faster.is_reached(40), as_long.is_reached(2.5), memory.is_reached(50)] == [
        True,
        False,
        True,
    ]


def test_the_report_tells_where_lpack_misses_and_loses() -> None:
    """Targets, losses, what stands in for what, and what was skipped, are all written."""
    found = results(lpack=0.2, uv=4.0, kept=0.1, floor=0.05, sam_cached=20.0)
    found.add(Cell("w3", LINE, "lpack"), build(0.2))
    found.skipped["pex"] = "it needs Python 3.13"

    text = render(Report("python benchmarks/compare.py w3", MACHINE, ("lpack 1", "uv 2"), found))

    assert "Written by `python benchmarks/compare.py w3` on 2026-01-01." in text
    assert "Machine: A processor, 2 cores, Linux 6 x86_64, tmpfs, Python 3.13.0." in text
    assert "| at least 30 times as fast | 20.0 times as fast | **missed** |" in text
    assert "| at least 50 times as fast | 100.0 times as fast | reached |" in text
    assert "lpack reaches 2 of 5 targets that were measured." in text
    loss = "It loses to kept folder + `zip -FS` on w3: warm (in 0.5 of its time), line (in 0.5"
    assert loss in text
    row = "| w3 | line | `uv pip install --target` + `zip -r` | 4.000 | 4.000-4.000 | as warm |"
    assert row in text
    assert "- Not measured: pex: it needs Python 3.13." in text


def test_lpack_and_the_floors_run_beside_each_peer() -> None:
    """A ratio compares the same moment; what is cold is fetched once a round."""
    three = tuple(PROGRAMS[key] for key in ("lpack", "floor", "bare", "uv", "sam-cached"))

    warm = [program.key for program in turns(three, WARM)]
    cold = [program.key for program in turns(three, COLD)]
    none = [program.key for program in turns(three, NONE)]

    assert warm == ["lpack", "floor", "uv", "lpack", "floor", "sam-cached"]
    assert cold == ["lpack", "uv", "sam-cached"]
    assert none == ["lpack", "bare", "sam-cached"]


def test_lpack_is_really_built_and_measured(tmp_path: Path) -> None:
    """From an empty cache to a build that has nothing to do, beside the bare interpreter."""
    found = Results()
    own = available((), tmp_path / "peers", found)
    course = Course(WORKLOADS["w1"], own, (COLD, NONE), 1, 60, settle=lambda: None)

    measure(course, {(): ""}, tmp_path, found)

    assert {(cell.scenario, cell.program) for cell in found.builds} == {
        (COLD, "lpack"),
        (NONE, "lpack"),
        (NONE, "bare"),
    }
    assert all(one.seconds > 0 and one.peak > 0 for runs in found.builds.values() for one in runs)
    assert list(tmp_path.glob("lpack/project/dist/*.zip"))


def test_a_peer_that_fails_is_left_out_and_named(tmp_path: Path) -> None:
    """A peer is no reason to lose the figures of the rest."""
    found = Results()
    broken = PEERS["sam"]
    course = Course(WORKLOADS["w1"], ((broken, tmp_path),), (WARM,), 2, 60, settle=lambda: None)

    measure(course, {(): ""}, tmp_path, found)

    assert found.builds == {}
    assert list(found.skipped) == ["sam on w1"]


def test_each_scenario_begins_where_it_says(tmp_path: Path) -> None:
    """Cold has no caches, warm has no artifact, and a line differs from the build before."""
    script = (
        "[ -e ../cache ] && echo cache; [ -e ../out ] && echo artifact; "
        "cmp -s functions/app/app.py ../out || echo changed; "
        "mkdir -p ../cache; cp functions/app/app.py ../out"
    )
    step = Step("build", ("sh", "-c", f"(echo turn; {script}) >> ../said"))
    toy = Program("toy", "toy", lambda _: (step,), artifacts=("out",), scenarios=SCENARIOS)
    course = Course(WORKLOADS["w1"], ((toy, COMMANDS),), SCENARIOS, 1, 60, settle=lambda: None)

    measure(course, {(): ""}, tmp_path, Results())

    cold, warm, line, none = (tmp_path / "toy" / "said").read_text().split("turn\n")[1:]
    assert cold.split() == ["changed"]
    assert warm.split() == ["cache", "changed"]
    assert line.split() == ["cache", "artifact", "changed"]
    assert none.split() == ["cache", "artifact"]


def test_what_is_slow_is_not_run_again(tmp_path: Path) -> None:
    """One long build must do, while the others take all their turns."""
    found = Results()
    slow = Program("slow", "slow", lambda _: (Step("build", ("true",)),), scenarios=(WARM,))
    impatient = Course(WORKLOADS["w1"], ((slow, COMMANDS),), (WARM,), 3, 0, settle=lambda: None)

    measure(impatient, {(): ""}, tmp_path, found)

    assert [len(builds) for builds in found.builds.values()] == [1]


def test_a_limited_workload_and_a_quick_run_leave_peers_out() -> None:
    """What would take hours is not asked for."""
    everybody = tuple((program, COMMANDS) for program in PROGRAMS.values())
    own = {program.key for program in OWN}

    whole = plan(WORKLOADS["w4"], everybody, parse([]))
    quick = plan(WORKLOADS["w4"], everybody, parse(["--quick"]))
    many = plan(WORKLOADS["f200"], everybody, parse(["--scenario", "line,none"]))

    assert {one.key for one, _ in whole.programs} == set(PROGRAMS)
    assert {one.key for one, _ in quick.programs} == own | {"uv", "kept", "sam-cached"}
    assert {one.key for one, _ in many.programs} == own | {"uv", "kept"}
    assert many.scenarios == (LINE, NONE)


def test_an_unknown_peer_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name does not measure something else."""
    with pytest.raises(SystemExit):
        parse(["--peers", "uv,zappa"])

    assert "zappa: choose from pip, uv" in capsys.readouterr().err


def test_one_line_of_one_function_changes(tmp_path: Path) -> None:
    """The scenario touches what its name says, and every time anew."""
    project = lab(tmp_path, "w4")
    set_up(project)
    handlers = sorted(project.project.glob("functions/*/app.py"))
    before = [path.read_text() for path in handlers]

    change_a_line(project)
    once = [path.read_text() for path in handlers]
    change_a_line(project)

    changed = set(before[0].splitlines()) ^ set(once[0].splitlines())
    assert before[1:] == once[1:]
    assert len(changed) == 2
    assert handlers[0].read_text() != once[0]


def test_the_environment_favours_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches are the lab's own; find-links and configuration files of the user's do not count."""
    monkeypatch.setenv("PIP_FIND_LINKS", "/somewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://pypi.example.com/simple")

    environ = lab(tmp_path, "w1").environ

    assert "PIP_FIND_LINKS" not in environ
    assert environ["PIP_INDEX_URL"] == "https://pypi.example.com/simple"
    assert environ["PIP_CONFIG_FILE"] == os.devnull
    assert {Path(environ[f"{name}_CACHE_DIR"]).parent for name in ("LPACK", "UV", "PIP")} == {
        tmp_path / "cache"
    }


def test_a_failed_command_says_what_it_said(tmp_path: Path) -> None:
    """The end of the output is the reason; a missing command is one as well."""
    with pytest.raises(CommandFailedError, match="exit status 3: no such thing"):
        run(("sh", "-c", "echo no such thing; exit 3"), tmp_path, os.environ)
    with pytest.raises(CommandFailedError, match="no-such-command"):
        run(("no-such-command",), tmp_path, os.environ)


def test_a_missing_python_is_a_reason() -> None:
    """A peer that needs one is skipped, not failed."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"

    assert Path(find_python(version)).exists()
    with pytest.raises(UnavailableError, match=r"needs Python 9\.99"):
        find_python("9.99")


def test_hashes_can_be_left_out_of_a_lock() -> None:
    """SAM, Chalice and pex are given names and versions."""
    assert plain("a==1 --hash=sha256:00 --hash=sha256:11\nb==2\n") == "a==1\nb==2\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_file_system_is_that_of_the_deepest_mount() -> None:
    """`/proc` is a mount of its own below `/`."""
    assert file_system(Path("/proc/self")) == "proc"
