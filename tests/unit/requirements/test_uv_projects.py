"""What `[tool.uv]` says of requirements is read as uv reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import Requirement, RequirementSet, RequirementsInput, Where
from lpack.requirements.pyproject import read_pyproject
from lpack.requirements.uv_sources import sourced
from tests.project_folder import write

if TYPE_CHECKING:
    from pathlib import Path

ROOT = '[project]\nname = "root"\nversion = "1"\n'


def read(
    project: Path, text: str, *, extras: tuple[str, ...] = (), groups: tuple[str, ...] = ()
) -> RequirementSet:
    write(project, {"pyproject.toml": text})
    wanted = RequirementsInput(extras=extras, groups=groups)
    return read_pyproject(project / "pyproject.toml", project, wanted, {})


def texts(found: RequirementSet) -> list[str]:
    return [line.text for line in found.requirements]


def requiring(*lines: str, sources: str = "", more: str = "") -> str:
    listed = ", ".join(f'"{line}"' for line in lines)
    return f"{ROOT}dependencies = [{listed}]\n{more}[tool.uv.sources]\n{sources}\n"


def member(name: str, *lines: str) -> str:
    listed = ", ".join(f'"{line}"' for line in lines)
    return f'[project]\nname = "{name}"\nversion = "1"\ndependencies = [{listed}]\n'


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{ path = "lib" }', 'lib-a[x] @ {root}/lib ; os_name == "posix"'),
        ('{ path = "./lib", editable = true }', 'lib-a[x] @ {root}/lib ; os_name == "posix"'),
        (
            '{ git = "https://h.example/a", tag = "v1", subdirectory = "py" }',
            'lib-a[x] @ git+https://h.example/a@v1#subdirectory=py ; os_name == "posix"',
        ),
        (
            '{ git = "ssh://git@h.example/a", branch = "main" }',
            'lib-a[x] @ git+ssh://git@h.example/a@main ; os_name == "posix"',
        ),
        (
            '{ git = "git@h.example:o/a.git", rev = "abc" }',
            'lib-a[x] @ git+ssh://git@h.example/o/a.git@abc ; os_name == "posix"',
        ),
        (
            '{ url = "https://h.example/a-1.tar.gz", subdirectory = "py" }',
            'lib-a[x] @ https://h.example/a-1.tar.gz#subdirectory=py ; os_name == "posix"',
        ),
    ],
)
def test_a_source_takes_the_place_of_the_version(project: Path, source: str, text: str) -> None:
    """Extras and markers stay, and names are compared as everywhere."""
    write(project, {"lib/pyproject.toml": member("lib-a")})
    text_of = requiring("lib-a[x]>=1; os_name == 'posix'", sources=f"Lib_A = {source}")

    found = read(project, text_of)

    assert texts(found) == [text.replace("{root}", project.as_uri())]
    assert found.requirements[0].where == Where("pyproject.toml", 4, "project.dependencies")


def test_members_of_a_workspace_are_found(project: Path) -> None:
    """From the root and from a member, which has the root's sources where it has none itself."""
    root = requiring(
        "api",
        sources="api = { workspace = true }\ncore = { workspace = true }\nfar = { path = 'far' }",
        more=(
            '[tool.uv.workspace]\nmembers = ["packages/*", "deep/**/x"]\n'
            'exclude = ["packages/old"]\n'
        ),
    )
    write(
        project,
        {
            "packages/api/pyproject.toml": member("api", "core>=1", "far", "x-lib"),
            "packages/core/pyproject.toml": member("core"),
            "packages/old/pyproject.toml": member("core"),
            "packages/README.md": "",
            "deep/er/x/pyproject.toml": member("x-lib") + "[tool.uv.sources]\n",
            "far/pyproject.toml": member("far"),
        },
    )
    api = project / "packages/api/pyproject.toml"
    api.write_text(api.read_text() + "[tool.uv.sources]\nx-lib = { workspace = true }\n")

    found = read(project, root)
    inside = read_pyproject(api, project, RequirementsInput(), {})

    assert texts(found) == [f"api @ {(project / 'packages/api').as_uri()}"]
    assert texts(inside) == [
        f"core @ {(project / 'packages/core').as_uri()}",
        f"far @ {(project / 'far').as_uri()}",
        f"x-lib @ {(project / 'deep/er/x').as_uri()}",
    ]


