from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.config import Overrides
from lpack.model import HandlerTest, Trigger, Where
from lpack.steps.configure import read_project
from tests.project_folder import HANDLER, only_function, refused, write

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = """\
output_dir = "build"
resolver = "uv"

[defaults]
timeout = 10
memory = 256
environment = { LEVEL = "INFO", STAGE = "dev" }

[functions.api]
handler = "app.main.handler"
source = ["code", "shared"]
include = ["*.json"]
exclude = ["docs/"]
requirements = { files = ["code/needs.txt"], packages = ["requests"] }
runtime = "python3.12"
architecture = "arm64"
timeout = 29
ephemeral_storage = 1024
environment.STAGE = "prod"
layers = ["arn:one"]
description = "An API"
triggers = ["http", "sqs"]
tests = [
  { name = "hello", event = "events/hello.json", response = { ok = true } },
  { name = "bad", event = { id = 1 }, error_type = "ValueError" },
]
"""
EVERYTHING_FILES = {
    "lpack.toml": EVERYTHING,
    "code/needs.txt": "pillow\n",
    "shared/x.py": "",
    "events/hello.json": '{"name": "world"}',
}
MISTAKES = """\
outptu = "x"
resolver = "pip"

[defaults]
architecture = "arm"

[functions.api]
handler = "app.handler"
source = ["code", "missing", ".."]
timeout = "30"
enviroment = { A = "1" }
environment = { B = 1 }

[functions.b]
source = "code"

[functions."a b"]

[functions.c]
handler = "a.b"
source = "dist/x"
runtime = "3.12"
requirements = "req.txt"
triggers = ["htpp"]
tests = [{ name = "x", event = "e.json" }]

[functions.d]
handler = "a.b"
runtime = "nodejs22.x"
tests = [{ name = "y", event = { day = 2020-01-01, n = nan } }]
"""
REFUSED = """\
LP007: unknown key `outptu`
  --> lpack.toml:1: outptu
  hint: did you mean `output_dir`?
LP006: `resolver` is `pip`, which is not one of the choices
  --> lpack.toml:2: resolver
  hint: choices: `auto`, `uv`, `pip-tools`
LP006: `architecture` is `arm`, which is not one of the choices
  --> lpack.toml:5: defaults.architecture
  hint: did you mean `arm64`?
LP008: source `missing` does not exist
  --> lpack.toml:9: functions.api.source
  hint: paths start at the project's folder, `project`
LP008: source `..` is outside the project
  --> lpack.toml:9: functions.api.source
  hint: move it into the project, or build from the folder that holds both
LP006: `timeout` must be an integer, not a string
  --> lpack.toml:10: functions.api.timeout
  hint: remove the quotes
LP007: unknown key `enviroment`
  --> lpack.toml:11: functions.api.enviroment
  hint: did you mean `environment`?
LP006: `B` must be a string, not an integer
  --> lpack.toml:12: functions.api.environment.B
  hint: put the value in quotes
LP009: function `b` has no handler in `code`: looked for `lambda_handler` in lambda_function.py, \
or `lambda_handler` or `handler` in handler.py, app.py or main.py
  --> lpack.toml:14: functions.b
  hint: set `handler = "notify.lambda_handler"`
LP006: `a b` cannot be a name in `functions`
  --> lpack.toml:17: functions."a b"
  hint: use letters, digits, `-` and `_` only, 64 at most
LP012: source `dist/x` lies in the output folder
  --> lpack.toml:21: functions.c.source
  hint: set `output_dir` to a folder of its own
LP010: unknown runtime `3.12`
  --> lpack.toml:22: functions.c.runtime
  hint: did you mean `python3.12`?
LP013: requirements file `req.txt` does not exist
  --> lpack.toml:23: functions.c.requirements
  hint: paths start at `project`
LP006: `triggers[0]` is `htpp`, which is not one of the choices
  --> lpack.toml:24: functions.c.triggers[0]
  hint: did you mean `http`?
LP014: event file `e.json` does not exist
  --> lpack.toml:25: functions.c.tests[0]
LP010: runtime `nodejs22.x` is not for Python, and lpack packs Python only
  --> lpack.toml:29: functions.d.runtime
  hint: use a Python runtime: `runtime = "python3.13"`
LP006: `day` is a date or time, which JSON does not have
  --> lpack.toml:30: functions.d.tests[0].event.day
  hint: put the value in quotes
LP006: `n` is not a finite number
  --> lpack.toml:30: functions.d.tests[0].event.n"""


