"""What the pipeline knows of a function on its way, and what it gives in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.ahead import Part as Copied
    from lpack.bytecode_plan import BytecodePlan
    from lpack.model import Bundle, Cut, Function, Lock, RequirementSet
    from lpack.outcome import Outcome
    from lpack.stamps import Stamp
    from lpack.steps.fetch import Fetched


@dataclass(frozen=True, slots=True)
class Staged:
    """A function up to the list of its files."""

    function: Function
    requirements: RequirementSet
    lock: Lock
    fetched: Fetched
    bundle: Bundle
    cuts: tuple[Cut, ...]
    """What goes into each archive; none for a folder."""
    bytecode: BytecodePlan | None = None
    imports: tuple[float, float] | None = None
    """Seconds that imports take without and with bytecode, where this run has recorded them."""
    layers: tuple[Staged, ...] = ()
    """Layers of the project that it is judged with."""
    misses_layers: bool = False
    """Whether it would be judged with more of them, if they could be made."""

    @property
    def parts(self) -> dict[str, Bundle]:
        """What there is to list, by the name of its file or folder."""
        name = self.function.name
        return {f"{name}{one.suffix}": one.bundle for one in self.cuts} or {name: self.bundle}


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, and what it depended on."""

    outcome: Outcome
    inputs: tuple[Path, ...]
    """The files that it depended on, besides those that declare the function."""
    folders: tuple[tuple[Path, Stamp], ...]
    """Each source folder with its stamp from before it was listed."""
    outputs: tuple[Path, ...]
    lasts: bool
    """Whether the same files will give the same again, whatever the environment."""
    copied: tuple[Copied, ...] = ()
    """What the only archive begins with, where all of that was prepared."""


def built(outcome: Outcome, staged: Staged, outputs: tuple[Path, ...] = ()) -> Built:
    """Tell what a build of a function, and of the layers below it, depended on."""
    own = (
        *(entry.origin for entry in staged.bundle.entries if not entry.owner),
        *staged.bundle.read,
    )
    bytecode = staged.bytecode
    fresh, locks = staged.lock.fresh, tuple(filter(None, (staged.lock.path,)))
    below = [built(outcome, layer) for layer in staged.layers]
    return Built(
        outcome,
        (
            *staged.requirements.files,
            *staged.fetched.files,
            *own,
            *staged.function.policies,
            *(() if fresh else locks),
            *(() if bytecode is None or bytecode.recorder else bytecode.files),
            *(path for one in below for path in one.inputs),
        ),
        (
            *staged.bundle.folders,
            *staged.fetched.folders,
            *(folder for one in below for folder in one.folders),
        ),
        (
            *outputs,
            *(path for one in below for path in one.outputs),
            *(locks if fresh else ()),
            *(bytecode.files if bytecode is not None and bytecode.recorder else ()),
        ),
        lasts=staged.fetched.lasts
        and not staged.requirements.uses_variables
        and not staged.misses_layers
        and all(one.lasts for one in below),
    )
