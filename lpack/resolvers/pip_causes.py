"""Why pip finds no solution, as values: what is wanted, and the chain of those who want it."""

from __future__ import annotations

from typing import Any


def unsatisfiable(error: Exception, asked: list[tuple[Any, Any]]) -> dict[str, Any]:
    """Put pip's reason into words, and its causes into values where it has them.

    `asked` has every requirement that pip has met, with the candidate whose it is.
    """
    causes = getattr(error.__cause__, "causes", ())
    first: dict[str, tuple[Any, Any]] = {}
    for requirement, parent in asked:
        first.setdefault(str(requirement.name), (requirement, parent))
    return {
        "kind": "unsatisfiable",
        "reason": str(error),
        "causes": [_cause_of(one.requirement, one.parent, first) for one in causes],
    }


def _cause_of(requirement: Any, parent: Any, first: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Describe one requirement of a conflict and who has it."""
    ireq = requirement.get_candidate_lookup()[1]
    stated = getattr(ireq, "specifier", None) or getattr(requirement, "specifier", None)
    is_project = ireq is not None
    return {
        "name": str(requirement.project_name) if is_project else "",
        "specifier": str(stated or "") if is_project else "",
        "chain": _chain(requirement, parent, first),
    }


def _chain(requirement: Any, parent: Any, first: dict[str, tuple[Any, Any]]) -> list[list[str]]:
    """Give who needs what, from the user's own requirement on; the user has no name."""
    links: list[list[str]] = []
    met = set()
    while parent is not None and parent.name not in met:
        met.add(parent.name)
        # A project with extras requires itself without; nobody wants to read that.
        if parent.project_name != requirement.project_name:
            links.append([f"{parent.name} {parent.version}", _words(requirement)])
        if parent.name not in first:
            break
        requirement, parent = first[parent.name]
    if parent is None:
        links.append(["", _words(requirement)])
    return links[::-1]


def _words(requirement: Any) -> str:
    # The marker holds, or it would not be here.
    return str(requirement).partition(";")[0].strip()