def test_every_key_reaches_the_function(project: Path) -> None:
    """What is declared is what the function has, defaults of the project included."""
    (project / "code").mkdir()

    read = read_project(write(project, EVERYTHING_FILES), Overrides(), {})

    (function,) = read.functions
    assert (read.root, read.output, read.resolver) == (project, project / "build", "uv")
    assert (function.name, function.handler_text) == ("api", "app.main.handler")
    assert function.handler is not None
    assert (function.handler.module, function.handler.attribute) == ("app.main", "handler")
    assert function.sources == (project / "code", project / "shared")
    assert (function.include, function.exclude) == (("*.json",), ("docs/",))
    assert function.requirements.files == (project / "code/needs.txt",)
    assert function.requirements.packages == ("requests",)
    assert str(function.target) == "python3.12 arm64"
    assert (function.memory, function.timeout, function.ephemeral_storage) == (256, 29, 1024)
    assert function.environment == (("LEVEL", "INFO"), ("STAGE", "prod"))
    assert (function.layers, function.description) == (("arn:one",), "An API")
    assert function.triggers == (Trigger("http"), Trigger("sqs"))
    assert function.tests == (
        HandlerTest("hello", {"name": "world"}, {"ok": True}, has_response=True, error_type=None),
        HandlerTest("bad", {"id": 1}, None, has_response=False, error_type="ValueError"),
    )
    assert function.assumed == ()


def test_each_key_knows_its_line(project: Path) -> None:
    """A rule can point to the key that it judges, and to the function for one that is not there."""
    (project / "code").mkdir()

    function = only_function(project, EVERYTHING_FILES)

    assert function.where("timeout") == Where("lpack.toml", 17, "functions.api.timeout")
    assert function.where("memory") == Where("lpack.toml", 6, "defaults.memory")
    assert function.where("environment.STAGE").line == 19
    assert function.where("environment.LEVEL").line == 7
    assert function.where("nothing") == Where("lpack.toml", 9, "functions.api")


def test_pyproject_says_the_same_under_its_prefix(project: Path) -> None:
    """`[tool.lpack]` has the keys of lpack.toml, and messages name them in full."""
    text = (
        '[project]\nname = "x"\n[tool.lpack.functions.api]\nhandler = "app.handler"\ntimeout = 5\n'
    )

    function = only_function(project, {"pyproject.toml": text})

    assert function.where("timeout") == Where(
        "pyproject.toml", 5, "tool.lpack.functions.api.timeout"
    )


def test_all_mistakes_are_told_at_once(project: Path) -> None:
    """Each mistake has its file, line and key, from top to bottom, with one thing to do."""
    files = {"lpack.toml": MISTAKES, "code/notify.py": HANDLER, "dist/x/a.py": ""}

    text = refused(write(project, files))

    assert text == REFUSED


def test_defaults_are_those_of_lambda(project: Path) -> None:
    """A function that says nothing has Lambda's sizes, lpack's runtime and no host's."""
    function = only_function(project, {"lpack.toml": '[functions.a]\nhandler = "app.handler"\n'})

    assert (function.memory, function.timeout, function.ephemeral_storage) == (128, 3, 512)
    assert str(function.target) == "python3.13 x86_64"
    assert function.sources == (project,)
    assert function.assumed == (
        "source `.`, the whole project",
        "runtime python3.13, the default",
        "no dependencies: there is no requirements.txt or pyproject.toml",
    )


FILE = """\
output_dir = "of-file"
resolver = "pip-tools"
[functions.a]
handler = "app.handler"
runtime = "python3.10"
architecture = "arm64"
"""
ENVIRON = {
    "LPACK_OUTPUT_DIR": "of-environ",
    "LPACK_RESOLVER": "auto",
    "LPACK_RUNTIME": "python3.11",
    "LPACK_ARCHITECTURE": "x86_64",
}
COMMAND_LINE = Overrides("python3.12", "arm64", "of-command", "uv")


@pytest.mark.parametrize(
    ("overrides", "environ", "expected"),
    [
        (Overrides(), {}, ("of-file", "pip-tools", "python3.10 arm64")),
        (Overrides(), ENVIRON, ("of-environ", "auto", "python3.11 x86_64")),
        (COMMAND_LINE, ENVIRON, ("of-command", "uv", "python3.12 arm64")),
        (Overrides(), dict.fromkeys(ENVIRON, ""), ("of-file", "pip-tools", "python3.10 arm64")),
    ],
)
def test_the_command_line_wins_over_environment_over_file(
    project: Path, overrides: Overrides, environ: dict[str, str], expected: tuple[str, ...]
) -> None:
    """Values are taken from the nearest place that has one; an empty variable has none."""
    write(project, {"lpack.toml": FILE})

    read = read_project(project, overrides, environ)

    assert (read.output.name, read.resolver, str(read.functions[0].target)) == expected


def test_an_override_is_where_the_value_comes_from(project: Path) -> None:
    """A rule about the runtime points to the option that chose it."""
    write(project, {"lpack.toml": FILE})

    read = read_project(project, Overrides(runtime="python3.12"), {"LPACK_ARCHITECTURE": "arm64"})

    (function,) = read.functions
    assert str(function.where("runtime")) == "command line: --runtime"
    assert str(function.where("architecture")) == "environment: LPACK_ARCHITECTURE"


