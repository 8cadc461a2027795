"""Pipfiles, scripts, setup files, PDM's tables and locks are declarations as well."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError, LpackError
from lpack.model import RequirementSet, RequirementsInput
from lpack.requirements import READERS
from tests.project_folder import write

if TYPE_CHECKING:
    from pathlib import Path

GIT = "https://h.example/a.git"
PROJECT = '[project]\nname = "x"\nversion = "1"\n'


def read(  # noqa: PLR0913 - all that a reader is told
    project: Path,
    name: str,
    text: str,
    environ: dict[str, str] | None = None,
    *,
    extras: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
) -> RequirementSet:
    """Read a file with the reader that its name has."""
    write(project, {name: text})
    reader = next(reader for ending, reader in READERS if name.endswith(ending))
    wanted = RequirementsInput(extras=extras, groups=groups)
    return reader(project / name, project, wanted, environ or {})


def texts(found: RequirementSet) -> list[str]:
    return [line.text for line in found.requirements]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"*"', "a"),
        ('"==1.0"', "a==1.0"),
        ('"1.0"', "a==1.0"),
        ('">=1,<2"', "a>=1,<2"),
        ('{ version = "~=1.0", extras = ["x", "y"] }', "a[x,y]~=1.0"),
        ("{ version = '*', markers = \"os_name == 'posix'\" }", "a ; os_name == 'posix'"),
        ("{ version = '*', sys_platform = \"== 'linux'\" }", "a ; sys_platform == 'linux'"),
        (
            "{ version = '*', python_version = \"< '3.12'\", markers = \"os_name == 'x'\" }",
            "a ; (python_version < '3.12') and (os_name == 'x')",
        ),
        ('{ path = "./lib", editable = true, extras = ["x"] }', "a[x] @ {root}/lib"),
        ('{ file = "https://h.example/a-1.tar.gz" }', "a @ https://h.example/a-1.tar.gz"),
        ('{ file = "lib/a-1-py3-none-any.whl" }', "a @ {root}/lib/a-1-py3-none-any.whl"),
        (
            f'{{ git = "{GIT}", ref = "v1", subdirectory = "p" }}',
            f"a @ git+{GIT}@v1#subdirectory=p",
        ),
        ('{ git = "git@h.example:o/a.git" }', "a @ git+ssh://git@h.example/o/a.git"),
    ],
)
def test_a_package_of_a_pipfile(project: Path, value: str, expected: str) -> None:
    """In every way in which pipenv takes it."""
    write(project, {"lib/pyproject.toml": PROJECT, "lib/a-1-py3-none-any.whl": ""})

    found = read(project, "Pipfile", f"[packages]\na = {value}\n[dev-packages]\npytest = '*'\n")

    assert texts(found) == [expected.replace("{root}", project.as_uri())]
    assert found.requirements[0].where.line == 2


def test_a_folder_that_a_pipfile_gives_no_name(project: Path) -> None:
    """Old pipenv wrote some digits in its place."""
    write(project, {"pyproject.toml": PROJECT})

    found = read(project, "Pipfile", '[packages]\n"e1839a8" = { path = "." }\n"abcdef0" = "*"\n')

    assert texts(found) == [f"x @ {project.as_uri()}", "abcdef0"]


def test_the_sources_of_a_pipfile(project: Path) -> None:
    """The first one serves all; the others serve what names them, as pipenv has it."""
    text = (
        '[[source]]\nname = "main"\nurl = "https://${USER}@main.example/simple"\n'
        '[[source]]\nname = "ours"\nurl = "https://ours.example/simple"\n'
        '[packages]\na = { version = "*", index = "ours" }\nb = "*"\n'
    )

    found = read(project, "Pipfile", text, {"USER": "me"})
    everywhere = read(
        project, "Pipfile", text + "[pipenv]\ninstall_search_all_sources = true\n", {}
    )

    assert found.index.index_url == "https://me@main.example/simple"
    assert found.index.extra_index_urls == ()
    assert found.index.assigned == (("a", "https://ours.example/simple"),)
    assert found.index.reserved == ("https://ours.example/simple",)
    assert everywhere.index.extra_index_urls == ("https://ours.example/simple",)


def test_categories_of_a_pipfile_are_its_groups(project: Path) -> None:
    """Those that are asked for, and no other."""
    text = '[packages]\na = "*"\n[ship]\nb = "*"\n[dev-packages]\nc = "*"\n'

    found = read(project, "Pipfile", text, groups=("ship",))

    assert texts(found) == ["a", "b"]
    assert found.origin == "Pipfile, category `ship`"


@pytest.mark.parametrize(
    ("text", "extras", "groups", "code", "message"),
    [
        ("[packages]\na = { version = '*', extras = 'x' }", (), (), "LP101", "as its extras"),
        ("[packages]\na = { version = 3 }", (), (), "LP101", "must have a version as text"),
        ("packages = 3", (), (), "LP101", "`packages` must be a table"),
        ("[packages]\na = { hg = 'https://h/a' }", (), (), "LP104", "only git repositories"),
        ("[packages]\na = { path = 'lib' }", (), (), "LP102", "`lib` does not exist"),
        ("[packages]\na = { version = '*', index = 'x' }", (), (), "LP123", "the index `x`"),
        ("[packages]", (), ("ship",), "LP102", "category `ship` does not exist"),
        ("[packages]", ("fast",), (), "LP102", "extra `fast` does not exist"),
    ],
)
def test_a_pipfile_that_cannot_be_read(  # noqa: PLR0913 - one row of the table
    project: Path,
    text: str,
    extras: tuple[str, ...],
    groups: tuple[str, ...],
    code: str,
    message: str,
) -> None:
    """Nothing of it is left out in silence."""
    with pytest.raises(BuildError, match=message) as caught:
        read(project, "Pipfile", text, extras=extras, groups=groups)

    assert caught.value.code == code


LOCK = {
    "_meta": {"sources": [{"name": "pypi", "url": "https://pypi.example/simple"}]},
    "default": {
        "alpha": {"version": "==1.0", "hashes": ["sha256:aa"], "index": "pypi"},
        "beta": {"version": "==2", "markers": "python_version < '3.12'", "extras": ["x"]},
        "gamma": {"git": GIT, "ref": "abc"},
    },
    "develop": {"pytest": {"version": "==8"}},
}


def test_a_pipfile_lock_alone_is_a_declaration(project: Path) -> None:
    """What it pins is all that is known then; beside a Pipfile it is only the lock."""
    alone = read(project, "Pipfile.lock", json.dumps(LOCK))
    beside = read(project, "Pipfile", '[packages]\na = "*"\n')
    through = read(project, "Pipfile.lock", json.dumps(LOCK))

    assert texts(alone) == [
        "alpha==1.0",
        "beta[x]==2 ; python_version < '3.12'",
        f"gamma @ git+{GIT}@abc",
    ]
    assert alone.hashes == {"alpha": ("sha256:aa",)}
    assert alone.index.index_url == "https://pypi.example/simple"
    assert texts(through) == texts(beside) == ["a"]
    assert through.files == (project / "Pipfile", project / "Pipfile.lock")


@pytest.mark.parametrize("text", ["{", "[]", '{"default": []}', "{}", '{"default": {"a": 3}}'])
def test_a_broken_pipfile_lock_is_told(project: Path, text: str) -> None:
    """It is never an empty declaration."""
    with pytest.raises(LpackError):
        read(project, "Pipfile.lock", text)


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pdm.lock"])
def test_a_lock_means_the_project_beside_it(project: Path, name: str) -> None:
    """Without one it belongs to nothing."""
    with pytest.raises(BuildError, match=f"beside `{name}` is no pyproject.toml") as caught:
        read(project, name, "")
    write(project, {"pyproject.toml": PROJECT + 'dependencies = ["a"]\n'})

    found = read(project, name, "")

    assert caught.value.code == "LP102"
    assert texts(found) == ["a"]
    assert found.files == (project / "pyproject.toml", project / name)


@pytest.mark.parametrize("name", ["pylock.toml", "pylock.api.toml"])
def test_a_pylock_is_the_declaration_itself(project: Path, name: str) -> None:
    """It needs no requirements, and is never written."""
    found = read(project, name, 'lock-version = "1.0"\n')

    assert found.lock == project / name
    assert (found.requirements, found.origin, found.files) == ((), name, (project / name,))


def test_other_toml_files_declare_nothing(project: Path) -> None:
    """The hint names those that do."""
    with pytest.raises(
        BuildError, match="`settings.toml` is not a file that dependencies"
    ) as caught:
        read(project, "settings.toml", "")

    assert caught.value.code == "LP104"


SCRIPT = """\
import json

# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",
#   "core",
# ]
# [tool.uv.sources]
# core = { git = "https://h.example/a.git" }
# [[tool.uv.index]]
# url = "https://more.example/simple"
# ///

def handler(event, context): ...
"""


def test_a_script_states_its_own_dependencies(project: Path) -> None:
    """With the line of each, and uv's sources for them."""
    found = read(project, "app.py", SCRIPT)

    assert texts(found) == ["requests<3", f"core @ git+{GIT}"]
    assert [line.where.line for line in found.requirements] == [6, 7]
    assert found.index.extra_index_urls == ("https://more.example/simple",)
    assert found.origin == "app.py # /// script"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("print()\n", "LP102", "states no dependencies: it has no `# /// script` block"),
        (SCRIPT + SCRIPT, "LP101", "has two `# /// script` blocks"),
        ("# /// script\n# dependencies = 3\n# ///\n", "LP101", "must be a list of strings"),
        ("# /// script\n# dependencies = \n# ///\n", "LP005", "is not valid TOML"),
    ],
)
def test_a_script_that_cannot_be_read(project: Path, text: str, code: str, message: str) -> None:
    """It has one block, which is TOML."""
    with pytest.raises(LpackError) as caught:
        read(project, "app.py", text)

    assert caught.value.code == code
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "[metadata]\nname = x\n[options]\ninstall_requires =\n  alpha>=1\n"),
        (
            "setup.py",
            "from setuptools import setup\nsetup(name='x', install_requires=['alpha>=1'])\n",
        ),
    ],
)
def test_setup_files_that_state_their_dependencies(project: Path, name: str, text: str) -> None:
    """They are read, and not run."""
    found = read(project, name, text)

    assert texts(found) == ["alpha>=1"]
    assert found.requirements[0].where.file == name
    assert found.origin == name


