"""Requirements files are read as pip reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import RequirementSet, RequirementsInput
from lpack.requirements import read_requirements_txt

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


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("-e .", "LP104", "an editable requirement cannot be packaged: `.`"),
        ("./local", "LP104", "a local path cannot be packaged: `./local`"),
        ("file:///x", "LP104", "a local path cannot be packaged: `file:///x`"),
        (
            "git+https://example.org/a.git",
            "LP104",
            "a version control requirement cannot be packaged: `git+https://example.org/a.git`",
        ),
        (
            "a @ git+https://example.org/a.git",
            "LP104",
            "a version control requirement cannot be packaged: `a @ git+https://example.org/a.git`",
        ),
        (
            "https://example.org/a-1.tar.gz",
            "LP104",
            "a URL that is not a wheel cannot be packaged: `https://example.org/a-1.tar.gz`",
        ),
        ("--colour red", "LP101", "`--colour` is not an option of a requirements file"),
        ("a==1 --colour=red", "LP101", "`--colour` is not an option of a requirement"),
        ("-r missing.txt", "LP102", "requirements file `missing.txt` does not exist"),
        ("-r requirements.txt", "LP101", "`requirements.txt` includes itself"),
    ],
)
def test_what_cannot_be_packaged_is_an_error(
    project: Path, line: str, code: str, message: str
) -> None:
    """A line that would be skipped is a dependency that is missing in production."""
    with pytest.raises(BuildError) as caught:
        read(project, line)

    assert caught.value.code == code
    assert str(caught.value) == message
    assert str(caught.value.diagnostics[0].where).startswith("requirements.txt:1")


@pytest.mark.parametrize("line", ["-e .", "-e ./", "--editable=."])
def test_a_freeze_of_the_project_itself_is_told_apart(project: Path, line: str) -> None:
    """`pip freeze` lists a project that is installed in place, and its files are packed anyway."""
    with pytest.raises(BuildError) as caught:
        read(project, line)

    hint = "remove the line: the project's own files are packed from `source`"
    assert caught.value.diagnostics[0].hint == hint