def test_bad_overrides_are_told_once(project: Path) -> None:
    """A wrong option is one mistake, however many functions there are."""
    write(project, {"lpack.toml": FILE + '[functions.b]\nhandler = "app.handler"\n'})
    overrides = Overrides(runtime="python3.99", architecture="arm")

    text = refused(project, overrides, {"LPACK_RESOLVER": "uvv", "LPACK_OUTPUT_DIR": ".."})

    assert (
        text
        == """\
LP006: `--architecture` is `arm`, which is not one of the choices
  --> command line: --architecture
  hint: did you mean `arm64`?
LP010: unknown runtime `python3.99`
  --> command line: --runtime
  hint: runtimes: `python3.15`, `python3.14`, `python3.13`, `python3.12`, `python3.11`, \
`python3.10`, `python3.9`, `python3.8`, `python3.7`, `provided.al2023`, `provided.al2`
LP012: output `..` holds the project itself
  --> environment: LPACK_OUTPUT_DIR
  hint: set `output_dir` to a folder of its own, such as `"dist"`
LP006: `LPACK_RESOLVER` is `uvv`, which is not one of the choices
  --> environment: LPACK_RESOLVER
  hint: did you mean `uv`?"""
    )


def test_two_configurations_are_refused(project: Path) -> None:
    """Nobody has to guess which of two files counts."""
    write(project, {"pyproject.toml": "\n[tool.lpack]\n", "lpack.toml": ""})

    text = refused(project)

    assert (
        text
        == """\
LP011: both pyproject.toml and lpack.toml configure lpack
  --> pyproject.toml:2: tool.lpack
  hint: move everything into one of them, and delete `lpack.toml`"""
    )


def test_settings_alone_leave_the_function_to_convention(project: Path) -> None:
    """Defaults of the project count for a function that is found and not declared."""
    text = '[tool.lpack]\noutput_dir = "out"\n[tool.lpack.defaults]\ntimeout = 9\n'
    write(project, {"pyproject.toml": text, "app.py": HANDLER})

    read = read_project(project, Overrides(), {})

    (function,) = read.functions
    assert (read.output.name, function.handler_text, function.timeout) == (
        "out",
        "app.lambda_handler",
        9,
    )
    assert function.where("timeout") == Where("pyproject.toml", 4, "tool.lpack.defaults.timeout")
    assert function.where("handler") == Where("app.py")


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("pyproject.toml", "[tool]\nlpack = 3\n", "LP006: `tool.lpack` must be a table"),
        ("lpack.toml", "functions = 3\n", "LP006: `functions` must be a table, not an integer"),
        ("lpack.toml", "a = [\n", "LP005: `lpack.toml` is not valid TOML"),
        ("lpack.toml", "x" * 1_000_001, "LP004: `lpack.toml` is larger than 1,000,000 bytes"),
        ("lpack.toml", '[functions.a]\nhandler = "a\\u0000.b"\n', "LP006: `handler` has a null"),
        ("lpack.toml", '[functions.a]\nsource = "a\\u0000"\n', "LP006: `source` has a null"),
        (
            "lpack.toml",
            'output_dir = "lpack.toml"\n',
            "LP012: output `lpack.toml` cannot be a folder",
        ),
        ("lpack.toml", 'output_dir = "."\n', "LP012: output `.` holds the project itself"),
        ("lpack.toml", "a = " + "[" * 5000 + "]" * 5000, "LP005: `lpack.toml` is not valid TOML"),
    ],
)
def test_a_hostile_file_is_one_clear_error(
    project: Path, file: str, text: str, expected: str
) -> None:
    """No content of a configuration file is a traceback."""
    write(project, {file: text, "app.py": HANDLER})

    found = refused(project)

    assert found.startswith(expected)


def test_a_missing_project_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root that is not there is named as it was given."""
    monkeypatch.chdir(tmp_path)

    text = refused(type(tmp_path)("nowhere"))

    assert text == "LP008: project `nowhere` is not a folder"


def test_an_event_that_is_no_json_is_told_with_its_line(project: Path) -> None:
    """The event's own file and line are shown."""
    config = '[functions.a]\nhandler = "a.b"\n[[functions.a.tests]]\nname = "x"\nevent = "e.json"\n'
    write(project, {"lpack.toml": config, "e.json": '{\n  "a": 1,\n}\n'})

    text = refused(project)

    assert text.startswith("LP014: event file `e.json` is not valid JSON: ")
    assert "\n  --> e.json:" in text


def test_every_file_that_decided_is_named(project: Path) -> None:
    """A file that appears later and would change the reading is among those to watch."""
    write(project, {"src/app.py": HANDLER, "requirements.txt": "x\n"})

    read = read_project(project, Overrides(), {})

    watched = {path.relative_to(project).as_posix() for path in read.config_files}
    assert {"pyproject.toml", "lpack.toml", "app.py", "src/app.py", "lambda/app.py"} <= watched
    assert {"requirements.txt", "src/requirements.txt", ".python-version"} <= watched


def test_the_reading_does_not_depend_on_the_spelling_of_the_root(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative root and an absolute one give the same project."""
    write(project, {"app.py": HANDLER})
    monkeypatch.chdir(project.parent)

    relative = read_project(type(project)(project.name), Overrides(), {})

    assert relative == read_project(project, Overrides(), {})