@pytest.mark.parametrize(
    ("sources", "code", "message"),
    [
        ("core = { workspace = true }", "LP102", "`core` is no member of the workspace"),
        ("api", "LP104", "`api` lies in the workspace"),
        ("core = { nothing = true }", "LP101", "states none of workspace, path, git, url, index"),
        ("core = { workspace = false }", "LP101", "must be true"),
        ("core = { path = 3 }", "LP101", "must be a string"),
        ("core = 3", "LP101", "must be a table or a list of tables"),
        ("core = { path = 'missing' }", "LP102", "`missing` does not exist"),
        ("core = { index = 'ours' }", "LP123", "`core` comes from the index `ours`"),
        ("core = { git = 'https://h/a', rev = '-x' }", "LP101", "`-x` is no revision"),
        ("core = { git = 'https://h/a', subdirectory = '../x' }", "LP101", "is no subdirectory"),
        ("core = { index = 'a', marker = 'nonsense' }", "LP101", "`nonsense` is no marker"),
    ],
)
def test_sources_that_lead_nowhere_are_refused(
    project: Path, sources: str, code: str, message: str
) -> None:
    """Never is a distribution of the same name taken from an index instead."""
    write(project, {"packages/api/pyproject.toml": member("api")})
    workspace = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    needed = sources.partition(" ")[0]
    sources = sources if "=" in sources else ""

    with pytest.raises(BuildError, match=message) as caught:
        read(project, requiring(needed, sources=sources, more=workspace))

    assert caught.value.code == code
    assert caught.value.diagnostics[0].where is not None


def test_an_index_serves_what_names_it(project: Path) -> None:
    """An explicit one serves nothing else; the others are asked for everything."""
    more = (
        '[[tool.uv.index]]\nname = "ours"\nurl = "https://ours.example/simple"\nexplicit = true\n'
        '[[tool.uv.index]]\nname = "mirror"\nurl = "https://m.example/simple"\ndefault = true\n'
        '[[tool.uv.index]]\nname = "more"\nurl = "https://more.example/simple"\n'
        '[[tool.uv.index]]\nurl = "wheels"\nformat = "flat"\n'
    )
    sources = 'core = { index = "ours" }\nother = { index = "more" }'

    found = read(project, requiring("core>=1", "other", sources=sources, more=more))

    assert texts(found) == ["core>=1", "other"]
    assert found.index.assigned == (
        ("core", "https://ours.example/simple"),
        ("other", "https://more.example/simple"),
    )
    assert found.index.reserved == ("https://ours.example/simple",)
    assert found.index.index_url == "https://m.example/simple"
    assert found.index.extra_index_urls == ("https://more.example/simple",)
    assert found.index.find_links == ((project / "wheels").as_uri(),)


def test_sources_for_other_systems_do_not_count(project: Path) -> None:
    """Lambda is Linux; what no source covers comes from the usual index."""
    index = (
        '[[tool.uv.index]]\nname = "cpu"\nurl = "https://cpu.example/simple"\nexplicit = true\n'
        '[[tool.uv.index]]\nname = "metal"\nurl = "https://metal.example/simple"\n'
    )
    sources = (
        "torch = [{ index = 'cpu', marker = \"sys_platform == 'linux'\" },"
        " { index = 'metal', marker = \"sys_platform == 'darwin'\" }]\n"
        "old = { git = 'https://h.example/a', marker = \"python_version < '3.12'\" }\n"
        "mac = { git = 'https://h.example/a', marker = \"sys_platform == 'darwin'\" }\n"
    )

    found = read(project, requiring("torch==2", "old>=1", "mac>=1", sources=sources, more=index))

    assert texts(found) == [
        "torch==2 ; sys_platform == 'linux'",
        "old @ git+https://h.example/a ; python_version < '3.12'",
        "old>=1 ; python_version >= '3.12'",
        "mac>=1",
    ]
    assert found.index.assigned == (("torch", "https://cpu.example/simple"),)


