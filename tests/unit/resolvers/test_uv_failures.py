"""What uv says on stderr, turned into lpack's errors without asking any index."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack.index.settings import Indexes, IndexSettings
from lpack.model import Requirement, RequirementSet, Target, Where
from lpack.platforms import runtime_named
from lpack.resolvers.base import Question
from lpack.resolvers.failures import Inquiry
from lpack.resolvers.uv_failures import failure_of

if TYPE_CHECKING:
    from lpack.errors import LpackError


def failed(stderr: str, *requirements: str, offline: bool = False) -> LpackError:
    runtime = runtime_named("python3.13")
    assert runtime is not None
    asked = tuple(
        Requirement(text, Where("requirements.txt", line))
        for line, text in enumerate(requirements, 1)
    )
    question = Question(
        RequirementSet(asked), Target(runtime, "x86_64"), Path("project"), offline=offline
    )
    nowhere = Indexes(no_index=True)
    inquiry = Inquiry(question, IndexSettings(uv=nowhere), nowhere, date(2026, 9, 1))
    return failure_of(stderr, inquiry)


NETWORK = """\
error: Failed to fetch: `https://me:pw@a.example/simple/x/`
  Caused by: Request failed after 3 retries
  Caused by: dns error
  Caused by: no such host
"""
CREDENTIALS = """\
  \u00d7 No solution found when resolving dependencies:
  ╰─▶ Because x was not found in the package registry and you require x, we can
      conclude that your requirements are unsatisfiable.

hint: An index URL (https://a.example/simple) could not be queried due to a lack of
hint: valid authentication credentials (401 Unauthorized).
"""
OFFLINE = """\
error: No solution found when resolving dependencies
  cause: Because x was not found in the cache and you require x, so it is over

hint: Packages were unavailable because the network was disabled.
"""
USAGE = """\
warning: something
error: unexpected argument '--format' found
"""


@pytest.mark.parametrize(
    ("stderr", "code", "words"),
    [
        (
            NETWORK,
            "LP113",
            "the package index `https://a.example/simple/x/` cannot be reached: no such host",
        ),
        (CREDENTIALS, "LP205", "the package index `https://a.example/simple` refuses access: 401"),
        (OFFLINE, "LP206", "uv does not have in its cache all that the lock needs"),
        (USAGE, "LP105", "uv cannot resolve: unexpected argument '--format' found"),
        ("", "LP105", "uv cannot resolve: it gave no reason"),
    ],
    ids=["network", "credentials", "offline", "usage", "silence"],
)
def test_each_kind_of_failure_has_its_code(stderr: str, code: str, words: str) -> None:
    """The words of uv decide the code, and credentials in them are never repeated."""
    error = failed(stderr)

    assert (error.code, str(error)) == (code, words)


@pytest.mark.parametrize(
    "drawn",
    [
        "error: No solution found when resolving dependencies\n  cause: {}\n         {}\n",
        "  \u00d7 No solution found when resolving dependencies:\n  ╰─▶ {}\n      {}\n",
    ],
    ids=["uv 0.13", "uv 0.8"],
)
def test_a_contradiction_becomes_the_chains_of_those_who_disagree(drawn: str) -> None:
    """Each side is told from the user's own requirement on."""
    stderr = drawn.format(
        "Because a==2.30.0 depends on b>=1.21.1,<3 and you require a==2.30, we can conclude that"
        " you require b>=1.21.1,<3.",
        "And because you require b==1.20, we can conclude that your requirements are"
        " unsatisfiable.",
    )

    error = failed(stderr, "b==1.20", "a==2.30")

    assert str(error) == (
        "the requirements have no solution for python3.13 x86_64\n"
        "  you require b==1.20\n"
        "  you require a==2.30 → a 2.30.0 needs b>=1.21.1,<3"
    )
    assert error.diagnostics[0].where == Where("requirements.txt", 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "Because ghost was not found in the package registry and you require ghost",
        "Because there is no version of ghost==99 and you require ghost==99",
        "Because all versions of ghost have no usable wheels and you require ghost",
        "Because ghost==2.4.6 has no wheels with a matching platform tag and you require ghost",
        "Because only ghost<=302 is available and you require ghost",
        "Because only the following versions of ghost are available: ghost<=2 ghost>=3",
    ],
)
def test_a_project_that_uv_blames_is_looked_up(sentence: str) -> None:
    """Every way in which uv blames a project leads to what the indexes have of it."""
    stderr = f"error: No solution found when resolving dependencies\n  cause: {sentence}, so.\n"

    error = failed(stderr, "ghost")

    assert str(error) == "no index has a project named `ghost`"


def test_a_contradiction_that_cannot_be_read_keeps_uvs_derivation() -> None:
    """The drawing and the empty conclusion go, the sentences stay."""
    stderr = (
        "error: No solution found when resolving dependencies\n"
        "  cause: Because a and b are incompatible in a new way, we can conclude that it is over.\n"
        "         And because of that, we can conclude that your requirements are unsatisfiable.\n"
    )

    error = failed(stderr, "a", "b")

    assert str(error) == (
        "the requirements have no solution for python3.13 x86_64\n"
        "  Because a and b are incompatible in a new way, we can conclude that it is over\n"
        "  And because of that"
    )


def test_what_others_need_is_told_with_the_chain() -> None:
    """The chain leads from the user's requirement to the project, and `where` is the user's."""
    stderr = (
        "error: No solution found when resolving dependencies\n"
        "  cause: Because ghost was not found in the package registry and all versions of b[x]\n"
        "         depend on ghost>=2, we can conclude that all versions of b[x] cannot be used.\n"
        "         And because a==1.0 depends on b[x]>=1 and you require a==1.0 and c, we can\n"
        "         conclude that your requirements are unsatisfiable.\n"
    )

    error = failed(stderr, "c", "a==1.0")

    assert str(error) == (
        "no index has a project named `ghost`\n"
        "  asked for: you require a==1.0 → a 1.0 needs b[x]>=1 → b[x] needs ghost>=2"
    )
    assert error.diagnostics[0].where == Where("requirements.txt", 2)