def test_setup_files_have_extras(project: Path) -> None:
    """One that is not there is told."""
    text = (
        "[metadata]\nname = x\nversion = 1\n[options]\ninstall_requires = alpha\n"
        "[options.extras_require]\nfast = beta\n"
    )

    assert texts(read(project, "setup.cfg", text, extras=("Fast",))) == ["alpha", "beta"]
    with pytest.raises(BuildError, match="extra `slow` does not exist"):
        read(project, "setup.cfg", text, extras=("slow",))


def test_a_setup_file_that_computes_is_not_run(project: Path) -> None:
    """Only the file that it reads can be named."""
    text = "from setuptools import setup\nsetup(install_requires=open('r.txt').readlines())\n"

    with pytest.raises(BuildError, match="`install_requires` is computed") as caught:
        read(project, "setup.py", text)

    assert caught.value.code == "LP104"
    assert "requirements.txt" in (caught.value.diagnostics[0].hint or "")


@pytest.mark.parametrize(
    ("tables", "files"),
    [
        (
            '[tool.setuptools.dynamic]\ndependencies = { file = ["r.txt"] }\n',
            {"r.txt": "alpha>=1\n"},
        ),
        ('[tool.setuptools.dynamic]\ndependencies = { file = "r.txt" }\n', {"r.txt": "alpha>=1\n"}),
        (
            '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["r.txt"]\n',
            {"r.txt": "alpha>=1\n"},
        ),
        ("", {"setup.py": "from setuptools import setup\nsetup(install_requires=['alpha>=1'])\n"}),
    ],
)
def test_dynamic_dependencies_that_files_state(
    project: Path, tables: str, files: dict[str, str]
) -> None:
    """The build backend would read the same files."""
    write(project, files)

    found = read(project, "pyproject.toml", PROJECT + 'dynamic = ["dependencies"]\n' + tables)

    assert texts(found) == ["alpha>=1"]
    assert {project / name for name in files} <= set(found.files)


