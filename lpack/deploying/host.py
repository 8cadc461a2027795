"""What this machine has for a function: a Python, and the client for it, found out once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.deploying.python import Choice, chosen_python, host_architecture, without_python
from lpack.model import InstalledPython
from lpack.platforms import target_named
from lpack.stamps import gathered, keep, key_of, recall
from lpack.unpacked import is_whole
from lpack.values import asdict, dataclass

if TYPE_CHECKING:
    from lpack.model import Function
    from lpack.work import Work

_VARIABLES = (
    *("PATH", "HOME", "PYENV_ROOT", "PYENV_VERSION"),
    *("UV_PYTHON_INSTALL_DIR", "XDG_DATA_HOME"),
)


@dataclass(frozen=True, slots=True)
class Host:
    """A Python of this machine, and the folder with Lambda's client for it."""

    choice: Choice
    client: Path | None
    """None where the function brings its own runtime."""


def host_for(function: Function, work: Work) -> Host:
    """Find what runs a function here, or remember it; raises as finding does."""
    if function.target.runtime.is_own:
        return Host(without_python(function), None)
    cache, key = str(work.cache), _key(function, work)
    host = _known(recall(cache, key))
    if host is None:
        host = _found(function, work)
        rests_on = host.choice.files
        evidence = gathered((), (), rests_on, 0)
        if evidence is not None and not host.choice.stands_in:
            keep(cache, key, evidence, _written(host))
    return host


def _found(function: Function, work: Work) -> Host:
    from lpack.deploying.client import client_for  # noqa: PLC0415 - once

    choice = chosen_python(function, work)
    work.progress.step(function.name, "fetching the runtime client")
    return Host(choice, client_for(choice.target, work))


def _key(function: Function, work: Work) -> str:
    environ = work.system.environ
    said = [f"{name}={environ.get(name, '')}" for name in _VARIABLES]
    words = ["host", str(function.target), host_architecture(), *said]
    return key_of(words, "", environ)


def _written(host: Host) -> dict[str, Any]:
    choice = host.choice
    return {
        "python": asdict(choice.python) if choice.python else None,
        "target": str(choice.target),
        "notes": list(choice.notes),
        "client": str(host.client),
    }


def _known(kept: Any) -> Host | None:
    """Read what was remembered, if the client is still what it was."""
    try:
        python, target = InstalledPython(**kept["python"]), target_named(kept["target"])
        client = Path(kept["client"])
        if target is None or not is_whole(str(client.parent)):
            return None
        return Host(Choice(python, target, tuple(kept["notes"])), client)
    except (TypeError, KeyError):
        return None
