"""What uv says on stderr when it fails, read for what was wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.resolvers import failures, index_errors
from lpack.resolvers.bounds import name_of
from lpack.resolvers.failures import Inquiry, Suspect
from lpack.resolvers.locations import scrub
from lpack.resolvers.python_bounds import wants_other_python
from lpack.resolvers.uv_derivation import Derivation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpack.errors import BuildError
    from lpack.model import Requirement

_NAME = r"([A-Za-z0-9][A-Za-z0-9._-]*?)(?:\[[^\]]*\])?"
_RANGE = r"((?:[<>=!~]=?=?[^\s,]+,?)*)"
# The sentences in which uv says that a project lets it down.
_SUSPECT = re.compile(
    rf"(?:{_NAME} was not found in the"
    rf"|there (?:is|are) no versions? of {_NAME}{_RANGE}(?= |$)"
    rf"|(?:all versions of )?{_NAME}{_RANGE} (?:has|have) no "
    rf"|only (?:{_NAME}[<>=!]\S+ is|the following versions of {_NAME} are) available)"
)
# A derivation goes from the far ends to what the user requires; its end says most.
_SENTENCES_SHOWN = 3
_DRAWING = " \u00d7\u2570\u2500\u25b6\u2502\u251c"
_STATUS = re.compile(r"(?:\b|\()(401|403)(?: |\b)(?:Unauthorized|Forbidden)?")
_URL = re.compile(r"https?://[^\s`'\")]+")
_NETWORK = (
    "error sending request",
    "Failed to fetch",
    "Could not connect",
    "client error",
    "operation timed out",
    "dns error",
    "invalid peer certificate",
)
_OFFLINE = ("network was disabled", "not found in the cache", "Network connectivity is disabled")
_CONCLUSION = re.compile(r",? (?:so )?we can conclude that your requirements are unsatisfiable\.?$")


def failure_of(stderr: str, inquiry: Inquiry) -> BuildError:
    """Turn uv's words into one error of lpack's."""
    words = scrub(stderr)
    if any(sign in words for sign in _OFFLINE):
        return index_errors.needs_network(
            "uv does not have in its cache all that the lock needs",
            "run once without `--offline`",
        )
    access = _access(words)
    if access is not None:
        return access
    if "No solution found" in words:
        return _unsatisfiable(_reason(words), inquiry)
    reason = _first_error(words)
    if any(sign in words for sign in _NETWORK):
        return index_errors.unreachable(_address(words), _last_cause(words))
    return failures.broken("uv", reason, "update uv, or use `--resolver pip-tools`")


def _access(words: str) -> BuildError | None:
    for line in words.splitlines():
        status = _STATUS.search(line)
        if status and ("authentication" in line or "HTTP status" in line or "Failed" in line):
            return index_errors.refused(_address(line) or _address(words), int(status[1]))
    return None


def _unsatisfiable(sentences: list[str], inquiry: Inquiry) -> BuildError:
    other_python = wants_other_python(inquiry.question, inquiry.today, sentences)
    if other_python is not None:
        return other_python
    derivation = Derivation(sentences)
    disputed = (Suspect(name, chains=derivation.chains_to(name)) for name in derivation.disputed())
    bounded = (
        Suspect(name, chains=derivation.chains_to(name))
        for name in map(name_of, _texts(inquiry.question.requirements.constraints))
    )
    return failures.unsatisfiable(
        inquiry,
        _suspects(sentences, derivation),
        sentences[-_SENTENCES_SHOWN:],
        (*disputed, *bounded),
    )


def _texts(stated: Sequence[Requirement]) -> list[str]:
    return [one.text for one in stated]


def _suspects(sentences: list[str], derivation: Derivation) -> tuple[Suspect, ...]:
    """Give the projects that uv blames, each once.

    Where it blames several ranges of one project, each is only a part of what was wanted.
    """
    ranges: dict[str, set[str]] = {}
    for match in _SUSPECT.finditer(" ".join(sentences)):
        name, *specifiers = (part for part in match.groups() if part)
        ranges.setdefault(name, set()).add("".join(specifiers).rstrip(","))
    return tuple(
        _suspect(name, stated, derivation, is_whole=len(ranges) == 1)
        for name, stated in ranges.items()
    )


def _suspect(name: str, stated: set[str], derivation: Derivation, *, is_whole: bool) -> Suspect:
    chains = derivation.chains_to(name)
    specifier = next(iter(stated)) if len(stated) == 1 else ""
    if not specifier and len(chains) == 1:
        specifier = re.sub(r"^[^<>=!~]*", "", chains[0][-1].needs)
    return Suspect(name, specifier, chains, is_whole)


def _reason(words: str) -> list[str]:
    """Give uv's derivation, a sentence a line, without its drawing and its conclusion."""
    body: list[str] = []
    for line in words.splitlines():
        plain = line.strip(_DRAWING).removeprefix("cause: ")
        if plain.startswith("hint:"):
            break
        if plain and "No solution found" not in plain:
            body.append(plain)
    text = re.sub(r"\s+", " ", " ".join(body))
    sentences = re.split(r"(?<=[a-z0-9)\]])\.\s+(?=[A-Z])|(?<=\.) (?=And )", text)
    return [_CONCLUSION.sub("", sentence).rstrip(".") for sentence in sentences if sentence]


def _first_error(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    stated = [line for line in lines if not line.startswith("warning:")]
    return next(iter(stated or lines), "it gave no reason").removeprefix("error: ")


def _last_cause(words: str) -> str:
    before_hints = words.partition("hint:")[0]
    causes = [line.strip(_DRAWING) for line in before_hints.splitlines() if line.strip(_DRAWING)]
    return causes[-1].removeprefix("cause: ").removeprefix("Caused by: ") if causes else ""


def _address(words: str) -> str:
    found = _URL.search(words)
    return found[0].rstrip(".,") if found else ""