def test_dynamic_extras_that_files_state(project: Path) -> None:
    """As the dependencies themselves."""
    write(project, {"r.txt": "alpha\n", "more.txt": "beta\n"})
    text = PROJECT + (
        'dynamic = ["dependencies", "optional-dependencies"]\n'
        '[tool.setuptools.dynamic]\ndependencies = { file = ["r.txt"] }\n'
        '[tool.setuptools.dynamic.optional-dependencies]\nmore = { file = ["more.txt"] }\n'
    )

    assert texts(read(project, "pyproject.toml", text, extras=("more",))) == ["alpha", "beta"]
    with pytest.raises(BuildError, match="extra `less` does not exist"):
        read(project, "pyproject.toml", text, extras=("less",))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lib @ file:///${PROJECT_ROOT}/lib", "lib @ {root}/lib"),
        ("lib @ {root:uri}/lib", "lib @ {root}/lib"),
        ("lib @ {root:parent:uri}/project/lib", "lib @ {root}/lib"),
        ("lib @ file:lib", "lib @ {root}/lib"),
        ("lib[x] @ git+https://h.example/a.git", "lib[x] @ git+https://h.example/a.git"),
    ],
)
def test_addresses_that_start_at_the_project(project: Path, line: str, expected: str) -> None:
    """PDM and Hatch each have a word for its folder."""
    write(project, {"lib/pyproject.toml": PROJECT})

    found = read(project, "pyproject.toml", PROJECT + f'dependencies = ["{line}"]\n')

    assert texts(found) == [expected.replace("{root}", project.as_uri())]


def test_the_sources_of_pdm(project: Path) -> None:
    """One that includes packages by name serves those; packages for development never ship."""
    text = PROJECT + (
        'dependencies = ["ours-a", "b"]\n[tool.pdm.dev-dependencies]\ntest = ["pytest"]\n'
        '[[tool.pdm.source]]\nname = "pypi"\nurl = "https://main.example/simple"\n'
        '[[tool.pdm.source]]\nname = "ours"\nurl = "https://${USER}@ours.example/simple"\n'
        'include_packages = ["ours-*", "Other"]\n'
        '[[tool.pdm.source]]\nname = "links"\ntype = "find_links"\nurl = "wheels"\n'
    )

    found = read(project, "pyproject.toml", text, {"USER": "me"})

    ours = "https://me@ours.example/simple"
    assert texts(found) == ["ours-a", "b"]
    assert found.index.index_url == "https://main.example/simple"
    assert found.index.extra_index_urls == (ours,)
    assert found.index.assigned == (("ours-a", ours), ("other", ours))
    assert found.index.find_links == (str(project / "wheels"),)


def test_overrides_of_pdm_need_its_lock(project: Path) -> None:
    """No resolver here can change what a distribution asks for."""
    text = PROJECT + '[tool.pdm.resolution.overrides]\nidna = "3"\n'

    with pytest.raises(BuildError, match="`overrides` of PDM change") as caught:
        read(project, "pyproject.toml", text)
    write(project, {"pdm.lock": ""})

    assert caught.value.code == "LP104"
    assert texts(read(project, "pyproject.toml", text)) == []
