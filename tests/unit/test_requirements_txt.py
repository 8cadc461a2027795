"""Requirements files are read as pip reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError, UsageError
from lpack.model import RequirementSet, RequirementsInput
from lpack.requirements.requirements_txt import read_requirements_txt

if TYPE_CHECKING:
    from pathlib import Path


def read(project: Path, text: str, **variables: str) -> RequirementSet:
    path = project / "requirements.txt"
    path.write_text(text, encoding="utf-8")
    return read_requirements_txt(path, project, RequirementsInput(), variables)


def texts(found: RequirementSet) -> list[str]:
    return [line.text for line in found.requirements]


def test_comments_and_blank_lines_are_no_requirements(project: Path) -> None:
    """Only what stands before a comment counts."""
    found = read(project, "# all\n\nrequests>=2  # http\n\tidna\n")

    assert texts(found) == ["requests>=2", "idna"]


def test_a_url_fragment_is_no_comment(project: Path) -> None:
    """A number sign inside a word belongs to it."""
    found = read(project, "a @ https://example.org/a-1-py3-none-any.whl#sha256=00\n")

    assert texts(found) == ["a @ https://example.org/a-1-py3-none-any.whl#sha256=00"]


def test_continued_lines_are_joined_and_keep_the_first_number(project: Path) -> None:
    """A backslash continues a line, and the message points to where it began."""
    found = read(project, "\na==1 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\nb==2\n")

    assert texts(found) == ["a==1", "b==2"]
    assert [line.where.line for line in found.requirements] == [2, 5]
    assert found.hashes == {"a": ("sha256:aa", "sha256:bb")}


def test_nested_files_and_constraints_are_followed(project: Path) -> None:
    """`-r` adds requirements, `-c` only bounds them, both relative to the file."""
    (project / "more").mkdir()
    (project / "more" / "base.txt").write_text("idna\n-c bounds.txt\n")
    (project / "more" / "bounds.txt").write_text("idna<4\n")

    found = read(project, "-r more/base.txt\n--requirement=more/base.txt\n")

    assert texts(found) == ["idna", "idna"]
    assert [line.text for line in found.constraints] == ["idna<4", "idna<4"]
    assert found.constraints[0].where.file == "more/bounds.txt"


def test_index_options_are_kept(project: Path) -> None:
    """Options about indexes reach the resolver."""
    found = read(
        project,
        "-i https://a.example/simple\n--extra-index-url https://b.example/simple\n"
        "-f wheels\n--find-links https://c.example/\n--pre\n--only-binary :all:\nidna\n",
    )

    assert found.index.index_url == "https://a.example/simple"
    assert found.index.extra_index_urls == ("https://b.example/simple",)
    assert found.index.find_links == (str(project / "wheels"), "https://c.example/")
    assert found.index.prereleases


def test_variables_are_replaced(project: Path) -> None:
    """`${NAME}` is replaced where it is set, as in pip."""
    found = read(project, "--index-url https://${TOKEN}@a.example/\n${UNSET}x\n", TOKEN="secret")

    assert found.index.index_url == "https://secret@a.example/"
    assert texts(found) == ["${UNSET}x"]


def test_markers_and_extras_survive(project: Path) -> None:
    """A requirement keeps all that follows its name."""
    line = "httpx[http2]>=0.27; python_version < '3.12' and sys_platform == 'linux'"

    assert texts(read(project, line)) == [line]


def test_a_wheel_address_without_a_name_gets_one(project: Path) -> None:
    """The name of a bare wheel address is in its file name."""
    found = read(project, "https://example.org/x/my_pkg-1.0-py3-none-any.whl\n")

    assert texts(found) == ["my_pkg @ https://example.org/x/my_pkg-1.0-py3-none-any.whl"]


def test_a_comment_with_a_backslash_continues_nothing(project: Path) -> None:
    """The line below it is a requirement, as pip sees it."""
    found = read(project, "# web \\\nrequests\nidna==\\\n3.7\n")

    assert texts(found) == ["requests", "idna==3.7"]
    assert [line.where.line for line in found.requirements] == [2, 3]


@pytest.mark.parametrize(
    "content",
    [
        "idna\n".encode("utf-16"),
        b"\xef\xbb\xbfidna\n",
        "# -*- coding: latin-1 -*-\n# \xe9\nidna\n".encode("latin-1"),
    ],
)
def test_the_encoding_is_the_one_that_the_file_states(project: Path, content: bytes) -> None:
    """PowerShell writes UTF-16 with a mark, and a comment may name any encoding."""
    path = project / "requirements.txt"
    path.write_bytes(content)

    found = read_requirements_txt(path, project, RequirementsInput(), {})

    assert texts(found) == ["idna"]


def test_an_encoding_that_nothing_states_is_refused(project: Path) -> None:
    """What pip would guess depends on the machine."""
    path = project / "requirements.txt"
    path.write_bytes(b"# \xe9\nidna\n")

    with pytest.raises(UsageError, match="is not UTF-8"):
        read_requirements_txt(path, project, RequirementsInput(), {})


def test_a_line_may_have_several_options(project: Path) -> None:
    """Each counts, and the beginning of a name is enough where it is the only one."""
    text = "--index-url https://a.example/ --extra-index https://b.example/ --pre\n"

    found = read(project, text)

    assert found.index.index_url == "https://a.example/"
    assert found.index.extra_index_urls == ("https://b.example/",)
    assert found.index.prereleases


def folder(project: Path, path: str, name: str) -> Path:
    """Write a project that can be installed."""
    (project / path).mkdir(parents=True, exist_ok=True)
    text = f'[project]\nname = "{name}"\nversion = "1"\n'
    (project / path / "pyproject.toml").write_text(text, encoding="utf-8")
    return project / path


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("-e ./shared", "shared-code @ {}"),
        ("--editable=./shared", "shared-code @ {}"),
        ("-e shared", "shared-code @ {}"),
        ("--prefer-binary -e shared", "shared-code @ {}"),
        ("-e './shared[fast]'", "shared-code[fast] @ {}"),
        ("./shared", "shared-code @ {}"),
        ("shared/", "shared-code @ {}"),
        (
            "./shared[a, b] ; python_version < '3.12'",
            "shared-code[a,b] @ {} ; python_version < '3.12'",
        ),
        ("file:shared", "shared-code @ {}"),
        ("file:./shared#egg=shared_code", "shared_code @ {}"),
        ("Shared @ file:./shared", "Shared @ {}"),
        ("Shared[a] @ ./shared ; os_name == 'posix'", "Shared[a] @ {} ; os_name == 'posix'"),
        ("-e {}", "shared-code @ {}"),
    ],
)
def test_a_folder_is_written_with_its_name(project: Path, line: str, text: str) -> None:
    """Whatever way pip allows to name it."""
    url = folder(project, "shared", "shared-code").as_uri()

    found = read(project, line.replace("{}", url))

    assert texts(found) == [text.replace("{}", url)]


def test_the_project_itself_is_a_folder_too(project: Path) -> None:
    """`-e .`, which `pip freeze` writes, is the distribution that the function belongs to."""
    folder(project, ".", "own")

    assert texts(read(project, "-e .\n")) == [f"own @ {project.as_uri()}"]


def test_the_name_is_enough_of_a_folder(project: Path) -> None:
    """A version that only the build backend knows is not needed here."""
    folder(project, "shared", "shared").joinpath("pyproject.toml").write_text(
        '[build-system]\nbuild-backend = "maturin"\n'
        '[project]\nname = "shared"\ndynamic = ["version"]\n'
    )

    assert texts(read(project, "./shared")) == [f"shared @ {(project / 'shared').as_uri()}"]


def test_a_path_starts_at_the_file_or_at_the_project(project: Path) -> None:
    """Both are usual, since pip starts where it is called; nobody can tell which is meant."""
    api = folder(project, "api", "api")
    common = folder(project, "common", "common")
    (api / "requirements.txt").write_text("-e ./common\n")

    found = read_requirements_txt(api / "requirements.txt", project, RequirementsInput(), {})
    folder(project, "api/common", "other")
    with pytest.raises(BuildError, match="may be `api/common` or `common`") as caught:
        read_requirements_txt(api / "requirements.txt", project, RequirementsInput(), {})

    assert texts(found) == [f"common @ {common.as_uri()}"]
    assert caught.value.code == "LP103"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("my_pkg-1.0-py3-none-any.whl", "my_pkg @ {}"),
        ("my-pkg-1.0.tar.gz", "my-pkg @ {}"),
        ("my.pkg-1.0rc1.zip", "my.pkg @ {}"),
    ],
)
def test_a_file_has_the_name_of_its_distribution(project: Path, name: str, text: str) -> None:
    """A wheel or a source distribution of the project, or on another machine."""
    (project / "vendor").mkdir()
    (project / "vendor" / name).write_bytes(b"")
    url = (project / "vendor" / name).as_uri()

    found = read(project, f"./vendor/{name}\nvendor/{name}\n{url}\nhttps://example.org/{name}\n")

    assert texts(found) == [text.replace("{}", url)] * 3 + [
        text.replace("{}", f"https://example.org/{name}")
    ]


GIT = "git+https://example.org/a.git"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (f"{GIT}@v1#egg=alpha", f"alpha @ {GIT}@v1"),
        (f"-e {GIT}#egg=alpha[x]&subdirectory=lib", f"alpha[x] @ {GIT}#subdirectory=lib"),
        (
            f"alpha[x] @ {GIT}@main ; os_name == 'posix'",
            f"alpha[x] @ {GIT}@main ; os_name == 'posix'",
        ),
        (f"{GIT}#egg=alpha ; os_name == 'posix'", f"alpha @ {GIT} ; os_name == 'posix'"),
        ("git+ssh://git@example.org/a.git#egg=alpha", "alpha @ git+ssh://git@example.org/a.git"),
        ("-e git+git@example.org:o/a.git#egg=alpha", "alpha @ git+ssh://git@example.org/o/a.git"),
        ("git+ssh://git@example.org:o/a.git#egg=a", "a @ git+ssh://git@example.org/o/a.git"),
        ("-e git://example.org/a.git#egg=alpha", "alpha @ git+git://example.org/a.git"),
    ],
)
def test_a_repository_is_written_with_its_name(project: Path, line: str, text: str) -> None:
    """It is before the address, or in its fragment."""
    assert texts(read(project, line)) == [text]


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("-e .", "LP104", "`.` is no project that could be installed"),
        ("./local", "LP102", "`./local` does not exist"),
        ("file:///x", "LP102", "`/x` does not exist"),
        ("file://host/x", "LP104", "`file://host/x` is a file of another machine"),
        ("./requirements.txt", "LP104", "is no folder, wheel or source distribution"),
        (GIT, "LP104", f"`{GIT}` does not say the name of its distribution"),
        ("a @ hg+https://example.org/a", "LP104", "only git repositories are supported"),
        ("https://example.org/main.zip", "LP104", "does not say the name of its distribution"),
        ("a @ ftp://example.org/a-1.tar.gz", "LP104", "begins with `ftp`"),
        ("a @ https://[::1/a-1.tar.gz", "LP101", "is no address"),
        ("--colour red", "LP101", "`--colour` is not an option of a requirements file"),
        ("-e ", "LP101", "`--editable` has no value"),
        ("--index-url", "LP101", "`--index-url` has no value"),
        ("--pre=1", "LP101", "`--pre` has a value"),
        ("a==1 --colour=red", "LP101", "`--colour` is not an option of a requirement"),
        ("-r missing.txt", "LP102", "requirements file `missing.txt` does not exist"),
        ("-r requirements.txt", "LP101", "`requirements.txt` includes itself"),
        ("-r https://example.org/r.txt", "LP104", "of another machine is not read"),
    ],
)
def test_what_cannot_be_packaged_is_an_error(
    project: Path, line: str, code: str, message: str
) -> None:
    """A line that would be skipped is a dependency that is missing in production."""
    with pytest.raises(BuildError) as caught:
        read(project, line)

    assert caught.value.code == code
    assert message in str(caught.value)
    assert str(caught.value.diagnostics[0].where).startswith("requirements.txt:1")


def test_no_message_holds_a_password(project: Path) -> None:
    """Nor does its hint."""
    with pytest.raises(BuildError) as caught:
        read(project, "git+https://user:secret@example.org/a.git\n")

    found = caught.value.diagnostics[0]
    assert "secret" not in f"{found.message}{found.hint}"
    assert found.hint == "write `NAME @ git+https://example.org/a.git`"


def test_a_project_that_is_none_may_leave_the_line_out(project: Path) -> None:
    """Its files are packed anyway."""
    with pytest.raises(BuildError) as caught:
        read(project, "-e ./\n")

    hint = "remove the line: the project's own files are packed from `source`"
    assert caught.value.diagnostics[0].hint == hint
