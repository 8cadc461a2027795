"""What a resolver is: it turns requirements into versions and wheels, for a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lpack.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import RequirementSet, Resolution, Target
    from lpack.system import System


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a resolver."""

    requirements: RequirementSet
    target: Target
    folder: Path
    """The project's, where the tool looks for its settings."""
    preferred: tuple[tuple[str, str], ...] = ()
    """Name and version pairs to keep where the requirements still allow them."""
    offline: bool = False


class Resolver(Protocol):
    """A way to answer a question."""

    @property
    def name(self) -> str:
        """The name that a project chooses it by."""

    def is_available(self, system: System) -> bool:
        """Whether it can run here."""

    def resolve(self, system: System, question: Question) -> Resolution:
        """Choose versions and wheels for the target, or raise BuildError."""