def test_an_index_for_some_targets_only_is_refused(project: Path) -> None:
    """The choice of an index cannot depend on what is not known yet."""
    index = '[[tool.uv.index]]\nname = "cpu"\nurl = "https://cpu.example/simple"\n'
    sources = "torch = { index = 'cpu', marker = \"platform_machine == 'x86_64'\" }"

    with pytest.raises(BuildError, match="on some of Lambda's targets only") as caught:
        read(project, requiring("torch", sources=sources, more=index))

    assert caught.value.code == "LP104"


def test_sources_of_extras_and_groups_count_there_only(project: Path) -> None:
    """The same name may come from elsewhere in each of them."""
    more = (
        '[project.optional-dependencies]\nfast = ["core"]\n'
        '[dependency-groups]\nship = ["core"]\nother = ["core"]\n'
    )
    sources = (
        "core = [{ git = 'https://h.example/a', extra = 'fast' },"
        " { git = 'https://h.example/b', group = 'ship' }]"
    )

    found = read(
        project,
        requiring("core", sources=sources, more=more),
        extras=("fast",),
        groups=("ship", "other"),
    )

    assert texts(found) == [
        "core",
        "core @ git+https://h.example/a",
        "core @ git+https://h.example/b",
        "core",
    ]


def test_an_address_and_a_source_contradict_each_other(project: Path) -> None:
    """As uv has it too."""
    text = requiring("a @ https://h.example/a-1.tar.gz", sources="a = { path = '.' }")

    with pytest.raises(BuildError, match="`a` has an address, and a source") as caught:
        read(project, text)

    assert caught.value.code == "LP103"


def test_constraints_are_those_of_the_root(project: Path) -> None:
    """Packages for development are none of them, and never ship."""
    text = ROOT + (
        '[tool.uv]\nconstraint-dependencies = ["idna<4"]\ndev-dependencies = ["pytest"]\n'
        'prerelease = "allow"\nextra-index-url = ["https://x.example/simple"]\n'
    )

    found = read(project, text)

    assert texts(found) == []
    assert [line.text for line in found.constraints] == ["idna<4"]
    assert found.index.prereleases
    assert found.index.extra_index_urls == ("https://x.example/simple",)
    assert texts(read(project, text, groups=("dev",))) == ["pytest"]


def test_overrides_need_the_lock_that_has_them_applied(project: Path) -> None:
    """No resolver but uv's can change what a distribution asks for."""
    text = ROOT + '[tool.uv]\noverride-dependencies = ["idna==3"]\n'

    with pytest.raises(BuildError, match="`override-dependencies` changes what") as caught:
        read(project, text)
    write(project, {"uv.lock": ""})

    assert caught.value.diagnostics[0].hint == "run `uv lock`, and commit uv.lock"
    assert texts(read(project, text)) == []


def test_the_sources_of_another_project_are_its_own(project: Path) -> None:
    """A folder that is required takes what it needs from where it says."""
    lib = member("lib", "core") + "[tool.uv.sources]\ncore = { path = '../core' }\n"
    write(project, {"lib/pyproject.toml": lib, "core/pyproject.toml": member("core")})
    lines = (Requirement("core", Where("lib/pyproject.toml", 4)),)

    found = sourced(lines, project / "lib" / "pyproject.toml", project)

    assert [line.text for line in found.requirements] == [f"core @ {(project / 'core').as_uri()}"]
    assert project / "lib" / "pyproject.toml" in found.files
    assert project / "pyproject.toml" in found.files


def test_members_are_looked_for_in_a_bounded_number_of_folders(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pattern may lead through a whole disk."""
    monkeypatch.setattr("lpack.requirements.uv_workspace._MOST_FOLDERS", 20)
    for number in range(30):
        (project / f"f{number}").mkdir()
    more = '[tool.uv.workspace]\nmembers = ["**/x"]\n'

    with pytest.raises(BuildError, match="looks at more than 20 folders"):
        read(project, requiring("core", sources="core = { workspace = true }", more=more))
