"""Calls a package that is made for one call, as Lambda would: to see what happens meanwhile."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.deploying import as_deployed, layers_of
from lpack.deploying.brought import wanted_locks
from lpack.deploying.client import client_for
from lpack.deploying.folders import unpacked
from lpack.deploying.host import host_for
from lpack.deploying.opening import opened
from lpack.errors import BuildError
from lpack.model import Call
from lpack.place import declared_place, surroundings_at
from lpack.runtime import Limits
from lpack.values import replace
from lpack.writers import write_folder

if TYPE_CHECKING:
    from lpack.model import Bundle, Function, Invocation, Json
    from lpack.work import Work

_MEMORY = 3_008
"""MB that it has at least: without bytecode, imports take more than they will on Lambda."""


def attempt(
    function: Function, bundle: Bundle, event: Json, seconds: int, work: Work
) -> Invocation:
    """Call the function's handler in a package once, with as many seconds as it needs.

    Raises BuildError LP409 where this machine cannot run it, LP412, and what `host_for`,
    building the project's layers and fetching the runtime's client raise.
    """
    host = host_for(function, work)
    choice, client = host.choice, host.client
    native = any(one.path.rpartition("/")[2].endswith(".so") for one in bundle.entries)
    if choice.stands_in or (choice.notes and native) or client is None:
        raise BuildError("LP409", f"the function cannot be run here: {'; '.join(choice.notes)}")
    with tempfile.TemporaryDirectory(prefix="lpack-attempt-") as name:
        folder = Path(os.path.realpath(name))
        folder.chmod(0o755)  # the function is somebody else where it is enclosed
        write_folder(bundle, folder / "task", replace=False)
        below = replace(work, no_check=True, trial=None, ahead=None)
        layers = [path for path, _ in layers_of(function, choice, below, folder)]
        opt = str(unpacked(layers, work.cache)) if layers else ""
        task, target = str(folder / "task"), choice.target
        wanted = wanted_locks(task, opt, target.runtime.python)
        if wanted:
            client = client_for(target, work, wanted)
        deployment = replace(
            as_deployed(function, choice, task, opt, str(client)),
            timeout=seconds,
            memory=max(function.memory, _MEMORY),
        )
        around = surroundings_at(declared_place(function))
        with opened(deployment, around, work.system, Limits(init=seconds)) as sandbox:
            return sandbox.invoke(Call(json.dumps(event).encode()))
